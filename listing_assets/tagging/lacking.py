"""Which tags the photos of a version lack: the anti-join of what is needed with what is kept."""

from collections.abc import Sequence
from datetime import datetime

import pyarrow as pa

from listing_assets.catalog import Recipes
from listing_assets.full_runs import sql_time
from listing_assets.versions.relations import Relations, is_one_of
from listing_assets.versions.stored_view import StoredView
from resources.lake import Lake
from resources.lake.newest import newest_rows
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
    parts = StoredView()
    relations.write_loaded(
        "answered",
        lake.scan(SMART_TAGS, ["image_id", "tag", "status", "created_at"], where),
        f"""SELECT jpeg_row, tag, {settled} AS is_settled, created_at
            FROM incoming JOIN photos USING (image_id)""",
        parts.path("answered"),
        of=parts,
    )
    relations.write(
        "settled",
        f"""SELECT jpeg_row, tag FROM ({newest_rows("answered", ["jpeg_row", "tag"])})
            WHERE is_settled""",
        parts.path("settled"),
        of=parts,
    )
    relations.drop("answered")
    places = pa.array(range(len(names)), pa.int32())
    relations.load("tags", pa.table({"tag": pa.array(names, pa.string()), "place": places}))
    # Most photos have all their tags: these are left out before the others are looked at by tag.
    relations.make(
        "unfinished",
        f"""FROM photos WHERE jpeg_row NOT IN (
                SELECT jpeg_row FROM settled GROUP BY jpeg_row HAVING count(*) = {len(names)})""",
    )
    relations.make(
        "lacking",
        """
        SELECT p.image_id, p.jpeg_row, list(t.tag ORDER BY t.place) AS tags
        FROM unfinished p CROSS JOIN tags t
        WHERE NOT EXISTS (FROM settled s WHERE s.jpeg_row = p.jpeg_row AND s.tag = t.tag)
        GROUP BY p.image_id, p.jpeg_row
        """,
    )
    return {
        tuple(tags): count
        for tags, count in relations.all("SELECT tags, count(*) FROM lacking GROUP BY tags")
    }
