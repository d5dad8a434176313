"""Normalizing on a Ray cluster: tasks fetch and decode batches and write their photos themselves.

A task writes fragments of the lake's table and returns their metadata, a few hundred bytes; the
process that runs the increment commits these. So no photo passes through it, and one whose task is
lost leaves files that no table names, which `lake_maintenance` clears away.
"""

import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import Any

from listing_assets.imaging.fetching import (
    Fetched,
    Original,
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
from resources.compute import Cluster
from resources.lake import Lake
from resources.lake.tables import FETCHED_OBJECTS, NORMALIZED_IMAGES
from resources.object_store import ObjectStore, SourceCredentials, open_store

MOST_ROWS = 256
MOST_BYTES = 256 * 1024**2
"""Of one batch: it is done in a second or two, so that little is lost with a worker."""
FEWEST_ROWS = 8
SHARES_PER_PROCESSOR = 2
"""A batch is such a share of what is left, so that all processors end at about the same time."""
CLAIMED_AT_ONCE = 16
"""Photos of a batch: asked for one by one, an answer would take a tenth of a photo's work."""


@dataclass(frozen=True)
class Place:
    """What all batches of an increment have in common: where photos lie and where they go."""

    source: str
    credentials: SourceCredentials | None
    lake: str
    spec: NormalizationSpec
    fetches: int
    """Objects that one task fetches at once."""


@dataclass(frozen=True)
class Batch:
    """Objects (rows of key, object_id, size) that one task works on."""

    id: str
    rows: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Stored:
    """One object's fate, whose photo is in a fragment: that of this fate or of an earlier one."""

    fate: Fetched
    fragments: tuple[str, ...] = ()


class SharedClaims:
    """The actor that all tasks ask whose work a photo is.

    A batch that is done again, because its first task was lost, gets again what it had claimed.
    """

    def __init__(self, lake: str, spec: NormalizationSpec, work_again: bool) -> None:
        self._known = KnownImages()
        self._claimed: dict[str, set[str]] = {}
        if not work_again:
            self._known.learn(Lake(lake), spec)

    def claim(self, batch: str, image_ids: Collection[str]) -> set[str]:
        """Those that the batch is the first to meet."""
        claimed = self._claimed.setdefault(batch, set())
        claimed.update(one for one in image_ids if self._known.claim(one))
        return claimed.intersection(image_ids)

    def finished(self, batch: str) -> None:
        """The batch will not come again."""
        self._claimed.pop(batch, None)


class NormalizingOnCluster:
    """The `Normalizing` of a cluster."""

    def __init__(self, cluster: Cluster, lake: Lake, place: Place) -> None:
        self._cluster = cluster
        self._lake = lake
        self._place = place
        self._missing = 0
        self._claims: Any = None

    def begin(self, missing: int, *, work_again: bool) -> None:
        """As the contract says. The table is made here, so that tasks find it."""
        if not missing:
            return
        self._lake.table(NORMALIZED_IMAGES)
        self._missing = missing
        place = self._place
        self._claims = self._cluster.actor(
            SharedClaims,
            place.lake,
            place.spec,
            work_again,
            num_cpus=0,
            max_restarts=-1,
            max_task_retries=-1,
        )

    def compute(self, rows: Iterator[dict[str, Any]]) -> Iterator[Outcome[Stored]]:
        """As the contract says, a batch at a time."""
        shares = SHARES_PER_PROCESSOR * self._cluster.processors
        batches = cut(rows, self._missing, shares)
        for done in self._cluster.map(normalize_batch, batches, self._place, self._claims):
            self._claims.finished.remote(done.batch)
            for nth, outcome in enumerate(done.fates):
                stored = Stored(outcome.result, () if nth else done.fragments)
                yield Outcome(stored, outcome.failure, outcome.spent)

    def commit(self, outcomes: Sequence[Outcome[Stored]]) -> None:
        """As the contract says: the fragments of a batch go with its first fate."""
        stored = [outcome.result for outcome in outcomes]
        fragments = [fragment for one in stored for fragment in one.fragments]
        if fragments:
            self._lake.commit_fragments(NORMALIZED_IMAGES, fragments)
        self._lake.append(FETCHED_OBJECTS, objects_table([one.fate for one in stored]))


def cut(rows: Iterator[dict[str, Any]], expected: int, shares: int) -> Iterator[Batch]:
    """So many expected rows (key, object_id, size), each batch a share of those that are left.

    A batch holds at most `MOST_ROWS` rows and `MOST_BYTES` bytes, or a single row that has more.
    """
    batch: list[dict[str, Any]] = []
    size, left = 0, expected
    for row in rows:
        most = min(MOST_ROWS, max(FEWEST_ROWS, left // shares))
        if batch and (len(batch) >= most or size + row["size"] > MOST_BYTES):
            yield Batch(uuid.uuid4().hex, tuple(batch))
            left -= len(batch)
            batch, size = [], 0
        batch.append(row)
        size += row["size"]
    if batch:
        yield Batch(uuid.uuid4().hex, tuple(batch))


@dataclass(frozen=True)
class Done:
    """What became of a batch: the fates without their photos, and the fragments that hold these."""

    batch: str
    fates: tuple[Outcome[Fetched], ...]
    fragments: tuple[str, ...]


def normalize_batch(batch: Batch, place: Place, claims: Any) -> Done:
    """Work on one batch, in a task: fetch, decode, normalize, write the photos as fragments."""
    store, pool = _tools(place)

    def fetch(row: dict[str, Any]) -> Original:
        return fetch_original(row, store, place.spec)

    outcomes: list[Outcome[Fetched]] = []
    met: set[str] = set()
    originals = in_threads(iter(batch.rows), fetch, place.fetches)
    while group := list(islice(originals, CLAIMED_AT_ONCE)):
        ids = {one.image_id for one in group if one.image_id} - met
        # A future, not `ray.get`: that would lend the task's processor to another meanwhile.
        ours: set[str] = claims.claim.remote(batch.id, ids).future().result()
        for one in group:
            claimed = one.image_id in ours
            ours.discard(one.image_id or "")  # the same bytes again are no work again
            outcomes.append(normalize_original(one, pool, place.spec, claimed=claimed))
        met |= ids
    photos = photos_table([outcome.result for outcome in outcomes], place.spec)
    lake = Lake(place.lake)
    fragments = () if photos is None else lake.write_fragments(NORMALIZED_IMAGES, photos)
    without_photos = (
        replace(outcome, result=replace(outcome.result, normalized=None)) for outcome in outcomes
    )
    return Done(batch.id, tuple(without_photos), tuple(fragments))


@lru_cache(maxsize=1)
def _tools(place: Place) -> tuple[ObjectStore, DecodePool]:
    """A worker process keeps its connections and its decoder from one batch to the next."""
    return open_store(place.source, place.credentials, max_connections=place.fetches), DecodePool(1)
