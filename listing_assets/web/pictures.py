"""Normalized photos and their thumbnails, read from the lake by image id.

Where each photo lies in `normalized_images` is kept in 24 bytes a photo, because the table has no
index and a page shows a hundred photos at once. It belongs to one version of the table, which is
read as long as it has what is asked for.
"""

import io
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from PIL import Image

from listing_assets.web.errors import NotFoundError
from resources.lake import Lake
from resources.lake.tables import NORMALIZED_IMAGES

THUMBNAIL_SIDE: Final = 256
THUMBNAIL_QUALITY: Final = 80
THUMBNAIL_BYTES: Final = 96 * 1024**2
"""Memory for thumbnails that were made."""

Size = tuple[int, int]


@dataclass(frozen=True)
class _Rows:
    """Sorted image ids (16 bytes each) and the row ids of their photos, at one table version."""

    table: Any
    version: int
    ids: np.ndarray
    rows: np.ndarray

    def find(self, image_id: str) -> int | None:
        """The row id of a photo."""
        wanted = np.array(bytes.fromhex(image_id[:32]), dtype=self.ids.dtype)
        place = int(np.searchsorted(self.ids, wanted))
        found = place < len(self.ids) and self.ids[place] == wanted
        return int(self.rows[place]) if found else None


class Pictures:
    """The JPEGs of the lake."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._rows: dict[str | None, _Rows] = {}
        self._thumbnails: OrderedDict[tuple[str, str | None, Size | None], bytes] = OrderedDict()
        self._held = 0
        self._lock = Lock()
        self._reading = Lock()

    def normalized(self, image_id: str, recipe: str | None) -> bytes:
        """The normalized photo; where the recipe is unknown or has changed since, the newest.

        Raises:
            NotFoundError: the lake has no photo of that image id.
        """
        for wanted in dict.fromkeys([recipe, None]):
            jpeg = self._read(image_id, wanted)
            if jpeg is not None:
                return jpeg
        raise NotFoundError(
            f"the lake has no normalized photo of {image_id}.",
            "It was rejected, or the lake's tables were cleared.",
        )

    def thumbnail(self, image_id: str, recipe: str | None, shape: Size | None) -> bytes:
        """A JPEG of at most 256 pixels a side.

        `shape` is the original's width and height where normalizing changed the aspect ratio, which
        is given back.

        Raises:
            NotFoundError: as `normalized`.
        """
        place = image_id, recipe, shape
        with self._lock:
            if place in self._thumbnails:
                self._thumbnails.move_to_end(place)
                return self._thumbnails[place]
        small = _reduced(self.normalized(image_id, recipe), shape)
        with self._lock:
            if place not in self._thumbnails:
                self._thumbnails[place] = small
                self._held += len(small)
            while self._held > THUMBNAIL_BYTES:
                _, dropped = self._thumbnails.popitem(last=False)
                self._held -= len(dropped)
        return small

    def _read(self, image_id: str, recipe: str | None) -> bytes | None:
        rows = self._known(recipe)
        row = rows.find(image_id)
        if row is None:
            rows = self._known(recipe, after=rows)
            row = rows.find(image_id)
        if row is None:
            return None
        try:
            return _blob(rows, row)
        except (OSError, ValueError, RuntimeError):  # that version of the table was cleaned up
            rows = self._known(recipe, after=rows)
            row = rows.find(image_id)
            return None if row is None else _blob(rows, row)

    def _known(self, recipe: str | None, after: _Rows | None = None) -> _Rows:
        """Where photos lie; read again if the table has moved on since `after`."""
        with self._reading:
            known = self._rows.get(recipe)
            if known is not None and known is not after:
                return known
            table = self._lake.table(NORMALIZED_IMAGES)
            if known is None or table.version != known.version:
                known = _read_rows(table, recipe)
                self._rows[recipe] = known
            return known


def _blob(rows: _Rows, row: int) -> bytes:
    ((_, jpeg),) = rows.table.read_blobs("jpeg", ids=[row])
    return bytes(jpeg)


def _read_rows(table: Any, recipe: str | None) -> _Rows:
    where = "reason IS NULL" + (f" AND recipe = '{recipe}'" if recipe else "")
    dataset = table.to_lance()
    found = dataset.scanner(
        columns=["image_id", "created_at"], filter=where, with_row_id=True
    ).to_table()
    order = pc.sort_indices(
        found, sort_keys=[("image_id", "ascending"), ("created_at", "ascending")]
    )
    found = found.take(order)
    texts = found["image_id"].cast(pa.large_string()).to_pylist()
    ids = np.frombuffer(bytes.fromhex("".join(text[:32] for text in texts)), dtype="S16")
    rows = found["_rowid"].to_numpy()
    newest = np.append(ids[1:] != ids[:-1], True) if len(ids) else np.zeros(0, dtype=bool)
    return _Rows(dataset, dataset.version, ids[newest], rows[newest])


def _reduced(jpeg: bytes, shape: Size | None) -> bytes:
    image = Image.open(io.BytesIO(jpeg), formats=["JPEG"])
    width, height = shape or image.size
    scale = min(1.0, THUMBNAIL_SIDE / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    image.draft("RGB", size)
    small = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=THUMBNAIL_QUALITY)
    return buffer.getvalue()
