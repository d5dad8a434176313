"""Where the rows of a view lie, in key order, and where the photo of each.

A row is 16 bytes here, whatever it holds, so that a version of a million rows can be gone through,
and any of its rows be found by its number, without holding it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from listing_assets.search import Published
from listing_assets.versions.relations import Relations, is_one_of
from resources.errors import LakeError
from resources.lake.database import scan

SCAN_ROWS = 65_536


@dataclass(frozen=True)
class Places:
    """Row ids (uint64) in key order: of the dataset's table, and of the normalized photos.

    `photos` is empty where it was not asked for.
    """

    rows: np.ndarray
    photos: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class PhotoRows:
    """Which rows of `normalized_images` hold the photos of a revision.

    `table` is pinned. A photo that was normalized again has several rows under its recipe; the one
    that stood when the revision was published gives the same bytes for ever.
    """

    table: Any
    recipe: str
    published_at: datetime

    def load(self, relations: Relations, *, among: str = "true", scanned: str = "true") -> None:
        """Make the table `photos` of image_id and photo: of the rows that fulfil both conditions.

        `scanned` is Lance's, `among` that of the database, in which other tables may be named.
        """
        moment = f"TIMESTAMPTZ '{self.published_at.isoformat()}'"
        filtered = f"recipe = '{self.recipe}' AND reason IS NULL AND {scanned}"
        # Where a clock ran ahead of the publisher's, the first row that comes is the one of then.
        relations.load(
            "photos",
            scan(self.table, ["image_id", "created_at"], filtered, row_ids=True),
            f"""SELECT image_id, coalesce(
                    arg_max(_rowid, created_at) FILTER (WHERE created_at <= {moment}),
                    arg_min(_rowid, created_at)) AS photo
                FROM incoming WHERE {among} GROUP BY image_id""",
        )

    def of(self, image_ids: Collection[str]) -> dict[str, int]:
        """The row ids of a few photos, by image id; those that there are."""
        if not image_ids:
            return {}
        with Relations() as relations:
            self.load(relations, scanned=is_one_of("image_id", image_ids))
            return dict(relations.all("SELECT image_id, photo FROM photos"))


def places_of_rows(published: Published, where: str | None, memory: str) -> Places:
    """The rows that fulfil a filter."""
    with Relations(memory) as relations:
        _load_chosen(relations, published, where)
        found = relations.table("SELECT _rowid AS row FROM chosen ORDER BY key")
        return Places(found["row"].to_numpy(), np.zeros(0, dtype=np.uint64))


def places_of_photos(
    published: Published, where: str | None, photo_rows: PhotoRows, memory: str
) -> Places:
    """The rows that fulfil a filter, and their photos.

    Raises:
        LakeError: a row has no photo in the lake.
    """
    with Relations(memory) as relations:
        _load_chosen(relations, published, where)
        photo_rows.load(relations, among="image_id IN (SELECT image_id FROM chosen)")
        relations.make(
            "placed",
            """SELECT key, chosen._rowid AS row, photo
               FROM chosen LEFT JOIN photos USING (image_id)""",
        )
        missing, example = relations.one(
            "SELECT count(*), min(key) FROM placed WHERE photo IS NULL"
        )
        if missing:
            raise LakeError(
                f"the lake has no normalized photo of {missing:,} rows of {published}, '{example}'"
                " among them.",
                "A rejected object has none: choose published rows. If it is published, its"
                " dataset's normalization was changed in the catalog since: put it back.",
            )
        found = relations.table("SELECT row, photo FROM placed ORDER BY key")
        return Places(found["row"].to_numpy(), found["photo"].to_numpy())


def _load_chosen(relations: Relations, published: Published, where: str | None) -> None:
    builder = published.table.search().select(["key", "image_id"]).with_row_id(True)
    builder = builder if where is None else builder.where(where)
    relations.load("chosen", builder.to_batches(SCAN_ROWS))
