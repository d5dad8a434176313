"""Reads normalized photos of a view, a few at a time."""

from collections.abc import Callable, Iterator
from typing import Any

from listing_assets.versions.relations import Relations
from resources.endpoints.interface import Photo
from resources.lake import Lake
from resources.lake.tables import NORMALIZED_IMAGES

READ_ROWS = 64
"""Photos read from the lake at once: about 2 MB."""


Sign = Callable[[str], str | None]
"""Makes a URL that opens the object of a key for a while."""
Photos = Callable[[Relations, Lake, str, Sign | None], Iterator[tuple[Photo, dict[str, Any]]]]
"""`read_photos`, or `locate_photos` where workers of a cluster read them."""


def locate_photos(
    relations: Relations, lake: Lake, query: str, sign: Sign | None = None
) -> Iterator[tuple[Photo, dict[str, Any]]]:
    """As `read_photos`, but of each photo only where it is: workers read it there."""
    for batch in relations.stream(_ordered(query, sign), READ_ROWS):
        for row in batch.to_pylist():
            url = sign(row["key"]) if sign else None
            yield Photo(row["image_id"], b"", url, row["jpeg_row"]), row


def read_photos(
    relations: Relations, lake: Lake, query: str, sign: Sign | None = None
) -> Iterator[tuple[Photo, dict[str, Any]]]:
    """Each row of `query`, which has image_id and jpeg_row, with its photo, in storage order.

    With `sign`, photos carry the URL of an object that holds them.
    """
    for batch in relations.stream(_ordered(query, sign), READ_ROWS):
        for start in range(0, batch.num_rows, READ_ROWS):
            rows = batch.slice(start, READ_ROWS).to_pylist()
            jpegs = lake.read_jpegs(NORMALIZED_IMAGES, [row["jpeg_row"] for row in rows])
            for row, jpeg in zip(rows, jpegs, strict=True):
                yield Photo(row["image_id"], jpeg, sign(row["key"]) if sign else None), row


def _ordered(query: str, sign: Sign | None) -> str:
    if sign is not None:
        query = f"""SELECT *, (SELECT min(key) FROM objects o WHERE o.image_id = q.image_id) AS key
                    FROM ({query}) q"""
    return f"{query} ORDER BY jpeg_row"
