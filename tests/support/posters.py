"""Small posters drawn for the embedded reader: known words, sizes and colours."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from listing_assets.typeface import font

SIDE = 512


def poster(
    lines: Sequence[tuple[str, int]], *, paper: str = "white", ink: str = "black"
) -> Image.Image:
    """Lines of (text, height in pixels) one below the other on plain paper, 512 x 512."""
    picture = Image.new("RGB", (SIDE, SIDE), paper)
    draw = ImageDraw.Draw(picture)
    top = 30
    for text, size in lines:
        face = ImageFont.load_default(size) if text.isascii() else font(size)
        draw.text((30, top), text, fill=ink, font=face)
        top += round(size * 1.5)
    return picture


def block(colour: str, paper: str = "white") -> Image.Image:
    """A plain shape in the middle of plain paper, a third of the picture."""
    picture = Image.new("RGB", (SIDE, SIDE), paper)
    ImageDraw.Draw(picture).rounded_rectangle((110, 110, 402, 402), 40, fill=colour)
    return picture


def jpeg(picture: Image.Image) -> bytes:
    """The picture as the platform stores it."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
