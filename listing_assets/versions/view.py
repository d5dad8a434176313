"""The view of a version: every object of its frozen listing, joined with what the lake knows of it.

The view is a DuckDB table `objects`, one row per object:

    key, uri, object_id, size, last_modified, meta,
    image_id         sha256 of the bytes, once fetched
    reason, detail   why it is not (or not yet) an image; null where it is
    normalized       whether the normalized photo of this recipe stands
    jpeg_row         its row id in `normalized_images`
    pixels           digest of the normalized photo

`photos` are its distinct images: image_id, jpeg_row.
"""

import pyarrow as pa

from listing_assets.imaging.reasons import Reason
from listing_assets.imaging.spec import NormalizationSpec
from listing_assets.versions.listing import Listing, frozen_listing
from listing_assets.versions.names import VersionName
from listing_assets.versions.relations import Relations
from resources.errors import LakeError
from resources.lake import Lake
from resources.lake.tables import FETCHED_OBJECTS, NORMALIZED_IMAGES, RAW_IMAGES

COLUMNS = ("key", "uri", "object_id", "size", "last_modified", "meta", "reason", "detail")
PASSING = ", ".join(f"'{reason}'" for reason in Reason if reason.retryable)


def required_listing(lake: Lake, version: VersionName) -> Listing:
    """The version's frozen listing. Raises `LakeError` where it was never listed."""
    listing = frozen_listing(lake, version)
    if listing is None:
        raise LakeError(
            f"{version} was never listed.", f"Bring it up to date first: listing run {version}"
        )
    return listing


def load_objects(
    relations: Relations,
    lake: Lake,
    version: VersionName,
    spec: NormalizationSpec,
    listed: pa.RecordBatchReader | None = None,
) -> None:
    """Make the tables `objects` and `photos` of a version under a normalization.

    `listed` are rows of `raw_images` to look at instead of the version's frozen listing.
    """
    if listed is None:
        listed = lake.scan(RAW_IMAGES, COLUMNS, required_listing(lake, version).where)
    relations.load(
        "listed",
        listed,
        f"""SELECT key, uri, object_id, size, last_modified, meta,
            CASE WHEN reason IS NOT NULL THEN reason
                 WHEN size = 0 THEN '{Reason.EMPTY}'
                 WHEN size > {spec.max_bytes} THEN '{Reason.TOO_MANY_BYTES}' END AS reason,
            CASE WHEN reason IS NOT NULL THEN detail
                 WHEN size > {spec.max_bytes}
                 THEN size || ' bytes; the limit is {spec.max_bytes}' END AS detail
            FROM incoming""",
    )
    relations.load(
        "fetched",
        lake.scan(FETCHED_OBJECTS, ["object_id", "image_id", "reason", "detail", "created_at"]),
        """SELECT DISTINCT ON (object_id) object_id, image_id, reason, detail FROM incoming
           WHERE object_id IN (SELECT object_id FROM listed)
           ORDER BY object_id, created_at DESC""",
    )
    relations.load(
        "normalized",
        lake.scan(
            NORMALIZED_IMAGES,
            ["image_id", "reason", "detail", "digest", "created_at"],
            f"recipe = '{spec.recipe}'",
            row_ids=True,
        ),
        """SELECT DISTINCT ON (image_id) image_id, reason, detail, digest, _rowid AS jpeg_row
           FROM incoming WHERE image_id IN (SELECT image_id FROM fetched)
           ORDER BY image_id, created_at DESC""",
    )
    relations.make(
        "objects",
        """
        SELECT l.key, l.uri, l.object_id, l.size, l.last_modified, l.meta,
               CASE WHEN l.reason IS NULL THEN f.image_id END AS image_id,
               coalesce(l.reason, f.reason, n.reason) AS reason,
               coalesce(l.detail, f.detail, n.detail) AS detail,
               l.reason IS NULL AND n.image_id IS NOT NULL AND n.reason IS NULL AS normalized,
               n.jpeg_row, n.digest AS pixels
        FROM listed l
        LEFT JOIN fetched f ON f.object_id = l.object_id
        LEFT JOIN normalized n ON n.image_id = f.image_id
        """,
    )
    relations.make(
        "photos",
        """SELECT image_id, any_value(jpeg_row) AS jpeg_row
           FROM objects WHERE normalized GROUP BY image_id""",
    )


UNSETTLED = f"""
    (reason IS NULL AND NOT normalized OR object_id IN (
        SELECT object_id FROM fetched WHERE reason IN ({PASSING})))
    AND object_id NOT IN (SELECT object_id FROM listed WHERE reason IS NOT NULL)
"""
"""Condition on `objects`: it must be fetched, because its outcome is unknown or was passing."""

FETCHABLE = "object_id NOT IN (SELECT object_id FROM listed WHERE reason IS NOT NULL)"
"""Condition on `objects`: its bytes may be read at all."""
