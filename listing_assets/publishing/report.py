"""Writes a revision's report folder: contact sheet, dataset card, and a small preview."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from listing_assets.catalog import Recipes
from listing_assets.publishing.card import write_card
from listing_assets.publishing.contact_sheet import Tile, draw_contact_sheet
from listing_assets.publishing.revisions import Revision, open_revision
from listing_assets.versions.relations import Relations, is_one_of
from resources.lake import Lake
from resources.lake.database import scan
from resources.lake.tables import NORMALIZED_IMAGES

MOST_TILES = 200
PREVIEW_TILES = 10
PREVIEW_WIDTH = 400


@dataclass(frozen=True, slots=True)
class RevisionReport:
    """Where the report lies, and a preview as Markdown with one embedded picture."""

    contact_sheet: Path
    card: Path
    preview: str


def write_report(lake: Lake, revision: Revision, recipes: Recipes, reports: Path) -> RevisionReport:
    """The report of a revision, under `reports/<dataset>/<revision>/`.

    A revision never changes, so a report that stands is not drawn again.
    """
    folder = reports / revision.version.dataset / revision.revision
    sheet, card, preview = (
        folder / name for name in ("contact_sheet.png", "card.md", "preview.webp")
    )
    if not all(path.exists() for path in (sheet, card, preview)):
        folder.mkdir(parents=True, exist_ok=True)
        tiles = _tiles(lake, revision, recipes)
        title = (
            f"{revision.version.dataset} {revision.revision} · {revision.published:,} published"
            f" · {revision.rejected:,} rejected"
        )
        if revision.objects > len(tiles):
            title += f" · {len(tiles)} of them here"
        draw_contact_sheet(title, tiles).save(sheet)
        _save_preview(draw_contact_sheet(title, tiles[:PREVIEW_TILES]), preview)
        write_card(revision, recipes, folder)
    embedded = base64.b64encode(preview.read_bytes()).decode()
    return RevisionReport(sheet, card, f"![preview](data:image/webp;base64,{embedded})")


def _tiles(lake: Lake, revision: Revision, recipes: Recipes) -> list[Tile]:
    """Up to `MOST_TILES` objects, evenly spread over the keys, half of them at most rejected."""
    table = open_revision(lake, revision.version.dataset, revision.revision)
    with Relations() as relations:
        relations.load(
            "held",
            scan(table, ["key", "reason"]),
            "SELECT key, reason IS NULL AS is_published FROM incoming",
        )
        rejected = min(revision.rejected, max(MOST_TILES // 2, MOST_TILES - revision.published))
        published = min(revision.published, MOST_TILES - rejected)
        keys = [
            key
            for (key,) in relations.all(
                f"""SELECT key FROM (
                        SELECT *, row_number() OVER (PARTITION BY is_published ORDER BY key) - 1
                                  AS place
                        FROM held)
                    WHERE CASE WHEN is_published
                          THEN {_spread(published, revision.published)}
                          ELSE {_spread(rejected, revision.rejected)} END"""
            )
        ]
        chosen = _shown(table, keys)
        jpegs = _jpegs(relations, lake, chosen, recipes.spec.recipe)
    return [
        Tile(
            row["key"],
            jpegs.get(row["image_id"]) if row["reason"] is None else None,
            row["reason"],
            ", ".join(row["labels"] or ()),
        )
        for row in chosen
    ]


def _shown(table: Any, keys: list[str]) -> list[dict[str, Any]]:
    """What the sheet says of the rows of these keys: the published first, in the order of keys."""
    if not keys:
        return []
    rows = scan(table, ["key", "image_id", "reason", "labels"], is_one_of("key", keys)).read_all()
    return sorted(rows.to_pylist(), key=lambda row: (row["reason"] is not None, row["key"]))


def _spread(wanted: int, total: int) -> str:
    """A condition on `place` that holds for `wanted` of `total` rows, evenly spread."""
    if not wanted:
        return "false"
    return f"(place * {wanted}) % {total} < {wanted}"


def _jpegs(
    relations: Relations, lake: Lake, chosen: list[dict[str, Any]], recipe: str
) -> dict[str, bytes]:
    ids = {row["image_id"] for row in chosen if row["reason"] is None}
    if not ids:
        return {}
    where = f"recipe = '{recipe}' AND reason IS NULL AND {is_one_of('image_id', ids)}"
    relations.load(
        "shown",
        lake.scan(NORMALIZED_IMAGES, ["image_id", "created_at"], where, row_ids=True),
        "SELECT image_id, arg_max(_rowid, created_at) FROM incoming GROUP BY image_id",
    )
    rows = relations.all("SELECT * FROM shown")
    jpegs = lake.read_jpegs(NORMALIZED_IMAGES, [row_id for _, row_id in rows])
    return {image_id: jpeg for (image_id, _), jpeg in zip(rows, jpegs, strict=True)}


def _save_preview(sheet: Image.Image, path: Path) -> None:
    """The first row of the sheet as a small picture: some kilobytes, kept with every run."""
    height = round(sheet.height * PREVIEW_WIDTH / sheet.width)
    small = sheet.resize((PREVIEW_WIDTH, height), Image.Resampling.LANCZOS)
    small.save(path, "WEBP", quality=40, method=6)
