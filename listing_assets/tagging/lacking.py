"""Which tags the photos of a version lack: the anti-join of what is needed with what is kept."""

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa

from listing_assets.catalog import Recipes
from listing_assets.full_runs import sql_time
from listing_assets.versions.relations import Relations, is_one_of
from resources.lake import Lake
from resources.lake.tables import SMART_TAGS


def lacking_tags(
    relations: Relations,
    lake: Lake,
    recipes: Recipes,
    names: Sequence[str],
    *,
    since: datetime | None = None,
    retry_failed: bool = False,
) -> dict[tuple[str, ...], int]:
    """Make the table `lacking` (image_id, jpeg_row, tags) of a loaded view, for the named tags.

    Returns the number of photos by the tags that they lack together: the calls to be made. `since`
    makes earlier answers count as missing, `retry_failed` invalid and refused ones.
    """
    settled = "status = 'valid'" if retry_failed else "status != 'failed'"
    of_tags = recipes.tags
    where = is_one_of("recipe", [of_tags[name] for name in names]) if names else "false"
    if since is not None:
        where += f" AND created_at >= {sql_time(since)}"
    relations.load(
        "settled",
        lake.scan(SMART_TAGS, ["image_id", "tag", "status", "created_at"], where),
        f"""SELECT image_id, tag FROM (
                SELECT image_id, tag, arg_max(status, created_at) AS status
                FROM incoming WHERE image_id IN (SELECT image_id FROM photos)
                GROUP BY image_id, tag)
            WHERE {settled}""",
    )
    places = pa.array(range(len(names)), pa.int32())
    relations.load("tags", pa.table({"tag": pa.array(names, pa.string()), "place": places}))
    relations.make(
        "lacking",
        """
        SELECT p.image_id, p.jpeg_row, list(t.tag ORDER BY t.place) AS tags
        FROM photos p CROSS JOIN tags t
        WHERE NOT EXISTS (FROM settled s WHERE s.image_id = p.image_id AND s.tag = t.tag)
        GROUP BY p.image_id, p.jpeg_row
        """,
    )
    return {
        tuple(tags): count
        for tags, count in relations.all("SELECT tags, count(*) FROM lacking GROUP BY tags")
    }
