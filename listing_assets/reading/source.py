"""The tables that a revision is read from, opened once in each process."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listing_assets.publishing.revisions import open_revision
from resources.errors import LakeError
from resources.lake import Lake
from resources.lake.database import FAILURES
from resources.lake.faults import is_cleared
from resources.lake.tables import NORMALIZED_IMAGES

RowIds = Sequence[int] | np.ndarray


@dataclass
class RevisionSource:
    """The rows and photos of one revision by their row ids, from tables that are pinned.

    It is pickled as names and a number: no connection and no secret travels. Another process opens
    the lake with its own environment.
    """

    lake_uri: str
    dataset: str
    revision: str
    photos_version: int | None
    """The version of the table `normalized_images` that photos are read at; None where its row ids
    hold in every version."""
    _opened: tuple[int, Any, Any] | None = field(default=None, repr=False, compare=False)

    def rows(self, row_ids: RowIds, columns: Sequence[str]) -> pa.Table:
        """The chosen columns at these row ids of the dataset's table, in their order."""
        table, _ = self._tables()
        wanted = np.asarray(row_ids, dtype=np.uint64)
        found = table.take_row_ids(wanted.tolist()).select(list(columns)).with_row_id().to_arrow()
        places = pc.index_in(pa.array(wanted), value_set=found["_rowid"].combine_chunks())
        return found.select(list(columns)).take(places)

    def jpegs(self, photo_ids: RowIds) -> Iterator[bytes]:
        """The normalized photos at these row ids, in their order."""
        wanted = np.asarray(photo_ids, dtype=np.uint64).tolist()
        try:
            read = self._read(wanted)
        except FAILURES as error:
            if not is_cleared(error):
                raise
            if self.photos_version is not None:
                raise LakeError(
                    f"the photos of {self.dataset}@{self.revision} have been moved by the lake's"
                    " maintenance since it was opened.",
                    "Open it again.",
                ) from error
            self._opened = None
            read = self._read(wanted)
        return (jpeg for _, jpeg in read)

    def _read(self, photo_ids: list[int]) -> list[tuple[int, bytes]]:
        _, photos = self._tables()
        read: list[tuple[int, bytes]] = photos.read_blobs(
            "jpeg", ids=photo_ids, preserve_order=True
        )
        return read

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_opened": None}

    def _tables(self) -> tuple[Any, Any]:
        if self._opened is None or self._opened[0] != os.getpid():
            lake = Lake(self.lake_uri)
            photos = lake.open(NORMALIZED_IMAGES.name)
            if self.photos_version is not None:
                photos.checkout(self.photos_version)
            table = open_revision(lake, self.dataset, self.revision)
            self._opened = (os.getpid(), table, photos.to_lance())
        return self._opened[1:]
