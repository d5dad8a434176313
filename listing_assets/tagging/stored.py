"""Reads answers that the lake keeps about single photos."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from listing_assets.catalog import Recipes
from listing_assets.tagging.answers import TagAnswer
from listing_assets.versions.relations import is_one_of
from resources.lake import Lake
from resources.lake.tables import SMART_TAGS


@dataclass(frozen=True, slots=True)
class StoredAnswer(TagAnswer):
    """An answer, and the model's text that it was read from where it is not valid.

    `seen_text` has the lines that the model read on the photo, where it tells.
    """

    raw: str | None = None
    seen_text: str | None = None


def stored_answers(
    lake: Lake, recipes: Recipes, image_ids: Sequence[str]
) -> dict[str, dict[str, StoredAnswer]]:
    """By image id and tag: the newest answer under these recipes, for a few photos."""
    of_recipes = is_one_of("recipe", recipes.tags.values())
    rows = lake.scan(
        SMART_TAGS,
        [
            "image_id",
            "tag",
            "status",
            "value",
            "reason",
            "repairs",
            "raw",
            "seen_text",
            "created_at",
        ],
        f"{of_recipes} AND {is_one_of('image_id', image_ids)}",
    ).read_all()
    found: dict[str, dict[str, StoredAnswer]] = {}
    for row in sorted(rows.to_pylist(), key=_created_at):
        found.setdefault(row["image_id"], {})[row["tag"]] = StoredAnswer(
            row["status"],
            None if row["value"] is None else json.loads(row["value"]),
            row["reason"],
            tuple(row["repairs"] or ()),
            row["raw"],
            row["seen_text"],
        )
    return found


def _created_at(row: dict[str, datetime]) -> datetime:
    return row["created_at"]
