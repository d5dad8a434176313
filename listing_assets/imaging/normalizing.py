"""How a version's photos are normalized: the contract, and the way of one machine.

On a cluster `on_cluster.py` does it. Either keeps the same rows.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from listing_assets.imaging.fetching import (
    Fetched,
    fetch_original,
    normalize_original,
    objects_table,
    photos_table,
)
from listing_assets.imaging.known import KnownImages
from listing_assets.imaging.spec import NormalizationSpec
from listing_assets.imaging.workers import DecodePool
from listing_assets.increment import Outcome
from listing_assets.streams import in_threads
from resources.lake import Lake
from resources.lake.tables import FETCHED_OBJECTS, NORMALIZED_IMAGES
from resources.object_store import ObjectStore


class Normalizing(Protocol):
    """Fetches and normalizes objects, and keeps what came of it."""

    def begin(self, missing: int, *, work_again: bool) -> None:
        """Be told how much there is to do, and learn which photos stand; `work_again`: none."""
        ...

    def compute(self, rows: Iterator[dict[str, Any]]) -> Iterator[Outcome[Any]]:
        """The outcome of each row (key, object_id, size), as it comes."""
        ...

    def commit(self, outcomes: Sequence[Outcome[Any]]) -> None:
        """Keep them, photos first: a kill in between fetches again but decodes nothing twice."""
        ...


class NormalizingHere:
    """Fetches in threads of this process, decodes in the processes of a pool."""

    def __init__(
        self,
        lake: Lake,
        spec: NormalizationSpec,
        store: ObjectStore,
        pool: DecodePool,
        concurrency: int,
    ) -> None:
        self._lake = lake
        self._spec = spec
        self._store = store
        self._pool = pool
        self._concurrency = concurrency
        self._known = KnownImages()

    def begin(self, missing: int, *, work_again: bool) -> None:
        """As the contract says."""
        if missing and not work_again:
            self._known.learn(self._lake, self._spec)

    def compute(self, rows: Iterator[dict[str, Any]]) -> Iterator[Outcome[Fetched]]:
        """As the contract says."""

        def work(row: dict[str, Any]) -> Outcome[Fetched]:
            original = fetch_original(row, self._store, self._spec)
            claimed = original.image_id is not None and self._known.claim(original.image_id)
            return normalize_original(original, self._pool, self._spec, claimed=claimed)

        return in_threads(rows, work, self._concurrency)

    def commit(self, outcomes: Sequence[Outcome[Fetched]]) -> None:
        """As the contract says."""
        fates = [outcome.result for outcome in outcomes]
        photos = photos_table(fates, self._spec)
        if photos is not None:
            self._lake.append(NORMALIZED_IMAGES, photos)
        self._lake.append(FETCHED_OBJECTS, objects_table(fates))
