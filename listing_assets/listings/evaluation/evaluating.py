"""Evaluates a published version: everything that its texts, labels and photos allow."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from listing_assets.catalog import TagDefinition
from listing_assets.listings.definitions import ListingDefinition
from listing_assets.listings.desk import Desk
from listing_assets.listings.evaluation.ablation import ARMS, Ablated, Arm
from listing_assets.listings.evaluation.accuracy import Accuracy, accuracies, same_category
from listing_assets.listings.evaluation.cases import HumanListing, human_listings
from listing_assets.listings.evaluation.errors import EvaluationError
from listing_assets.listings.evaluation.naming import by_key_of_photo
from listing_assets.listings.evaluation.result import ArmScores, Evaluation
from listing_assets.listings.evaluation.retrieval import PrecisionAt, retrieval
from listing_assets.listings.evaluation.same_products import (
    Level,
    SameProducts,
    told_products,
)
from listing_assets.listings.evaluation.tags import tag_accuracies
from listing_assets.listings.evaluation.texts import text_scores
from listing_assets.listings.evaluation.told import Rows, Told
from listing_assets.listings.evaluation.writing import Listener, write_all
from listing_assets.listings.steps.printed import HAN
from listing_assets.listings.steps.verdict import ORDER
from listing_assets.reading import OpenRevision
from listing_assets.search import Published, QueryVectors

SPU_COLUMN: Final = "meta_spu_id"
CATEGORY: Final = "(category)"
"""The draft's category, among its attributes."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is evaluated of a large version; which part it is never changes."""

    products: int = 500
    """Products whose descriptions are written, four times each."""
    queries: int = 1_000
    """Photos that are searched, at each level."""


async def evaluate(
    opened: OpenRevision,
    desk: Desk,
    tags: TagDefinition,
    vectors: QueryVectors | None,
    *,
    reference: Published | None = None,
    same: Sequence[SameProducts] = (),
    beside: Rows | None = None,
    limits: Limits = Limits(),
    listener: Listener | None = None,
) -> Evaluation:
    """Evaluate a version with a listing definition, whose models are open on the desk.

    Texts, attributes and categories of people are in the columns that the definition names for its
    reference, and in those of a file `beside` (`read_rows`). `tags` are those of the version's
    dataset, `vectors` makes vectors of texts in its embedding model, None to leave similarity out.
    `reference` is where like products are looked for, the version itself by default; the desk's
    own is not used, because every product is held out of it. `same` says which photos show the
    same product (`read_pairs`), else columns do; both files name photos by key, or by the end of
    their URI. Answers are kept in the lake as those of drafts
    are: the models' records must keep answers there.

    Raises:
        EvaluationError: the version has nothing to be judged by, or a file speaks of other photos.
        EndpointStoppedError: no call can succeed until the user acts; what was answered is kept.
        ListingError: the reference cannot be searched, or a model did not answer.
    """
    entry = desk.definition.reference
    columns: Mapping[Level, str] = {"SKU": entry.product, "SPU": SPU_COLUMN}
    rows, same, named = await asyncio.to_thread(by_key_of_photo, opened, beside, same)
    told = Told(opened, rows)
    if str(reference) == str(opened):
        reference = None
    same = same or await asyncio.to_thread(told_products, told, columns)
    listings = await asyncio.to_thread(human_listings, told, entry, limits.products)
    judged = await asyncio.to_thread(tag_accuracies, told, desk, tags)
    found: tuple[PrecisionAt, ...] = ()
    if same:
        found = await asyncio.to_thread(retrieval, opened, same, limits.queries)
    notes = (*named, *_notes(opened, desk.definition, listings, bool(judged), bool(found)))
    if not (listings or judged or found):
        raise EvaluationError(
            f"{opened} has no text, label or product of people to be judged by.",
            "Publish it with a manifest that has them (selection: {kind: manifest, …} in"
            " catalog/datasets.yaml), name its columns in the listing definition, or give a file"
            " with them.",
        )
    written: list[Ablated] = []
    cost: float | None = 0.0
    if listings:
        written, cost = await write_all(told, desk, reference, listings, listener)
    verdicts = Counter(one.verdict for one in written)
    return Evaluation(
        str(opened),
        desk.definition.name,
        desk.definition.language,
        desk.writer.model.identity,
        opened.published.embedding_model,
        str(reference or opened),
        entry.product in (reference or told).columns,
        len(written),
        await asyncio.to_thread(_arm_scores, written, desk.definition, vectors),
        {name: count for name in ORDER if (count := verdicts[name])},
        _attributes(written, desk),
        judged,
        found,
        notes,
        cost,
    )


def _arm_scores(
    written: Sequence[Ablated], definition: ListingDefinition, vectors: QueryVectors | None
) -> tuple[ArmScores, ...]:
    def scores(arm: Arm) -> ArmScores:
        texts = [one.written[arm] for one in written]
        pairs = [(one.written[arm].text, one.human.description) for one in written]
        return ArmScores(
            arm,
            len(written),
            sum(one.told_more for one in texts),
            sum(not one.text for one in texts),
            text_scores(pairs, definition.language, vectors),
        )

    return tuple(map(scores, ARMS)) if written else ()


def _attributes(written: Sequence[Ablated], desk: Desk) -> tuple[Accuracy, ...]:
    """The category first, then the attributes that people told.

    Attributes are those of the template of the draft's category, else of the person's.
    """
    compared = []
    for one in written:
        template = one.template or desk.templates.of(one.human.category)
        compared.append((one.attributes, template.matched(one.human.attributes)))
    told = [one for one in written if one.human.category]
    if not told:
        return accuracies(compared)
    right = sum(
        bool(one.category) and same_category(one.category, one.human.category, desk.templates)
        for one in told
    )
    category = Accuracy(CATEGORY, len(told), sum(bool(one.category) for one in told), right)
    return (category, *accuracies(compared))


def _notes(
    opened: OpenRevision,
    definition: ListingDefinition,
    listings: Sequence[HumanListing],
    labels: bool,
    products: bool,
) -> list[str]:
    entry, chinese = definition.reference, definition.language == "zh"
    notes = []
    if not listings:
        notes.append(f"Descriptions: {opened} has none in the column `{entry.description}`.")
    foreign = sum(bool(HAN.search(one.description)) != chinese for one in listings)
    if 2 * foreign > len(listings):
        notes.append(
            f"Descriptions: {foreign:,} of {len(listings):,} texts of people are not in"
            f" {'Chinese' if chinese else 'English'}, so that the figures say little."
        )
    if not labels:
        notes.append(
            f"Tags: {opened} has no labels of people, such as `meta_category` for `tag_category`."
        )
    if not products:
        notes.append(
            f"Finding the same product: {opened} has no column `{entry.product}` with products of"
            " several photos."
        )
    return notes
