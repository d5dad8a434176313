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


def read_photos(
    relations: Relations, lake: Lake, query: str, sign: Sign | None = None
) -> Iterator[tuple[Photo, dict[str, Any]]]:
    """Each row of `query`, which has image_id and jpeg_row, with its photo, in storage order.

    With `sign`, photos carry the URL of an object that holds them.
    """
    if sign is not None:
        query = f"""SELECT *, (SELECT min(key) FROM objects o WHERE o.image_id = q.image_id) AS key
                    FROM ({query}) q"""
    for batch in relations.stream(f"{query} ORDER BY jpeg_row", READ_ROWS):
        for start in range(0, batch.num_rows, READ_ROWS):
            rows = batch.slice(start, READ_ROWS).to_pylist()
            jpegs = lake.read_jpegs(NORMALIZED_IMAGES, [row["jpeg_row"] for row in rows])
            for row, jpeg in zip(rows, jpegs, strict=True):
                yield Photo(row["image_id"], jpeg, sign(row["key"]) if sign else None), row
