"""The ablation: the description of a product, written from less and from more, all else equal.

| arm | what the writer is told besides the photos |
|---|---|
| photo | nothing |
| + category | the category, and its template's attributes |
| + reference | what like products share, by the template that serves every category |
| all | what a draft is written from |

The requests are those of drafts. No simpler one stands in for one that fails: there is no text.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from listing_assets.listings.answers import Answers
from listing_assets.listings.definitions.templates import DEFAULT, AttributeTemplate
from listing_assets.listings.desk import Desk
from listing_assets.listings.draft import Neighbour, Verdict
from listing_assets.listings.evaluation.cases import HumanListing
from listing_assets.listings.evaluation.holding_out import WithoutProduct
from listing_assets.listings.honesty import cut
from listing_assets.listings.products import Product
from listing_assets.listings.steps.attributes import KeyValue, key_attributes
from listing_assets.listings.steps.category import category_of
from listing_assets.listings.steps.description import attempts
from listing_assets.listings.steps.naming import title_of
from listing_assets.listings.steps.photos import with_cover
from listing_assets.listings.steps.retrieval import like_products
from resources.endpoints.writing import WriteRequest
from resources.errors import EndpointStoppedError, ListingError

Arm = Literal["photo", "+ category", "+ reference", "all"]
ARMS: Final[tuple[Arm, ...]] = get_args(Arm)


@dataclass(frozen=True)
class Written:
    """The text of an arm; `told_more` is whether the writer was told more than by the photo arm."""

    text: str
    told_more: bool
    failure: str = ""


@dataclass(frozen=True)
class Ablated:
    """What a product's draft came to: its texts by arm, and what all of it knew.

    `attributes` are by the template's English names.
    """

    human: HumanListing
    written: Mapping[Arm, Written]
    category: str
    verdict: Verdict
    template: AttributeTemplate | None
    attributes: Mapping[str, str]


async def ablation(
    products: Sequence[tuple[HumanListing, Product]],
    held_out: Mapping[str, frozenset[str]],
    desk: Desk,
    answers: Answers,
) -> tuple[Ablated, ...]:
    """Have the description of each product written in all arms, several products at once.

    `held_out` has the image ids that a product's retrieval must not find, by the product's id,
    besides its own. What was answered before is not asked again.

    Raises:
        EndpointStoppedError: no call can succeed until the user acts.
        SearchError: the reference cannot be searched with the products' vectors.
    """
    gate = asyncio.Semaphore(desk.writer.endpoint.concurrency)

    async def one(human: HumanListing, product: Product) -> Ablated:
        async with gate:
            return await _ablated(human, product, held_out, desk, answers)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(human, product)) for human, product in products]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return tuple(task.result() for task in tasks)


async def _ablated(
    human: HumanListing,
    product: Product,
    held_out: Mapping[str, frozenset[str]],
    desk: Desk,
    answers: Answers,
) -> Ablated:
    definition = desk.definition
    product, _ = with_cover(product, definition.category.tag, definition.verdict.similar)
    reference = None
    if desk.reference is not None:
        ids = human.image_ids | held_out.get(human.product, frozenset())
        reference = WithoutProduct(desk.reference, ids, human.description)
    most = definition.reference.neighbours
    found = await like_products(product, reference, most, definition.verdict)
    asking = _Asking(product, desk, answers)

    nothing = asking.request("", None, (), ())
    category = await asking.category(())
    template = desk.templates.of(category) if category else None
    values = await asking.values(template, ())
    with_category = asking.request(category, template, values, ())

    common = desk.templates.by_name.get(DEFAULT)
    values = await asking.values(common, found.value)
    shared = [one for one in values if one.from_reference]
    with_reference = asking.request("", None, shared, found.value)

    category = await asking.category(found.value)
    template = desk.templates.of(category) if category else None
    values = await asking.values(template, found.value)
    whole = asking.request(category, template, values, found.value)

    requests = (nothing, with_category, with_reference, whole)
    written = {one: await asking.written(one, nothing) for one in dict.fromkeys(requests)}
    return Ablated(
        human,
        {arm: written[one] for arm, one in zip(ARMS, requests, strict=True)},
        category,
        found.value[0].verdict if found.value else "none",
        template,
        {one.attribute.name: one.value for one in values},
    )


class _Asking:
    """Asks about one product, with less or with more."""

    def __init__(self, product: Product, desk: Desk, answers: Answers) -> None:
        self._product = product
        self._desk = desk
        self._answers = answers
        self._language = desk.definition.language

    async def category(self, neighbours: Sequence[Neighbour]) -> str:
        found = await category_of(self._product, self._desk, neighbours, self._answers)
        return found.value

    async def values(
        self, template: AttributeTemplate | None, neighbours: Sequence[Neighbour]
    ) -> tuple[KeyValue, ...]:
        if template is None:
            return ()
        found = await key_attributes(
            self._product,
            template,
            neighbours,
            self._language,
            self._answers,
            self._desk.asker,
        )
        return found.value

    def request(
        self,
        category: str,
        template: AttributeTemplate | None,
        values: Sequence[KeyValue],
        neighbours: Sequence[Neighbour],
    ) -> WriteRequest:
        title = title_of(self._product, neighbours, self._language, template)
        fullest, *_ = attempts(
            self._product, self._desk.definition, title, category, template, values, neighbours
        )
        return fullest.request

    async def written(self, request: WriteRequest, nothing: WriteRequest) -> Written:
        told_more = (request.prompt, request.facts) != (nothing.prompt, nothing.facts)
        try:
            pieces = [one async for one in self._answers.write(self._desk.writer, request)]
        except EndpointStoppedError:
            raise
        except ListingError as error:
            return Written("", told_more, error.problem)
        return Written(cut("".join(pieces), request.max_length).strip(), told_more)
