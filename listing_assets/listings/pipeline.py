"""A draft, step after step, told as it comes: the same offline and online.

Steps never end a draft: where one is empty, fails or runs out of time, the next goes on with less,
and the draft says so. The description is asked from all that is known, then from less, then from
the photos alone; the worst case is an empty draft that a person can fill.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any, Final, TypeVar

from listing_assets.listings.answers import Answers
from listing_assets.listings.definitions.templates import AttributeTemplate
from listing_assets.listings.desk import Desk
from listing_assets.listings.draft import Draft, StepName, StepResult
from listing_assets.listings.events import Event, Finished, Notice, StepBegan, StepEnded, TextBegan
from listing_assets.listings.products import Product
from listing_assets.listings.quality import quality_of
from listing_assets.listings.steps import Found
from listing_assets.listings.steps.attributes import KeyValue, key_attributes
from listing_assets.listings.steps.category import category_of
from listing_assets.listings.steps.checks import checked
from listing_assets.listings.steps.description import attempts
from listing_assets.listings.steps.naming import title_of
from listing_assets.listings.steps.photos import with_cover
from listing_assets.listings.steps.retrieval import like_products
from listing_assets.listings.steps.safety import look_over, text_refused
from listing_assets.listings.steps.writing import Writing
from resources.errors import EndpointStoppedError, ListingError

T = TypeVar("T")

SHARE_BEFORE_TEXT: Final = 0.5
"""Of the time budget, what the steps before the description may take together."""


class Pipeline:
    """Makes drafts. It may make several at once, in one event loop."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def draft(
        self, product: Product, answers: Answers, began: float | None = None
    ) -> AsyncGenerator[Event, None]:
        """What happens while a draft is made; the last event is `Finished`.

        `began` is the moment of `time.monotonic` from which its time counts, by default now.

        Raises:
            EndpointStoppedError: where the desk is to stop with its endpoints.
        """
        drafting = _Drafting(self._desk, product, answers, began or time.monotonic())
        for part in (
            drafting.look,
            drafting.find,
            drafting.write,
            drafting.check,
            drafting.judge,
        ):
            async with aclosing(part()) as events:
                async for event in events:
                    yield event
            if drafting.is_refused:
                break
        yield Finished(drafting.finished())


