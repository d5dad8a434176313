"""The view of a version: every object of its frozen listing, joined with what the lake knows of it.

The view is a table `objects`, one row per object:

    key, uri, object_id, size, last_modified, meta,
    image_id         sha256 of the bytes, once fetched
    reason, detail   why it is not (or not yet) an image; null where it is
    fetchable        whether its bytes may be read at all
    failed_in_passing  whether its bytes could not be fetched for a cause that may pass
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
from listing_assets.versions.stored_view import LastView, StoredView
from resources.errors import LakeError
from resources.lake import Lake
from resources.lake.newest import newest_rows
from resources.lake.tables import FETCHED_OBJECTS, NORMALIZED_IMAGES, RAW_IMAGES

LAST = LastView()
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

    `listed` are rows of `raw_images` to look at instead of the version's frozen listing. The view
    of a frozen listing is the last one that this process made, where nothing was stored since.
    """
    if listed is not None:
        view = _stored(relations, lake, spec, listed)
    else:
        listing = required_listing(lake, version)
        key = (lake.uri, listing.listing_id, spec, *_versions(lake))
        view = LAST.get(
            key,
            lambda: _stored(relations, lake, spec, lake.scan(RAW_IMAGES, COLUMNS, listing.where)),
        )
    for name in ("objects", "photos"):
        relations.show(name, view.path(name), of=view)


def _versions(lake: Lake) -> tuple[int, ...]:
    """Versions of the tables that a view is made of; 0 for one that is not there."""
    there = set(lake.names())
    return tuple(
        lake.open(spec.name).version if spec.name in there else 0
        for spec in (RAW_IMAGES, FETCHED_OBJECTS, NORMALIZED_IMAGES)
    )


def _stored(
    relations: Relations, lake: Lake, spec: NormalizationSpec, listed: pa.RecordBatchReader
) -> StoredView:
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
    parts = StoredView()
    relations.write_loaded(
        "fetched",
        lake.scan(FETCHED_OBJECTS, ["object_id", "image_id", "reason", "detail", "created_at"]),
        "FROM incoming WHERE object_id IN (SELECT object_id FROM listed)",
        parts.path("fetched"),
        of=parts,
    )
    # Joined one after the other: both at once would hold all photos in memory twice.
    relations.write(
        "found",
        f"""
        SELECT l.key, l.uri, l.object_id, l.size, l.last_modified, l.meta,
               f.image_id AS fetched_image,
               coalesce(l.reason, f.reason) AS reason,
               coalesce(l.detail, f.detail) AS detail,
               l.reason IS NULL AS fetchable,
               l.reason IS NULL AND coalesce(f.reason IN ({PASSING}), false) AS failed_in_passing
        FROM listed l
        LEFT JOIN ({newest_rows("fetched", ["object_id"])}) f ON f.object_id = l.object_id
        """,
        parts.path("found"),
        of=parts,
    )
    relations.drop("listed")
    relations.write_loaded(
        "normalized",
        lake.scan(
            NORMALIZED_IMAGES,
            ["image_id", "reason", "detail", "digest", "created_at"],
            f"recipe = '{spec.recipe}'",
            row_ids=True,
        ),
        "FROM incoming WHERE image_id IN (SELECT fetched_image FROM found)",
        parts.path("normalized"),
        of=parts,
    )
    view = StoredView()
    relations.write(
        "objects",
        f"""
        SELECT f.* EXCLUDE (fetched_image, reason, detail),
               CASE WHEN f.fetchable THEN f.fetched_image END AS image_id,
               coalesce(f.reason, n.reason) AS reason, coalesce(f.detail, n.detail) AS detail,
               f.fetchable AND n.image_id IS NOT NULL AND n.reason IS NULL AS normalized,
               n._rowid AS jpeg_row, n.digest AS pixels
        FROM found f
        LEFT JOIN ({newest_rows("normalized", ["image_id"])}) n ON n.image_id = f.fetched_image
        """,
        view.path("objects"),
        of=view,
    )
    relations.drop("fetched", "found", "normalized")
    relations.write(
        "photos",
        """SELECT image_id, any_value(jpeg_row) AS jpeg_row
           FROM objects WHERE normalized GROUP BY image_id""",
        view.path("photos"),
        of=view,
    )
    return view


FETCHABLE = "fetchable"
"""Condition on `objects`: its bytes may be read at all."""

UNSETTLED = "fetchable AND (failed_in_passing OR reason IS NULL AND NOT normalized)"
"""Condition on `objects`: it must be fetched, because its outcome is unknown or was passing."""
