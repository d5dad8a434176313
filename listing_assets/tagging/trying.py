"""Asks about the photos of a sample, about some of them twice, and keeps what was answered."""

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Any, Final

from listing_assets.calls import CallRecords, Kept
from listing_assets.catalog import Recipes
from listing_assets.increment import Increment, Listener, Outcome, Window, run_increment
from listing_assets.streams import in_event_loop
from listing_assets.tagging.answers import TagAnswer
from listing_assets.tagging.asking import Asked, ask
from listing_assets.tagging.step import answer_rows
from resources.endpoints.faults import CallFault
from resources.endpoints.interface import Described, Photo, TagModel, Usage
from resources.errors import EndpointStoppedError, ModelError

MOST_TOLD: Final = 300
"""Characters of an endpoint's complaint."""


@dataclass(slots=True)
class Tried:
    """What was asked about one photo: what it lacked, and all of it once more."""

    asked: Asked | None = None
    first: Mapping[str, TagAnswer] = field(default_factory=dict)
    again: Asked | None = None
    kept: list[Kept] = field(default_factory=list)

    @property
    def usage(self) -> Usage | None:
        """What asking about what the photo lacked took."""
        return reduce(add, [call.usage for call in self.asked.described]) if self.asked else None

    @property
    def failed(self) -> Described | None:
        """The call about what the photo lacked, where it failed."""
        first = self.asked.described[0] if self.asked else None
        return first if first and first.failure else None


class Asking:
    """Asks about the photos of a sample, and keeps what was answered."""

    def __init__(
        self,
        recipes: Recipes,
        endpoint: TagModel,
        records: CallRecords,
        before: Mapping[str, Mapping[str, TagAnswer]],
        twice: int,
    ) -> None:
        self._recipes = recipes
        self._endpoint = endpoint
        self._records = records
        self._before = before
        self._twice = 0 if getattr(endpoint, "deterministic", False) else twice
        self._tried: dict[str, Tried] = {}

    def run(
        self,
        increment: Increment[tuple[Photo, dict[str, Any]]],
        window: Window,
        listener: Listener | None,
    ) -> str | None:
        """Ask about each photo; what ended it early, if anything was answered before."""
        model = self._endpoint
        try:
            run_increment(
                increment,
                lambda items: in_event_loop(
                    items, self._try, model.concurrency, model.aclose, self._records.stopping
                ),
                self._commit,
                window=window,
                listener=listener,
                on_stop=self._records.stop,
            )
        except EndpointStoppedError as error:
            if not any(one.kept and not one.failed for one in self._tried.values()):
                raise
            return str(error)
        return None

    def tried(self, image_id: str) -> Tried:
        """What was asked about a photo."""
        return self._tried.get(image_id, Tried())

    @property
    def usages(self) -> list[Usage]:
        """What asking for the first time took, of each photo that was answered about."""
        tried = self._tried.values()
        return [one.usage for one in tried if one.usage is not None and not one.failed]

    @property
    def unanswered(self) -> dict[str, int]:
        """The photos whose call failed, counted by reason, the most frequent first."""
        reasons = (one.failed.failure or "" for one in self._tried.values() if one.failed)
        return dict(Counter(reasons).most_common())

    def raise_unanswered(self) -> None:
        """Raise where calls failed, in the words of one with the most frequent reason."""
        if not self.unanswered:
            return
        reason, count = next(iter(self.unanswered.items()))
        failures = (one.failed for one in self._tried.values() if one.failed)
        words = next(each.raw for each in failures if each.failure == reason)
        told = textwrap.shorten(CallFault(reason, "passing", words).told, MOST_TOLD)
        model = self._recipes.tag_model
        raise ModelError(
            f"model {model.name} answered about none of the {len(self._tried):,} photos;"
            f" {count:,} calls ended with {told}.",
            f"See what its endpoint can do: listing models check '{model.name}'",
        )

    @property
    def twice_asked(self) -> list[tuple[Mapping[str, TagAnswer], Mapping[str, TagAnswer]]]:
        """First and second answers about the photos that were asked about two times."""
        return [(one.first, one.again.answers) for one in self._tried.values() if one.again]

    async def _try(self, item: tuple[Photo, dict[str, Any]]) -> Outcome[tuple[str, Tried]]:
        photo, row = item
        one = Tried(first=self._before.get(photo.image_id, {}))
        definition = self._recipes.definition
        if row["tags"]:
            one.asked = await ask(self._endpoint, photo, definition, tuple(row["tags"]))
            one.first = {**one.first, **one.asked.answers}
            self._keep(one, answer_rows(self._recipes, photo, one.asked))
        if row["place"] < self._twice:
            try:
                one.again = await ask(self._endpoint, photo, definition, self._recipes.asked)
            except EndpointStoppedError:
                # The first answers were paid for; the next photo meets the same stop.
                return Outcome((photo.image_id, one))
            better = [
                name
                for name, answer in one.again.answers.items()
                if answer.status == "valid" and one.first[name].status != "valid"
            ]
            rows = answer_rows(self._recipes, photo, one.again)
            self._keep(one, Kept(rows.call_id, tuple(r for r in rows.rows if r["tag"] in better)))
        return Outcome((photo.image_id, one))

    def _keep(self, one: Tried, kept: Kept) -> None:
        if kept.rows:
            self._records.answered(kept)
            one.kept.append(kept)

    def _commit(self, outcomes: Sequence[Outcome[tuple[str, Tried]]]) -> None:
        tried = [outcome.result for outcome in outcomes]
        self._records.commit([kept for _, one in tried for kept in one.kept])
        self._tried.update(tried)
