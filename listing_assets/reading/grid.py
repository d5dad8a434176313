"""Photos as a grid of thumbnails in HTML, for notebooks."""

import base64
import io
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from PIL import Image

SIDE = 128
"""Pixels of a thumbnail's longer side."""
QUALITY = 75
MOST_WORDS = 80


def grid(title: str, rows: Sequence[Mapping[str, Any]], jpegs: Mapping[str, bytes]) -> str:
    """HTML of the rows in their order: thumbnail, key, labels. All text is escaped."""
    tiles = "".join(_tile(row, jpegs.get(row["image_id"])) for row in rows)
    return (
        f"<div><div><strong>{escape(title)}</strong></div>"
        f'<div style="display:flex;flex-wrap:wrap;gap:8px">{tiles}</div></div>'
    )


def _tile(row: Mapping[str, Any], jpeg: bytes | None) -> str:
    key, labels = row["key"], ", ".join(row.get("labels") or ())
    picture = f'<div style="height:{SIDE}px"></div>'
    if jpeg is not None:
        picture = (
            f'<img src="data:image/jpeg;base64,{_thumbnail(jpeg)}" alt="{escape(key)}"'
            f' style="max-width:{SIDE}px;max-height:{SIDE}px">'
        )
    return (
        f'<div style="width:{SIDE}px;overflow-wrap:anywhere;font-size:11px" title="{escape(key)}">'
        f"{picture}<div>{escape(_short(key))}</div>"
        f'<div style="opacity:.7">{escape(_short(labels))}</div></div>'
    )


def _thumbnail(jpeg: bytes) -> str:
    with Image.open(io.BytesIO(jpeg)) as image:
        image.thumbnail((SIDE, SIDE))
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=QUALITY)
    return base64.b64encode(buffer.getvalue()).decode()


def _short(text: str) -> str:
    return text if len(text) <= MOST_WORDS else f"…{text[1 - MOST_WORDS :]}"