class _Drafting:
    """One draft in the making: its parts are called in order."""

    def __init__(self, desk: Desk, product: Product, answers: Answers, began: float) -> None:
        self.is_refused = False
        self._desk = desk
        self._definition = desk.definition
        self._answers = answers
        self._product = product
        self._template: AttributeTemplate | None = None
        self._values: tuple[KeyValue, ...] = ()
        self._draft = Draft(photos=tuple(one.name for one in product.photos))
        self._until = began + self._definition.time_budget_seconds
        self._until_text = began + SHARE_BEFORE_TEXT * self._definition.time_budget_seconds

    def finished(self) -> Draft:
        """The draft as it is."""
        return replace(self._draft, cost=self._answers.cost)

    async def look(self) -> AsyncGenerator[Event, None]:
        """The photos: cover, others, safety."""
        definition = self._definition
        self._product, others = with_cover(
            self._product, definition.category.tag, definition.verdict.similar
        )
        self._change(photos=tuple(one.name for one in self._product.photos), others=others)
        yield StepBegan("safety")
        looked = look_over(self._product, self._desk.rules, self._answers, self._desk.safety)
        safety = await self._timed("safety", looked, ())
        yield self._ended(violations=safety.value)
        if safety.status == "refused":
            self.is_refused = True
            yield Notice(f"No text is written about these photos: {safety.reason}")

    async def find(self) -> AsyncGenerator[Event, None]:
        """Like products, the category, the attributes."""
        desk, definition = self._desk, self._definition
        entry = definition.reference
        yield StepBegan("retrieval")
        looking = like_products(self._product, desk.reference, entry.neighbours, definition.verdict)
        neighbours = (await self._timed("retrieval", looking, ())).value
        verdict = neighbours[0].verdict if neighbours else "none"
        yield self._ended(neighbours=neighbours, verdict=verdict)

        yield StepBegan("category")
        finding = category_of(self._product, desk, neighbours, self._answers)
        category = (await self._timed("category", finding, "")).value
        self._template = desk.templates.of(category) if category else None
        title = title_of(self._product, neighbours, definition.language, self._template)
        yield self._ended(category=category, title=title)

        yield StepBegan("attributes")
        self._values = (await self._timed("attributes", self._attributes(), ())).value
        named = {one.attribute.named(definition.language): one.value for one in self._values}
        yield self._ended(attributes=named)

    async def write(self) -> AsyncGenerator[Event, None]:
        """The description, as it comes."""
        draft, desk = self._draft, self._desk
        asked = attempts(
            self._product,
            self._definition,
            draft.title,
            draft.category,
            self._template,
            self._values,
            draft.neighbours,
        )
        writing = Writing(desk.rules, self._definition.max_length, self._until)
        yield StepBegan("description")
        began = time.monotonic()
        for number, attempt in enumerate(asked):
            yield TextBegan(attempt.kind)
            pieces = self._answers.write(desk.writer, attempt.request)
            tries_left = len(asked) - number
            async with aclosing(
                writing.written(pieces, tries_left, desk.stop_with_endpoint)
            ) as told:
                async for event in told:
                    yield event
            self._change(instruction=attempt.kind)
            if writing.is_settled:
                break
        self._note("description", writing.found(), time.monotonic() - began)
        yield self._ended(description=writing.text)

    async def check(self) -> AsyncGenerator[Event, None]:
        """The claims of the text, what it must not say, its length."""
        yield StepBegan("checks")
        evidence = self._product.evidence(
            {one.attribute.name: one.value for one in self._values if one.from_reference},
            self._draft.alike,
        )
        began = time.monotonic()
        found = await asyncio.to_thread(
            partial(checked, self._draft, evidence, self._desk.rules, self._definition)
        )
        told = replace(evidence, reference=())
        self._draft = replace(found.value, steps=self._draft.steps, evidence=told)
        if self._desk.safety is not None and self._draft.description:
            judging = text_refused(
                self._draft.description, self._product, self._answers, self._desk.safety
            )
            judged = await self._in_time(judging, (), self._until)
            if judged.status != "done":
                found = replace(found, status=judged.status, reason=judged.reason)
            self._change(violations=(*self._draft.violations, *judged.value))
        self._note("checks", found, time.monotonic() - began)
        yield self._ended()

    async def judge(self) -> AsyncGenerator[Event, None]:
        """The quality of all, and what would raise it."""
        yield StepBegan("quality")
        began = time.monotonic()
        quality = await asyncio.to_thread(  # it decodes the photos
            quality_of, self._draft, self._product, self._template, self._definition
        )
        self._note("quality", Found(quality, "done"), time.monotonic() - began)
        yield self._ended(quality=quality)

    async def _attributes(self) -> Found[tuple[KeyValue, ...]]:
        if self._template is None:
            return Found((), "skipped", "the category is not known")
        return await key_attributes(
            self._product,
            self._template,
            self._draft.neighbours,
            self._definition.language,
            self._answers,
            self._desk.asker,
        )

    async def _timed(self, step: StepName, work: Awaitable[Found[T]], nothing: T) -> Found[T]:
        """What a step found, within the time that is left to it; noted."""
        began = time.monotonic()
        found = await self._in_time(work, nothing, self._until_text)
        self._note(step, found, time.monotonic() - began)
        return found

    async def _in_time(self, work: Awaitable[Found[T]], nothing: T, until: float) -> Found[T]:
        try:
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                return await work
        except TimeoutError:
            return Found(nothing, "out_of_time", "the time for it was over")
        except EndpointStoppedError as error:
            if self._desk.stop_with_endpoint:
                raise
            return Found(nothing, "failed", error.problem)
        except ListingError as error:
            return Found(nothing, "failed", error.problem)

    def _note(self, step: StepName, found: Found[Any], seconds: float) -> None:
        result = StepResult(step, found.status, round(seconds, 3), found.reason)
        self._change(steps=(*self._draft.steps, result))

    def _ended(self, **changes: Any) -> StepEnded:
        self._change(**changes)
        return StepEnded(self._draft.steps[-1], self._draft)

    def _change(self, **changes: Any) -> None:
        self._draft = replace(self._draft, **changes)
