"""Tries a tag definition on a few photos: what it answers, what it costs, where it is weak.

The answers and calls are kept where a run keeps them, so that the run that follows uses them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import reduce
from operator import add
from typing import Any

import pyarrow as pa

from listing_assets.calls import CallRecords, Kept
from listing_assets.calls.spending import typical_call
from listing_assets.catalog import Recipes
from listing_assets.increment import Increment, Listener, Outcome, Window, run_increment
from listing_assets.streams import in_event_loop
from listing_assets.tagging.answers import TagAnswer
from listing_assets.tagging.asking import Asked, ask
from listing_assets.tagging.lacking import lacking_tags
from listing_assets.tagging.sampling import Sample, diverse_sample
from listing_assets.tagging.step import answer_rows
from listing_assets.tagging.stored import StoredAnswer, stored_answers
from listing_assets.tagging.weaknesses import Weakness, weaknesses
from listing_assets.versions.names import VersionName
from listing_assets.versions.photos import Sign, read_photos
from listing_assets.versions.relations import Relations
from listing_assets.versions.view import load_objects
from resources.endpoints.interface import Photo, TagModel, Usage
from resources.errors import CatalogError, EndpointStoppedError, LakeError
from resources.lake import Lake
from resources.lake.tables import SMART_TAGS


@dataclass(frozen=True, slots=True)
class TriedPhoto:
    """One photo of the sample, and its answers as the lake has them now.

    `usage` is what asking for them took, None where they were there already. `again` are the
    answers of a second asking, None where there was none.
    """

    key: str
    image_id: str
    answers: Mapping[str, StoredAnswer]
    usage: Usage | None
    again: Mapping[str, TagAnswer] | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What asking about so many photos would take; None where nothing tells."""

    photos: int
    tokens: int | None
    cost: float | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial found.

    `requests` and `spent` are all that it made and paid for. `whole` estimates the version, `rest`
    what of it was not asked yet. `stopped` says why the trial ended early.
    """

    compared_by: str
    photos: tuple[TriedPhoto, ...]
    requests: int
    spent: Usage
    whole: Estimate
    rest: Estimate
    weaknesses: tuple[Weakness, ...]
    stopped: str | None = None

    def document(self) -> dict[str, Any]:
        """The trial for JSON."""
        return asdict(self)


def try_definition(
    lake: Lake,
    version: VersionName,
    recipes: Recipes,
    endpoint: TagModel,
    records: CallRecords,
    *,
    sample: int,
    twice: int,
    window: Window,
    memory: str,
    listener: Listener | None = None,
    sign: Sign | None = None,
) -> Trial:
    """Ask about a diverse sample of the version's photos, and about `twice` of them once more.

    Photos that were asked before under the same recipes are not asked for the first time again. A
    model that gives equal answers to equal questions is not asked twice. `records` is the meter
    that `endpoint` was opened with.

    Raises:
        CatalogError: the definition asks the tag model for nothing.
        LakeError: the version has no normalized photo.
        EndpointStoppedError: no call can succeed until the user acts, and none did.
    """
    if not recipes.asked:
        raise CatalogError(
            f"tag definition '{recipes.definition.name}' has no tag that a tag model answers.",
            "Each of its tags is predicted by a model of its own; there is nothing to try.",
        )
    records.keep_in(SMART_TAGS)
    with Relations(memory) as relations:
        load_objects(relations, lake, version, recipes.spec)
        lacking_tags(relations, lake, recipes, recipes.asked)
        chosen = diverse_sample(relations, lake, recipes, sample)
        if not chosen.image_ids:
            raise LakeError(
                f"{version} has no normalized photo.", f"Bring it up to date: listing run {version}"
            )
        keys = _load_sample(relations, chosen)
        before = stored_answers(lake, recipes, chosen.image_ids)
        asking = _Asking(recipes, endpoint, records, before, twice)
        query = "SELECT image_id, place, jpeg_row, tags FROM sample_photos"
        items = read_photos(relations, lake, query, sign)
        stopped = asking.run(Increment(len(keys), len(keys), items), window, listener)
        (photos,) = relations.one("SELECT count(*) FROM photos")
        lacking = sum(lacking_tags(relations, lake, recipes, recipes.asked).values())
    after = stored_answers(lake, recipes, chosen.image_ids)
    found = tuple(asking.photo(one, keys[one], after.get(one, {})) for one in chosen.image_ids)
    each = _each(lake, recipes, [photo.usage for photo in found if photo.usage])
    summary = records.summary
    return Trial(
        chosen.compared_by,
        found,
        summary.attempts,
        Usage(summary.input_tokens, summary.output_tokens, summary.cost),
        _estimate(photos, each),
        _estimate(lacking, each),
        tuple(
            weaknesses(
                recipes.definition,
                recipes.asked,
                [photo.answers for photo in found],
                asking.twice_asked,
            )
        ),
        stopped,
    )


def _load_sample(relations: Relations, chosen: Sample) -> dict[str, str]:
    """Make the table `sample_photos` of a loaded view; the photos' keys by image id."""
    places = pa.array(range(len(chosen.image_ids)), pa.int32())
    relations.load("sample", pa.table({"image_id": list(chosen.image_ids), "place": places}))
    relations.make(
        "sample_photos",
        """
        SELECT s.image_id, s.place, p.jpeg_row, coalesce(l.tags, []) AS tags,
               (SELECT min(key) FROM objects o WHERE o.image_id = s.image_id) AS key
        FROM sample s JOIN photos p USING (image_id) LEFT JOIN lacking l USING (image_id)
        """,
    )
    return dict(relations.all("SELECT image_id, key FROM sample_photos"))


