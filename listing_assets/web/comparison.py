"""What differs between two revisions of a dataset: added, removed, replaced, relabelled photos."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

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

    `changes` has `key`, `kind`, of both sides `status_before`, `labels_before`, `status_after`,
    `labels_after`, and `labels_gained` and `labels_lost`, in key order. `gained` and `lost` count
    labels of relabelled photos, the most frequent first.
    """

    before: str
    after: str
    same: int
    counts: dict[str, int]
    gained: dict[str, int]
    lost: dict[str, int]
    changes: pa.Table

    def chosen(self, kind: str | None, tag: str | None, label: str | None) -> pa.Table:
        """The changes of a kind, and those that brought or took a label, or any label of a tag."""
        found = self.changes
        if kind is not None:
            found = found.filter(pc.equal(found["kind"], kind))
        if label is not None:
            found = _with(found, lambda labels: pc.equal(labels, label))
        if tag is not None:
            found = _with(found, lambda labels: pc.starts_with(labels, f"{tag}:"))
        return found


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
                      a.status AS status_after, a.labels AS labels_after,
                      list_filter(coalesce(a.labels, []), lambda x:
                          NOT list_contains(coalesce(b.labels, []), x)) AS labels_gained,
                      list_filter(coalesce(b.labels, []), lambda x:
                          NOT list_contains(coalesce(a.labels, []), x)) AS labels_lost
               FROM after a FULL JOIN before b ON a.key = b.key""",
        )
        counts = dict(relations.all("SELECT kind, count(*) FROM compared GROUP BY kind"))
        return Comparison(
            before.revision,
            after.revision,
            counts.pop(None, 0),
            {kind: counts.get(kind, 0) for kind in KINDS},
            _counted(relations, "labels_gained"),
            _counted(relations, "labels_lost"),
            relations.table(
                f"SELECT * FROM compared WHERE kind IS NOT NULL ORDER BY key LIMIT {MOST_LISTED}"
            ),
        )


def _counted(relations: Relations, column: str) -> dict[str, int]:
    """How often each label of a column stands at relabelled photos."""
    return dict(
        relations.all(
            f"""SELECT label, count(*) FROM (
                    SELECT unnest({column}) AS label FROM compared WHERE kind = 'relabelled')
                GROUP BY label ORDER BY 2 DESC, 1 LIMIT {MOST_LABELS}"""
        )
    )


def _with(changes: pa.Table, is_meant: Callable[[pa.Array], pa.Array]) -> pa.Table:
    """The changes that gained or lost a label that is meant."""
    places = [
        pc.list_parent_indices(labels).filter(is_meant(pc.list_flatten(labels)))
        for name in ("labels_gained", "labels_lost")
        for labels in (changes[name].combine_chunks(),)
    ]
    found = pc.unique(pa.concat_arrays(places))
    return changes.take(found.take(pc.sort_indices(found)))
