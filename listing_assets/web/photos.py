"""What the lake tells of one photo of a revision: its row, and the model calls it took."""

from datetime import datetime
from typing import Any, NamedTuple

import pyarrow.compute as pc

from listing_assets.search import Published
from listing_assets.versions.relations import Relations, is_one_of, quoted_text
from listing_assets.web.errors import NotFoundError
from resources.lake import Lake
from resources.lake.database import scan
from resources.lake.tables import MODEL_CALLS, SMART_TAGS


class Call(NamedTuple):
    """A call that answered tags of a photo. `cost` is the photo's share of it."""

    model: str
    outcome: str
    tags: list[str]
    recipes: list[str]
    input_tokens: int
    output_tokens: int
    cost: float | None
    latency_ms: float
    made_at: datetime


def photo_row(
    published: Published, key: str, columns: tuple[str, ...] | None = None
) -> dict[str, Any]:
    """The row of a key: the chosen columns as far as there are such, or all but the vector.

    Raises:
        NotFoundError: the revision has no such key.
    """
    wanted = columns or published.columns - {"vector"}
    found: list[dict[str, Any]] = (
        published.table.search()
        .where(f"`key` = {quoted_text(key)}")
        .select([name for name in published.table.schema.names if name in wanted])
        .limit(1)
        .to_list()
    )
    if not found:
        raise NotFoundError(
            f"{published} has no photo '{key}'.", "Name a key as the list of files gives it."
        )
    return found[0]


def rejected_by_reason(published: Published) -> dict[str, int]:
    """How many objects were rejected for each reason, the most frequent first."""
    rows = scan(published.table, ["reason"], "status = 'rejected'").read_all()
    counted = pc.value_counts(rows["reason"]).to_pylist()
    counted.sort(key=lambda one: (-one["counts"], one["values"]))
    return {one["values"]: one["counts"] for one in counted}


def calls_of(lake: Lake, image_id: str, memory: str) -> list[Call]:
    """The calls whose answers a photo's tags are, newest first."""
    with Relations(memory) as relations:
        where = f"image_id = {quoted_text(image_id)}"
        relations.load("answers", lake.scan(SMART_TAGS, ["call_id", "tag", "recipe"], where))
        calls = [row[0] for row in relations.all("SELECT DISTINCT call_id FROM answers")]
        if not calls:
            return []
        columns = [
            "call_id",
            "model",
            "model_version",
            "images",
            "input_tokens",
            "output_tokens",
            "cost",
            "latency_ms",
            "outcome",
            "created_at",
        ]
        relations.load("calls", lake.scan(MODEL_CALLS, columns, is_one_of("call_id", calls)))
        rows = relations.all(
            """SELECT model || '@' || model_version, outcome, tags, recipes, input_tokens,
                      output_tokens, cost / greatest(images, 1), latency_ms, created_at
               FROM calls JOIN (SELECT call_id, list(DISTINCT tag ORDER BY tag) AS tags,
                                       list(DISTINCT recipe ORDER BY recipe) AS recipes
                                FROM answers GROUP BY call_id) USING (call_id)
               ORDER BY created_at DESC"""
        )
        return [Call(*row) for row in rows]