@dataclass(slots=True)
class _Tried:
    """What was asked about one photo: what it lacked, and all of it once more."""

    asked: Asked | None = None
    first: Mapping[str, TagAnswer] = field(default_factory=dict)
    again: Asked | None = None
    kept: list[Kept] = field(default_factory=list)


class _Asking:
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
        self._tried: dict[str, _Tried] = {}

    def run(
        self,
        increment: Increment[tuple[Photo, dict[str, Any]]],
        window: Window,
        listener: Listener | None,
    ) -> str | None:
        """Ask about each photo; what ended it early, if anything was answered."""
        model = self._endpoint
        try:
            run_increment(
                increment,
                lambda items: in_event_loop(items, self._try, model.concurrency, model.aclose),
                self._commit,
                window=window,
                listener=listener,
                on_stop=self._records.stop,
            )
        except EndpointStoppedError as error:
            if not any(one.kept for one in self._tried.values()):
                raise
            return str(error)
        return None

    def photo(self, image_id: str, key: str, answers: Mapping[str, StoredAnswer]) -> TriedPhoto:
        """A photo of the sample after all was asked; `answers` are those that the lake has."""
        one = self._tried.get(image_id, _Tried())
        return TriedPhoto(
            key,
            image_id,
            {name: answers[name] for name in self._recipes.asked if name in answers},
            reduce(add, [call.usage for call in one.asked.described]) if one.asked else None,
            one.again.answers if one.again else None,
        )

    @property
    def twice_asked(self) -> list[tuple[Mapping[str, TagAnswer], Mapping[str, TagAnswer]]]:
        """First and second answers about the photos that were asked about two times."""
        return [(one.first, one.again.answers) for one in self._tried.values() if one.again]

    async def _try(self, item: tuple[Photo, dict[str, Any]]) -> Outcome[tuple[str, _Tried]]:
        photo, row = item
        one = _Tried(first=self._before.get(photo.image_id, {}))
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

    def _keep(self, one: _Tried, kept: Kept) -> None:
        if kept.rows:
            self._records.answered(kept)
            one.kept.append(kept)

    def _commit(self, outcomes: Sequence[Outcome[tuple[str, _Tried]]]) -> None:
        tried = [outcome.result for outcome in outcomes]
        self._records.commit([kept for _, one in tried for kept in one.kept])
        self._tried.update(tried)


def _each(
    lake: Lake, recipes: Recipes, usages: Sequence[Usage]
) -> tuple[float, float | None] | None:
    """Mean tokens and cost of asking about one photo: here, or else by the ledger."""
    if usages:
        total = reduce(add, usages)
        tokens = total.input_tokens + total.output_tokens
        return tokens / len(usages), None if total.cost is None else total.cost / len(usages)
    model = recipes.tag_model
    typical = typical_call(lake, model.model, model.version)
    return (typical.input_tokens + typical.output_tokens, typical.cost) if typical else None


def _estimate(photos: int, each: tuple[float, float | None] | None) -> Estimate:
    if each is None:
        return Estimate(photos, None, None)
    tokens, cost = each
    return Estimate(photos, round(tokens * photos), None if cost is None else cost * photos)
