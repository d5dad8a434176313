"""Compaction: many small fragments of a table become few large ones.

Every commit of a run adds a fragment. A row of small neighbours is rewritten as one fragment, which
stands beside what it replaces until that is cleared away (`clearing.py`). So a few small ones are
left until there are more of them, lest the same rows be copied every night. Each new fragment is
committed by itself: what is done stays done, and little is done again after a conflict.
"""

import time
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from lance.optimize import Compaction, CompactionTask

from resources.errors import LakeError
from resources.lake.database import FAILURES, Lake
from resources.lake.faults import lake_error

ROWS = 131_072
"""Rows from which a fragment is large enough: 0.5 GB of vectors of 1,024 numbers."""
PHOTOS = 16_384
"""The same where a table holds photos: about 0.5 GB, so that each is rewritten once or twice."""
FEWEST = 8
"""Fragments that are worth a copy of their rows, where these do not fill a large one."""
DELETED = 0.1
"""The share of deleted rows from which a fragment is worth a copy of the others."""
ATTEMPTS = 6
PAUSE_SECONDS = 0.5
"""Before the second attempt, and twice as long before each later one."""


@dataclass(frozen=True, slots=True)
class Compacted:
    """How many fragments were replaced, and by how many."""

    removed: int
    added: int


def compactable(lake: Lake, name: str) -> int:
    """How many fragments of a table `compact` would replace. Raises `LakeError`."""
    try:
        dataset = lake.open(name).to_lance()
        return sum(len(task.fragments) for task in _tasks(dataset))
    except FAILURES as error:
        raise lake_error(lake.uri, error, f"table {name} of") from error


def compact(lake: Lake, name: str) -> Compacted:
    """Replace the small fragments of a table, then bring its indexes up to date.

    Only for tables without branches: one that has inherited an index cannot be searched by it any
    more once Lance 14 has compacted it.

    Raises:
        LakeError: the table cannot be read or written, or others commit to it all the time.
    """
    removed = added = 0
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE_SECONDS * 2 ** (attempt - 1))
        try:
            dataset = lake.open(name).to_lance()
            for task in _tasks(dataset):
                done = Compaction.commit(dataset, [task.execute(dataset)])
                removed, added = removed + done.fragments_removed, added + done.fragments_added
            # LanceDB 0.40 passes over a B-tree of stable row ids that pylance 14 has written.
            if dataset.describe_indices() and not dataset.has_stable_row_ids:
                dataset.optimize.optimize_indices()
            return Compacted(removed, added)
        except FAILURES as error:
            if "conflict" not in str(error):
                raise lake_error(lake.uri, error, f"table {name} of") from error
    raise LakeError(
        f"table {name} of the lake {lake.uri} changed {ATTEMPTS} times while it was compacted.",
        "What was compacted stays; try again when less is written.",
    )


def _tasks(dataset: Any) -> list[CompactionTask]:
    """What is worth doing of what Lance would do."""
    enough = PHOTOS if any(_is_blob(field) for field in dataset.schema) else ROWS
    plan = Compaction.plan(dataset, {"target_rows_per_fragment": enough})
    return [task for task in plan.tasks if _is_worth(task, enough)]


def _is_worth(task: CompactionTask, enough: int) -> bool:
    rows = sum(fragment.physical_rows for fragment in task.fragments)
    deleted = sum(fragment.num_deletions for fragment in task.fragments)
    return len(task.fragments) >= FEWEST or rows - deleted >= enough or deleted >= DELETED * rows


def _is_blob(field: pa.Field) -> bool:
    kind = field.type
    return isinstance(kind, pa.BaseExtensionType) and kind.extension_name == "lance.blob.v2"
