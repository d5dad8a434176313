"""The computation of `embeddings`: one vector per photo and recipe, in batches of one call."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from listing_assets.calls import CallRecords, Kept
from listing_assets.catalog import Model, Recipes
from listing_assets.embedding.checking import unit_vectors
from listing_assets.full_runs import results_count_since, sql_time
from listing_assets.increment import (
    Increment,
    Listener,
    Mode,
    Outcome,
    Report,
    Spent,
    Window,
    run_increment,
)
from listing_assets.streams import in_event_loop
from listing_assets.versions.names import VersionName
from listing_assets.versions.photos import Photos, read_photos
from listing_assets.versions.relations import Relations, is_one_of
from listing_assets.versions.view import load_objects
from resources.endpoints.interface import EmbeddingModel, Photo
from resources.errors import ModelError
from resources.lake import Lake
from resources.lake.database import scan
from resources.lake.tables import TableSpec, embeddings, embeddings_name

PASSING = "unanswered"
"""Reason code of a photo whose call failed for a passing cause: it counts as missing."""


def lacking_vectors(
    relations: Relations,
    lake: Lake,
    recipes: Recipes,
    *,
    since: datetime | None = None,
    retry_failed: bool = False,
) -> int:
    """Make the table `lacking` (image_id, jpeg_row) of a loaded view; count it.

    `since` makes earlier vectors count as missing, `retry_failed` those that could not be made.
    """
    settled = "reason IS NULL" if retry_failed else f"(reason IS NULL OR reason != '{PASSING}')"
    where = f"recipe = '{recipes.embedding}' AND {settled}"
    if since is not None:
        where += f" AND created_at >= {sql_time(since)}"
    name = embeddings_name(recipes.embedding_model.vector_space)
    if lake.exists(name):
        relations.load("embedded", scan(lake.open(name), ["image_id"], where))
    else:
        relations.load("embedded", pa.table({"image_id": pa.array([], pa.string())}))
    relations.make(
        "lacking",
        "SELECT * FROM photos WHERE image_id NOT IN (SELECT image_id FROM embedded)",
    )
    (missing,) = relations.one("SELECT count(*) FROM lacking")
    count: int = missing
    return count


def embed_version(
    lake: Lake,
    version: VersionName,
    recipes: Recipes,
    endpoint: EmbeddingModel,
    records: CallRecords,
    *,
    mode: Mode,
    retry_failed: bool,
    window: Window,
    memory: str,
    listener: Listener | None = None,
    photos: Photos = read_photos,
) -> Report:
    """Embed the photos that lack a vector.

    `records` is the meter that `endpoint` was opened with. `photos` is `locate_photos` for one
    whose workers read them.

    Raises:
        ModelError: the model's dimension is not that of its table.
    """
    model = recipes.embedding_model
    table = embeddings(model.vector_space, endpoint.dimension)
    require_dimension(lake, table, endpoint.dimension, model)
    records.keep_in(table)
    with (
        results_count_since(lake, version, "embeddings", mode) as since,
        Relations(memory) as relations,
    ):
        load_objects(relations, lake, version, recipes.spec)
        missing = lacking_vectors(relations, lake, recipes, since=since, retry_failed=retry_failed)
        (needed,) = relations.one("SELECT count(*) FROM photos")
        items = (photo for photo, _ in photos(relations, lake, "SELECT * FROM lacking", None))

        async def embed(batch: Sequence[Photo]) -> list[Outcome[Kept]]:
            outcomes = await _embed(endpoint, recipes, batch)
            for outcome in outcomes:
                records.answered(outcome.result)
            return outcomes

        def compute(missing_photos: Iterator[Photo]) -> Iterator[Outcome[Kept]]:
            batches = _batches(missing_photos, endpoint.max_batch)
            for outcomes in in_event_loop(
                batches, embed, endpoint.concurrency, endpoint.aclose, records.stopping
            ):
                yield from outcomes

        return run_increment(
            Increment(needed, missing, items),
            compute,
            lambda outcomes: records.commit([outcome.result for outcome in outcomes]),
            window=window,
            listener=listener,
            on_stop=records.stop,
        )


def require_dimension(lake: Lake, table: TableSpec, dimension: int, model: Model) -> None:
    """Raise `ModelError` where the model's table stands with another dimension."""
    if not lake.exists(table.name):
        return
    stands = lake.open(table.name).schema.field("vector").type.list_size
    if stands != dimension:
        raise ModelError(
            f"model {model.name} answers with dimension {dimension}, but {table.name} holds"
            f" dimension {stands}.",
            "One table has one dimension: register the other dimension as a model of another name.",
        )


