"""Draws a contact sheet: thumbnails of a revision, and what was rejected with its reason."""

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from listing_assets.typeface import font

TILE = 160
CAPTION = 34
GAP = 8
COLUMNS = 10
PAPER = "#f6f5f2"
INK = "#23262b"
FAINT = "#8a8d92"
WARNING = "#a33b2e"


@dataclass(frozen=True, slots=True)
class Tile:
    """One object: its name, its JPEG or the reason it has none, and a line of labels."""

    key: str
    jpeg: bytes | None
    reason: str | None
    labels: str


def draw_contact_sheet(title: str, tiles: list[Tile]) -> Image.Image:
    """An RGB sheet of all `tiles`, ten in a row, under a title."""
    rows = max(1, -(-len(tiles) // COLUMNS))
    width = COLUMNS * (TILE + GAP) + GAP
    head = 52
    sheet = Image.new("RGB", (width, head + rows * (TILE + CAPTION + GAP) + GAP), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((GAP, 14), title, INK, font=font(22))
    small = font(12)
    for place, tile in enumerate(tiles):
        left = GAP + (place % COLUMNS) * (TILE + GAP)
        top = head + (place // COLUMNS) * (TILE + CAPTION + GAP)
        if tile.jpeg is not None:
            with Image.open(io.BytesIO(tile.jpeg)) as photo:
                photo.draft("RGB", (TILE, TILE))
                photo.thumbnail((TILE, TILE), Image.Resampling.LANCZOS)
                at = (left + (TILE - photo.width) // 2, top + (TILE - photo.height) // 2)
                sheet.paste(photo, at)
        else:
            draw.rectangle((left, top, left + TILE - 1, top + TILE - 1), "#efe6e3", "#d9c4bf")
            reason = (tile.reason or "").replace("_", " ")
            draw.text(
                (left + TILE / 2, top + TILE / 2),
                reason,
                WARNING,
                font=font(14),
                anchor="mm",
            )
        draw.text((left, top + TILE + 2), _fit(tile.key, small), INK, font=small)
        draw.text((left, top + TILE + 17), _fit(tile.labels, small), FAINT, font=small)
    return sheet


def _fit(text: str, face: ImageFont.FreeTypeFont) -> str:
    """The end of a key is its telling part, so a long text loses its beginning."""
    if face.getlength(text) <= TILE:
        return text
    while text and face.getlength("…" + text) > TILE:
        text = text[1:]
    return "…" + text
