"""What batches ask of the tags that a version lacks, and what is left to be asked."""

import pyarrow as pa

from listing_assets.batches.notes import Batch
from listing_assets.catalog import Recipes
from listing_assets.versions.relations import Relations, is_one_of
from resources.lake import Lake
from resources.lake.tables import BATCH_REQUESTS


def make_unasked(relations: Relations, lake: Lake, recipes: Recipes, batches: list[Batch]) -> None:
    """Make the tables `covered`, what the batches ask of `lacking`, and `unasked`, the rest of it.

    A batch covers a tag that it asks under the recipe of now.
    """
    now = recipes.tags
    covering = [
        (batch.id, tag)
        for batch in batches
        for tag, recipe in batch.recipes.items()
        if now.get(tag) == recipe
    ]
    ids, tags = zip(*covering, strict=True) if covering else ((), ())
    text = pa.string()
    relations.load(
        "covering", pa.table({"batch_id": pa.array(ids, text), "tag": pa.array(tags, text)})
    )
    where = is_one_of("batch_id", set(ids)) if ids else "false"
    relations.load(
        "batched",
        lake.scan(BATCH_REQUESTS, ["batch_id", "image_id", "tags"], where),
        """SELECT batch_id, image_id, unnest(tags) AS tag FROM incoming
           WHERE image_id IN (SELECT image_id FROM lacking)""",
    )
    relations.make(
        "covered",
        """
        SELECT image_id, tag, batch_id
        FROM (SELECT image_id, unnest(tags) AS tag FROM lacking)
        JOIN batched USING (image_id, tag) JOIN covering USING (batch_id, tag)
        """,
    )
    relations.make(
        "unasked",
        """
        SELECT l.image_id, l.jpeg_row, list(l.tag) AS tags
        FROM (SELECT image_id, jpeg_row, unnest(tags) AS tag FROM lacking) l
        WHERE NOT EXISTS (FROM covered c WHERE c.image_id = l.image_id AND c.tag = l.tag)
        GROUP BY l.image_id, l.jpeg_row
        """,
    )
