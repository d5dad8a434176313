"""When the objects of a version were first listed, as far as the lake knows.

A listing's rows go when a newer one stands, so a time that was published is kept: it is not found
out again. It is no part of a row's digests, for it differs from lake to lake.
"""

from typing import Any

from listing_assets.versions.relations import Relations
from resources.lake import Lake
from resources.lake.database import scan
from resources.lake.tables import FETCHED_OBJECTS, LISTINGS, RAW_IMAGES


def load_ingested(relations: Relations, lake: Lake, branch: Any) -> None:
    """Make the table `ingested` (key, ingested_at) of the rows `fresh` and `stale`.

    It is the time that the branch has for the object's place; else that of the oldest listing that
    stands and has it, or of the first fetch of these very bytes, whichever is earlier. Null for an
    object that was never there.
    """
    relations.make(
        "written",
        """SELECT key, uri, object_id FROM objects
           WHERE key IN (SELECT key FROM fresh UNION ALL SELECT key FROM stale)""",
    )
    relations.load(
        "told",
        scan(branch, ["key", "uri", "ingested_at"]),
        """SELECT * FROM incoming
           WHERE ingested_at IS NOT NULL AND key IN (SELECT key FROM stale)""",
    )
    relations.load("listings", lake.scan(LISTINGS, ["listing_id", "listed_at"]))
    relations.load(
        "first_listed",
        lake.scan(RAW_IMAGES, ["uri", "listing_id"]),
        """SELECT uri, min(listed_at) AS listed_at FROM incoming JOIN listings USING (listing_id)
           WHERE uri IN (SELECT uri FROM written) GROUP BY uri""",
    )
    relations.load(
        "first_fetched",
        lake.scan(FETCHED_OBJECTS, ["object_id", "created_at"]),
        """SELECT object_id, min(created_at) AS fetched_at FROM incoming
           WHERE object_id IN (SELECT object_id FROM written) GROUP BY object_id""",
    )
    relations.make(
        "ingested",
        """SELECT w.key, coalesce(t.ingested_at, least(l.listed_at, f.fetched_at)) AS ingested_at
           FROM written w
           LEFT JOIN told t ON t.key = w.key AND t.uri = w.uri
           LEFT JOIN first_listed l ON l.uri = w.uri
           LEFT JOIN first_fetched f ON f.object_id = w.object_id""",
    )
    relations.drop("written", "told", "listings", "first_listed", "first_fetched")
