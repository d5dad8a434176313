"""Finds the rows of an append-only table by the photo that they are about, reading each row once.

Drafting a version looks products up a few at a time, while answers are added. A scan of the table
for each look would take the square of its rows; here only the fragments that are new since the last
look are scanned, for 24 bytes a row.
"""

import threading
from collections.abc import Collection, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from resources.lake import Lake
from resources.lake.tables import TableSpec

BEGINNING: Final = "S16"
"""As much of an image id as is held; the whole one is compared when a row was read."""


class RowsByImage:
    """The rows of one table of an open lake; for any number of threads."""

    def __init__(self, lake: Lake, spec: TableSpec) -> None:
        self._lake = lake
        self._spec = spec
        self._lock = threading.Lock()
        self._fragments: set[int] = set()
        self._sorted: list[tuple[np.ndarray, np.ndarray]] = []
        """Beginnings of image ids in order, and row ids: each at least twice the next."""

    def find(self, image_ids: Collection[str], columns: Sequence[str]) -> list[dict[str, Any]]:
        """The rows about these photos, in no order, with `image_id`; what is committed counts."""
        if not image_ids or not self._lake.exists(self._spec.name):
            return []
        table = self._lake.open(self._spec.name)
        wanted = np.unique(np.array([*image_ids], dtype=BEGINNING))
        with self._lock:
            self._take_in(table.to_lance())
            places = [_places(held, wanted) for held in self._sorted]
        rows = np.concatenate(places).tolist() if places else []
        if not rows:
            return []
        found = table.take_row_ids(rows).select(["image_id", *columns]).to_arrow().to_pylist()
        ids = frozenset(image_ids)
        return [row for row in found if row["image_id"] in ids]

    def _take_in(self, dataset: Any) -> None:
        fragments = {fragment.fragment_id: fragment for fragment in dataset.get_fragments()}
        if self._fragments - fragments.keys():
            # The table was compacted: its rows lie elsewhere.
            self._fragments, self._sorted = set(), []
        fresh = [fragments[one] for one in fragments.keys() - self._fragments]
        if not fresh:
            return
        scanned = dataset.scanner(columns=["image_id"], with_row_id=True, fragments=fresh)
        ids, rows = [np.array([], BEGINNING)], [np.array([], np.uint64)]
        for batch in scanned.to_reader():
            ids.append(_beginnings(batch.column("image_id")))
            rows.append(batch.column("_rowid").to_numpy())
        self._fragments |= fragments.keys()
        self._sorted.append(_in_order(ids, rows))
        while len(self._sorted) > 1 and len(self._sorted[-2][0]) < 2 * len(self._sorted[-1][0]):
            *self._sorted, one, other = self._sorted
            self._sorted.append(_in_order([one[0], other[0]], [one[1], other[1]]))


def _beginnings(image_ids: pa.Array) -> np.ndarray:
    return np.asarray(image_ids.to_numpy(zero_copy_only=False), dtype=BEGINNING)


def _in_order(
    ids: Sequence[np.ndarray], rows: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    together = np.concatenate(ids)
    order = np.argsort(together, kind="stable")
    return together[order], np.concatenate(rows)[order]


def _places(held: tuple[np.ndarray, np.ndarray], wanted: np.ndarray) -> np.ndarray:
    """The row ids of the wanted image ids."""
    ids, rows = held
    first, last = np.searchsorted(ids, wanted), np.searchsorted(ids, wanted, "right")
    spans = [rows[start:end] for start, end in zip(first, last, strict=True) if start < end]
    return np.concatenate(spans) if spans else rows[:0]
