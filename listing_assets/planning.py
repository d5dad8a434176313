"""Plans a dataset version: what an increment would fetch, compute and call, and what it would cost.

Lists the source and compares it with the lake; writes nothing and calls no model.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from listing_assets.batches.covering import make_unasked
from listing_assets.batches.notes import batches_of
from listing_assets.calls.spending import typical_call
from listing_assets.catalog import Model, Recipes
from listing_assets.embedding.step import lacking_vectors
from listing_assets.full_runs import FullRun
from listing_assets.imaging.step import objects_to_fetch
from listing_assets.increment import Mode
from listing_assets.tagging.lacking import lacking_tags
from listing_assets.versions.listing import Selected, listed_batches
from listing_assets.versions.names import VersionName
from listing_assets.versions.relations import Relations
from listing_assets.versions.view import load_objects
from resources.endpoints.chat.batch_terms import request_config
from resources.endpoints.chat.providers import base_url
from resources.endpoints.config import catalog_file
from resources.lake import Lake


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step: results needed and to compute, and what its calls are estimated to take.

    In batch mode, what open batches will bring is no longer to compute, and costs have the discount
    of batches. `tokens` and `cost` are None where neither the ledger nor a price tells; `currency`
    is empty where there is no price.
    """

    name: str
    needed: int
    to_compute: int
    calls: int = 0
    tokens: int | None = 0
    cost: float | None = 0.0
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a version. `tags` counts the photos that lack each tag."""

    version: VersionName
    mode: Mode
    steps: tuple[PlannedStep, ...]
    tags: dict[str, int]
    notes: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """The plan for JSON."""
        return {
            "version": str(self.version),
            "mode": self.mode,
            "steps": [asdict(step) for step in self.steps],
            "tags": self.tags,
            "calls": sum(step.calls for step in self.steps),
            "notes": list(self.notes),
        }


def plan_version(
    lake: Lake,
    version: VersionName,
    selected: Iterable[Selected],
    recipes: Recipes,
    *,
    mode: Mode,
    memory: str,
) -> Plan:
    """Compare a fresh listing with the lake.

    Photos that were never fetched are taken to be photos of their own; duplicates among them and
    rejects will cost less than planned.
    """

    def since(asset: str) -> datetime | None:
        if mode == "incremental":
            return None
        return FullRun(lake, version, asset).unfinished() or datetime.now(UTC)

    with Relations(memory) as relations:
        load_objects(relations, lake, version, recipes.spec, listed_batches(version, selected))
        objects, fetch = objects_to_fetch(
            relations, lake, recipes.spec, since=since("normalized_images")
        )
        (unseen,) = relations.one(
            """SELECT count(DISTINCT object_id) FROM to_fetch
               WHERE object_id IN (
                   SELECT object_id FROM objects WHERE NOT normalized AND reason IS NULL)"""
        )
        combinations = lacking_tags(
            relations, lake, recipes, recipes.asked, since=since("smart_tags")
        )
        waiting = 0
        if recipes.tag_model.mode == "batch":
            combinations, waiting = _not_in_batches(relations, lake, recipes)
        (photos,) = relations.one("SELECT count(*) FROM photos")
        vectors = lacking_vectors(relations, lake, recipes, since=since("embeddings"))
    asked = sum(combinations.values()) + unseen
    tags = {
        tag: sum(count for names, count in combinations.items() if tag in names) + unseen
        for tag in recipes.asked
    }
    steps = (
        PlannedStep("normalized_images", objects, fetch),
        asking(lake, "smart_tags", recipes.tag_model, photos + unseen, asked),
        asking(lake, "embeddings", recipes.embedding_model, photos + unseen, vectors + unseen),
    )
    notes = []
    if unseen:
        notes.append(
            f"{unseen:,} objects were never fetched; duplicates and rejects among them cost less."
        )
    if waiting:
        notes.append(
            f"{waiting:,} photos are in open batches; what these bring is not asked for again."
        )
    for model, step in ((recipes.tag_model, steps[1]), (recipes.embedding_model, steps[2])):
        if step.cost is None:
            notes.append(
                f"{model.name}: it has no price in {catalog_file('models.yaml')}."
                if model.price is None
                else f"{model.name}: no call on record to learn its tokens from; a small"
                " `listing tags try` tells."
            )
    return Plan(
        version, mode, steps, {tag: count for tag, count in tags.items() if count}, tuple(notes)
    )


def _not_in_batches(
    relations: Relations, lake: Lake, recipes: Recipes
) -> tuple[dict[tuple[str, ...], int], int]:
    """Of `lacking`: photos by the tags still to be asked for, and photos in open batches."""
    model = recipes.tag_model
    batches = batches_of(lake, base_url(model.endpoint_config()), model)
    make_unasked(relations, lake, recipes, [batch for batch in batches if batch.is_open])
    (waiting,) = relations.one("SELECT count(DISTINCT image_id) FROM covered")
    unasked = relations.all("SELECT list_sort(tags) AS names, count(*) FROM unasked GROUP BY names")
    return {tuple(tags): count for tags, count in unasked}, waiting


def asking(lake: Lake, name: str, model: Model, needed: int, to_compute: int) -> PlannedStep:
    """A step that calls a model; what a call takes is learnt from the ledger."""
    if model.provider == "embedded" or not to_compute:
        return PlannedStep(name, needed, to_compute, to_compute)
    config = model.endpoint_config()
    currency = model.price.currency if model.price else ""
    price = (request_config(config) if model.mode == "batch" else config).price
    typical = typical_call(lake, model.service, model.version)
    if typical is None:
        cost = (price.per_call if price else 0.0) * to_compute or None
        return PlannedStep(name, needed, to_compute, to_compute, None, cost, currency)
    tokens = round((typical.input_tokens + typical.output_tokens) * to_compute)
    if price is None:
        return PlannedStep(name, needed, to_compute, to_compute, tokens, None, currency)
    cost = price.of(typical.input_tokens, typical.output_tokens) * to_compute
    return PlannedStep(name, needed, to_compute, to_compute, tokens, cost, currency)
