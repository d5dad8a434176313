"""Plans a dataset version: what an increment would fetch, compute and call, and what it would cost.

Lists the source and compares it with the lake; writes nothing and calls no model.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from listing_assets.catalog import Model, Recipes
from listing_assets.embedding.step import lacking_vectors
from listing_assets.full_runs import FullRun
from listing_assets.imaging.step import objects_to_fetch
from listing_assets.increment import Mode
from listing_assets.tagging.step import lacking_tags
from listing_assets.versions.listing import Selected, listed_batches
from listing_assets.versions.names import VersionName
from listing_assets.versions.relations import Relations, quoted_text
from listing_assets.versions.view import load_objects
from resources.lake import Lake
from resources.lake.tables import MODEL_CALLS


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One step: results needed and to compute, calls, and their cost where a price is known."""

    name: str
    needed: int
    to_compute: int
    calls: int
    cost: float | None
    cost_text: str


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
               WHERE object_id IN (SELECT object_id FROM objects WHERE NOT normalized)"""
        )
        combinations = lacking_tags(relations, lake, recipes, since=since("smart_tags"))
        (photos,) = relations.one("SELECT count(*) FROM photos")
        vectors = lacking_vectors(relations, lake, recipes, since=since("embeddings"))
    asked = sum(combinations.values()) + unseen
    tags = {
        tag: sum(count for names, count in combinations.items() if tag in names) + unseen
        for tag in recipes.tags
    }
    tag_cost = _cost(lake, recipes.tag_model, asked)
    vector_cost = _cost(lake, recipes.embedding_model, vectors + unseen)
    notes = []
    if unseen:
        notes.append(
            f"{unseen:,} objects were never fetched; duplicates and rejects among them cost less."
        )
    for model, cost in ((recipes.tag_model, tag_cost), (recipes.embedding_model, vector_cost)):
        if cost is None:
            notes.append(f"{model.name}: no price, or no call on record to learn its tokens from.")
    return Plan(
        version,
        mode,
        (
            PlannedStep("normalized_images", objects, fetch, 0, 0.0, "–"),
            PlannedStep(
                "smart_tags", photos + unseen, asked, asked, tag_cost, _cost_text(tag_cost)
            ),
            PlannedStep(
                "embeddings",
                photos + unseen,
                vectors + unseen,
                vectors + unseen,
                vector_cost,
                _cost_text(vector_cost),
            ),
        ),
        {tag: count for tag, count in tags.items() if count},
        tuple(notes),
    )


def _cost(lake: Lake, model: Model, calls: int) -> float | None:
    """Calls times the mean cost of the model's calls on record; free where it is embedded."""
    if not calls or model.provider == "embedded":
        return 0.0
    if model.price is None:
        return None
    where = (
        f"model = {quoted_text(model.model)} AND model_version = {quoted_text(model.version)}"
        " AND outcome = 'ok'"
    )
    with Relations() as relations:
        relations.load("calls", lake.scan(MODEL_CALLS, ["cost"], where))
        (mean,) = relations.one("SELECT avg(cost) FROM calls")
    if mean is None:
        return model.price.per_call * calls or None
    return float(mean) * calls


def _cost_text(cost: float | None) -> str:
    return "unknown" if cost is None else f"{cost:.4g}"
