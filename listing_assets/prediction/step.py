"""The computation of `predicted_tags`: imported models fill the tags that are theirs.

Predictions are kept as the tag model's answers are, per (image id, tag, recipe) in `smart_tags`, so
that a new version of a model predicts again and going back to the first one does not.
"""

import json
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from listing_assets.catalog import Recipes
from listing_assets.full_runs import results_count_since
from listing_assets.increment import (
    Increment,
    Listener,
    Mode,
    Outcome,
    Report,
    Window,
    run_increment,
)
from listing_assets.prediction.inputs import Vectors, load_facts
from listing_assets.prediction.outputs import Prediction, Predictor
from listing_assets.tagging.lacking import lacking_tags
from listing_assets.versions.names import VersionName
from listing_assets.versions.relations import Relations
from listing_assets.versions.view import load_objects
from resources.endpoints.boosted_trees import open_boosted_trees
from resources.lake import Lake
from resources.lake.tables import SMART_TAGS

BATCH_ROWS = 2_048
"""Photos that are predicted at once: 32 MB of vectors of 4,096 numbers."""

Rows = tuple[dict[str, Any], ...]


def predict_version(
    lake: Lake,
    version: VersionName,
    recipes: Recipes,
    *,
    mode: Mode,
    retry_failed: bool,
    window: Window,
    memory: str,
    listener: Listener | None = None,
) -> Report:
    """Fill the tags of the version's photos that imported models predict.

    A model's file is read where a photo lacks its tag, and not otherwise.

    Raises:
        ModelError: a model's file cannot be used, or does not fit its declared columns.
    """
    if not recipes.predicted:
        return Report()
    with (
        results_count_since(lake, version, "predicted_tags", mode) as since,
        Relations(memory) as relations,
    ):
        load_objects(relations, lake, version, recipes.spec)
        names = tuple(recipes.predicted)
        missing = sum(
            lacking_tags(
                relations, lake, recipes, names, since=since, retry_failed=retry_failed
            ).values()
        )
        (photos,) = relations.one("SELECT count(*) FROM photos")
        vectors = Vectors(lake, recipes)
        filling = _Filling(relations, recipes, vectors)
        lacking = _lacking(relations, lake, recipes, vectors) if missing else ()

        def compute(batches: Iterator[pa.RecordBatch]) -> Iterator[Outcome[Rows]]:
            for batch in batches:
                yield from filling.of(pa.Table.from_batches([batch]))

        return run_increment(
            Increment(photos, missing, lacking),
            compute,
            lambda outcomes: _commit(lake, outcomes),
            window=window,
            listener=listener,
        )


def _lacking(
    relations: Relations, lake: Lake, recipes: Recipes, vectors: Vectors
) -> Iterator[pa.RecordBatch]:
    """The photos that lack a prediction, with their facts and where their vector is."""
    load_facts(relations, lake, recipes)
    vectors.load(relations)
    return relations.stream(
        """SELECT u.image_id, u.tags, f.* EXCLUDE (jpeg_row), v.vector_row
           FROM lacking u
           LEFT JOIN facts f USING (jpeg_row)
           LEFT JOIN vectors v USING (image_id)
           ORDER BY v.vector_row, u.jpeg_row""",
        BATCH_ROWS,
    )


class _Filling:
    """The tags that photos lack, with an opened model for each."""

    def __init__(self, relations: Relations, recipes: Recipes, vectors: Vectors) -> None:
        lacking = {tag for (tag,) in relations.all("SELECT DISTINCT unnest(tags) FROM lacking")}
        self._vectors = vectors
        self._predictors: dict[str, Predictor] = {}
        self._common: dict[str, dict[str, Any]] = {}
        tag_recipes = recipes.tags
        for tag in recipes.definition.tags:
            if tag.name not in lacking:
                continue
            model = recipes.predicted[tag.name]
            trees = open_boosted_trees(model.endpoint_config())
            self._predictors[tag.name] = Predictor(tag, model, trees, vectors.dimension)
            self._common[tag.name] = {
                "tag": tag.name,
                "recipe": tag_recipes[tag.name],
                "seen_text": None,
                "model": model.model,
                "model_version": model.version,
                "call_id": uuid.uuid4().hex,
            }

    def of(self, photos: pa.Table) -> Iterator[Outcome[Rows]]:
        """The rows that fill each photo's tags: `photos` are some of the table of `_lacking`."""
        lacking = photos.column("tags").to_pylist()
        vectors = self._vectors.take(photos.column("vector_row"))
        now = datetime.now(UTC)
        filled: list[list[dict[str, Any]]] = [[] for _ in lacking]
        for name, predictor in self._predictors.items():
            places = [place for place, tags in enumerate(lacking) if name in tags]
            rows = predictor.inputs.rows(photos.take(places), vectors[places])
            for place, prediction in zip(places, predictor.predict(rows), strict=True):
                row = self._common[name] | _told(prediction) | {"created_at": now}
                filled[place].append(row)
        for image_id, told in zip(photos.column("image_id").to_pylist(), filled, strict=True):
            reasons = (row["reason"] for row in told if row["status"] != "valid")
            kept = tuple({"image_id": image_id} | row for row in told)
            yield Outcome(kept, failure=next(reasons, None))


def _told(prediction: Prediction) -> dict[str, Any]:
    answer = prediction.answer
    value = None if answer.value is None else json.dumps(answer.value, ensure_ascii=False)
    return {
        "status": answer.status,
        "value": value,
        "reason": None if answer.reason is None else str(answer.reason),
        "repairs": [str(repair) for repair in answer.repairs],
        "raw": prediction.raw,
    }


def _commit(lake: Lake, outcomes: Sequence[Outcome[Rows]]) -> None:
    rows = [row for outcome in outcomes for row in outcome.result]
    lake.append(SMART_TAGS, pa.Table.from_pylist(rows, schema=SMART_TAGS.schema))