def _batches(items: Iterator[Photo], size: int) -> Iterator[list[Photo]]:
    batch: list[Photo] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def stored_vectors(lake: Lake, recipes: Recipes, image_ids: Sequence[str]) -> dict[str, np.ndarray]:
    """By image id: the unit vectors of a few photos that the lake holds, float32."""
    name = embeddings_name(recipes.embedding_model.vector_space)
    if not image_ids or not lake.exists(name):
        return {}
    where = f"recipe = '{recipes.embedding}' AND {is_one_of('image_id', image_ids)}"
    rows = scan(lake.open(name), ["image_id", "vector"], where).read_all()
    return {
        row["image_id"]: np.asarray(row["vector"], dtype=np.float32)
        for row in rows.to_pylist()
        if row["vector"] is not None
    }


async def embedded_rows(
    endpoint: EmbeddingModel, recipes: Recipes, photos: Sequence[Photo]
) -> tuple[dict[str, np.ndarray], list[Kept], str]:
    """The vectors of a few photos, the rows that keep them, and the reason where one is missing.

    Raises:
        EndpointStoppedError: no call can succeed until the user acts.
    """
    vectors: dict[str, np.ndarray] = {}
    kept: list[Kept] = []
    why = ""
    for start in range(0, len(photos), endpoint.max_batch):
        for outcome in await _embed(endpoint, recipes, photos[start : start + endpoint.max_batch]):
            (row,) = outcome.result.rows
            kept.append(outcome.result)
            if row["vector"] is None:
                why = f"model {recipes.embedding_model.name} has no vector: {row['reason']}"
            else:
                vectors[row["image_id"]] = np.asarray(row["vector"], dtype=np.float32)
    return vectors, kept, why


async def _embed(
    endpoint: EmbeddingModel, recipes: Recipes, photos: Sequence[Photo]
) -> list[Outcome[Kept]]:
    embedded = await endpoint.embed_photos(photos)
    model = recipes.embedding_model
    vectors, reasons = unit_vectors(embedded, len(photos), endpoint.dimension, model.name)
    usage = embedded.usage
    spent = Spent(embedded.attempts, usage.input_tokens, usage.output_tokens, usage.cost)
    now = datetime.now(UTC).isoformat()
    return [
        Outcome(
            _kept(recipes, photo, embedded.call_id, vector, reason, now),
            failure=reason,
            spent=spent if place == 0 else Spent(),
        )
        for place, (photo, vector, reason) in enumerate(zip(photos, vectors, reasons, strict=True))
    ]


def _kept(
    recipes: Recipes, photo: Photo, call_id: str, vector: np.ndarray, reason: str | None, now: str
) -> Kept:
    row: dict[str, Any] = {
        "image_id": photo.image_id,
        "recipe": recipes.embedding,
        "vector": None if reason else vector.tolist(),
        "digest": None if reason else hashlib.sha256(vector.tobytes()).hexdigest()[:32],
        "reason": reason,
        "model": recipes.embedding_model.service,
        "model_version": recipes.embedding_model.version,
        "call_id": call_id,
        "created_at": now,
    }
    return Kept(f"{call_id} {photo.image_id}", (row,))
