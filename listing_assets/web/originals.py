"""The original files, read from a dataset's source: only the bytes that a revision was made of."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock
from typing import Final

from listing_assets.catalog import Dataset
from listing_assets.imaging.formats import sniff
from listing_assets.web.errors import ChangedError, NotFoundError
from resources.errors import ObjectUnavailableError
from resources.object_store import ObjectStore, open_store

AT_ONCE: Final = 4
"""Originals that are read at once: each is held in memory."""
PIECE: Final = 256 * 1024
SHOWN: Final = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
}
"""Formats that browsers show, and their media types; all else is a file to save."""


@dataclass(frozen=True)
class Original:
    """One original file. `media_type` is told by its content; None where no browser shows it."""

    data: bytes
    media_type: str | None

    def pieces(self) -> Iterator[bytes]:
        """The bytes, a piece at a time."""
        for start in range(0, len(self.data), PIECE):
            yield self.data[start : start + PIECE]


class Originals:
    """Reads originals. Sources are opened once."""

    def __init__(self) -> None:
        self._stores: dict[str, ObjectStore] = {}
        self._lock = Lock()
        self._turns = BoundedSemaphore(AT_ONCE)

    def read(self, dataset: Dataset, key: str, image_id: str | None) -> Original:
        """The original of a published row.

        Raises:
            NotFoundError: its bytes were never read.
            ChangedError: the source holds other bytes under that key now, or none.
            SourceError: it cannot be had.
        """
        if image_id is None:
            raise NotFoundError(
                f"'{key}' could not be read when it was listed.", "See its reason of rejection."
            )
        with self._turns:
            store = self._store(dataset)
            try:
                data = store.read(key, max_bytes=dataset.normalization.max_bytes)
            except ObjectUnavailableError as error:
                if error.transient:
                    raise
                raise ChangedError(error.problem, error.remedy) from error
            if hashlib.sha256(data).hexdigest() != image_id:
                raise ChangedError(
                    f"the source holds other bytes under '{key}' than when this was published.",
                    "Look at the normalized photo, or publish a new version.",
                )
            found = sniff(data) if data else None
            return Original(data, SHOWN.get(found) if isinstance(found, str) else None)

    def _store(self, dataset: Dataset) -> ObjectStore:
        place = f"{dataset.source} {dataset.credentials!r}"
        with self._lock:
            if place not in self._stores:
                self._stores[place] = open_store(dataset.source, dataset.credentials)
            return self._stores[place]
