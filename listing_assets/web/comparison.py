"""What differs between two revisions of a dataset: added, removed, replaced, relabelled photos."""

from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from listing_assets.search import Published
from listing_assets.versions.relations import Relations
from resources.lake.database import scan

KINDS: Final = ("added", "removed", "replaced", "status", "relabelled")
"""`replaced`: other bytes under the same key. `status`: published before, rejected now, or the
other way round. Each photo is counted once, under the first that fits."""
MOST_LISTED: Final = 100_000
"""Changes that are listed one by one; the counts are of all."""
MOST_LABELS: Final = 40


@dataclass(frozen=True)
class Comparison:
    """What one revision has against another.

    `changes` has `key`, `kind`, and of both sides `status_before`, `labels_before`, `status_after`,
    `labels_after`, in key order. `gained` and `lost` count labels of relabelled photos, the most
    frequent first.
    """

    before: str
    after: str
    same: int
    counts: dict[str, int]
    gained: dict[str, int]
    lost: dict[str, int]
    changes: pa.Table


def compare(before: Published, after: Published, memory: str) -> Comparison:
    """All differences between two revisions, by key."""
    columns = ["key", "image_id", "status", "labels"]
    with Relations(memory) as relations:
        for name, side in (("before", before), ("after", after)):
            relations.load(
                name,
                scan(side.table, columns),
                "SELECT * EXCLUDE labels, list_sort(coalesce(labels, [])) AS labels FROM incoming",
            )
        relations.make(
            "compared",
            """SELECT coalesce(a.key, b.key) AS key,
                      CASE WHEN b.key IS NULL THEN 'added'
                           WHEN a.key IS NULL THEN 'removed'
                           WHEN a.image_id IS DISTINCT FROM b.image_id THEN 'replaced'
                           WHEN a.status != b.status THEN 'status'
                           WHEN a.labels != b.labels THEN 'relabelled' END AS kind,
                      b.status AS status_before, b.labels AS labels_before,
                      a.status AS status_after, a.labels AS labels_after
               FROM after a FULL JOIN before b ON a.key = b.key""",
        )
        counts = dict(relations.all("SELECT kind, count(*) FROM compared GROUP BY kind"))
        return Comparison(
            before.revision,
            after.revision,
            counts.pop(None, 0),
            {kind: counts.get(kind, 0) for kind in KINDS},
            _labels(relations, "labels_after", "labels_before"),
            _labels(relations, "labels_before", "labels_after"),
            relations.table(
                f"SELECT * FROM compared WHERE kind IS NOT NULL ORDER BY key LIMIT {MOST_LISTED}"
            ),
        )


def _labels(relations: Relations, present: str, absent: str) -> dict[str, int]:
    """Labels of relabelled photos that one side has and the other has not."""
    return dict(
        relations.all(
            f"""SELECT label, count(*) FROM (
                    SELECT unnest(list_filter({present}, lambda x:
                        NOT list_contains({absent}, x))) AS label
                    FROM compared WHERE kind = 'relabelled')
                GROUP BY label ORDER BY 2 DESC, 1 LIMIT {MOST_LABELS}"""
        )
    )
