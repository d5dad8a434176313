"""Tries a tag definition on a few photos: what it answers, what it costs, where it is weak.

The answers and calls are kept where a run keeps them, so that the run that follows uses them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import reduce
from operator import add
from typing import Any, Final

import pyarrow as pa

from listing_assets.calls import CallRecords
from listing_assets.calls.spending import typical_call
from listing_assets.catalog import Recipes
from listing_assets.increment import Increment, Listener, Window
from listing_assets.tagging.answers import TagAnswer
from listing_assets.tagging.lacking import lacking_tags
from listing_assets.tagging.sampling import Sample, diverse_sample
from listing_assets.tagging.stored import StoredAnswer, stored_answers
from listing_assets.tagging.trying import Asking, Tried
from listing_assets.tagging.weaknesses import Weakness, weaknesses
from listing_assets.versions.names import VersionName
from listing_assets.versions.photos import Sign, read_photos
from listing_assets.versions.relations import Relations
from listing_assets.versions.view import load_objects
from resources.endpoints.interface import TagModel, Usage
from resources.errors import CatalogError, LakeError
from resources.lake import Lake
from resources.lake.tables import SMART_TAGS

ANSWERED: Final = frozenset({"valid", "invalid"})
"""The statuses of what a model answered, well or badly."""


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
    what of it was not asked yet. `unanswered` counts the photos whose call failed, by reason;
    `stopped` says why the trial ended early.
    """

    compared_by: str
    photos: tuple[TriedPhoto, ...]
    requests: int
    spent: Usage
    whole: Estimate
    rest: Estimate
    weaknesses: tuple[Weakness, ...]
    unanswered: Mapping[str, int] = field(default_factory=dict)
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
        ModelError: every call failed, and there are no earlier answers to show.
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
        asking = Asking(recipes, endpoint, records, before, twice)
        query = "SELECT image_id, place, jpeg_row, tags FROM sample_photos"
        items = read_photos(relations, lake, query, sign)
        stopped = asking.run(Increment(len(keys), len(keys), items), window, listener)
        (photos,) = relations.one("SELECT count(*) FROM photos")
        lacking = sum(lacking_tags(relations, lake, recipes, recipes.asked).values())
    after = stored_answers(lake, recipes, chosen.image_ids)
    if not any(answer.status in ANSWERED for one in after.values() for answer in one.values()):
        asking.raise_unanswered()
    found = tuple(
        _tried_photo(recipes, keys[one], one, asking.tried(one), after.get(one, {}))
        for one in chosen.image_ids
    )
    each = _each(lake, recipes, asking.usages)
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
        asking.unanswered,
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


def _tried_photo(
    recipes: Recipes, key: str, image_id: str, tried: Tried, answers: Mapping[str, StoredAnswer]
) -> TriedPhoto:
    """A photo of the sample after all was asked; `answers` are those that the lake has."""
    return TriedPhoto(
        key,
        image_id,
        {name: answers[name] for name in recipes.asked if name in answers},
        tried.usage,
        tried.again.answers if tried.again else None,
    )


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
