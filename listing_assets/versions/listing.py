"""Freezes a source's listing as a version's rows of the object table `raw_images`.

A listing is streamed into the lake in one commit, then named in `listings`: from that moment it is
the version's frozen listing, and the rows of the one before are removed. A kill in between leaves
rows that no listing names; the next freeze removes them.
"""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import pyarrow as pa

from listing_assets.hashing import digest
from listing_assets.imaging.reasons import Reason
from listing_assets.objects.selection import ListingStats, MissingObject, SelectedObject
from listing_assets.versions.names import VersionName, age
from listing_assets.versions.relations import Relations
from resources.lake import Lake
from resources.lake.tables import LISTINGS, RAW_IMAGES

BATCH_ROWS = 10_000

Selected = SelectedObject | MissingObject
"""What a selection yields."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A frozen listing, as its row in `listings` says."""

    version: VersionName
    listing_id: str
    listed_at: datetime
    objects: int
    bytes: int
    fingerprint: str
    passed_over: dict[str, int]
    meta_schema: dict[str, str]

    @property
    def where(self) -> str:
        """The Lance filter of this listing's rows in `raw_images`."""
        return f"listing_id = '{self.listing_id}'"


@dataclass(frozen=True, slots=True)
class ListingDifference:
    """How two listings differ, by key: `changed` are keys whose object differs."""

    against: str
    added: int
    removed: int
    changed: int


class Fingerprint:
    """An order-free sum over objects, so that two listings compare without being held.

    `value` may be stored and `resumed` later: listing a large bucket may take several sittings.
    """

    def __init__(self, resumed: str = "0") -> None:
        self._sum = int(resumed, 16)

    def add(self, object_id: str, meta: str | None) -> None:
        """Add one object."""
        self._sum = (self._sum + int(digest(object_id, meta), 16)) % (1 << 128)

    @property
    def value(self) -> str:
        """32 hex characters."""
        return f"{self._sum:032x}"


def identity(item: Selected) -> tuple[str, str | None]:
    """The object id of a selected item, and its manifest columns as text."""
    if isinstance(item, MissingObject):
        return digest("missing", item.key), meta_text(item.meta)
    found = item.object
    return object_id(found.uri, found.etag, found.size), meta_text(item.meta)


def object_id(uri: str, etag: str | None, size: int | None) -> str:
    """What identifies an object's content without fetching it: its place, etag and size."""
    return digest(uri, etag, size)


def meta_text(meta: Mapping[str, object]) -> str | None:
    """A manifest row's own columns as canonical JSON; None where it has none."""
    return json.dumps(meta, ensure_ascii=False, sort_keys=True) if meta else None


def freeze_listing(
    lake: Lake,
    version: VersionName,
    selected: Iterable[Selected],
    stats: ListingStats,
    meta_schema: Callable[[], dict[str, str]],
) -> Listing:
    """Write the object table of `version`; from then on this listing is the version's.

    `stats` and `meta_schema` are read once `selected` is exhausted.
    """
    listing_id = uuid.uuid4().hex
    totals = _Totals()
    lake.append(RAW_IMAGES, _batches(version, listing_id, selected, totals))
    row = {
        "dataset": version.dataset,
        "version": version.version,
        "listing_id": listing_id,
        "listed_at": datetime.now(UTC),
        "objects": totals.objects,
        "bytes": totals.bytes,
        "fingerprint": totals.fingerprint.value,
        "passed_over": json.dumps(stats.passed_over()),
        "meta_schema": json.dumps(meta_schema(), ensure_ascii=False),
    }
    lake.append(LISTINGS, pa.Table.from_pylist([row], schema=LISTINGS.schema))
    return _listing(row)


def listed_batches(version: VersionName, selected: Iterable[Selected]) -> pa.RecordBatchReader:
    """Rows as `raw_images` has them, of a listing that is only looked at."""
    return _batches(version, "", selected, _Totals())


def discard_older_listings(lake: Lake, listing: Listing) -> None:
    """Remove rows of the version's earlier and unfinished listings from the object table."""
    version = listing.version
    lake.table(RAW_IMAGES).delete(
        f"dataset = '{version.dataset}' AND version = '{version.version}'"
        f" AND listing_id != '{listing.listing_id}'"
    )


def frozen_listings(lake: Lake, dataset: str) -> dict[str, Listing]:
    """The frozen listing of every listed version of a dataset, oldest version first."""
    rows = lake.scan(LISTINGS, LISTINGS.schema.names, f"dataset = '{dataset}'").read_all()
    newest: dict[str, Listing] = {}
    for row in sorted(rows.to_pylist(), key=lambda row: row["listed_at"]):
        newest[row["version"]] = _listing(row)
    return {name: newest[name] for name in sorted(newest, key=age)}


def frozen_listing(lake: Lake, version: VersionName) -> Listing | None:
    """The frozen listing of one version, or None where it was never listed."""
    return frozen_listings(lake, version.dataset).get(version.version)


def compare_listings(lake: Lake, new: Listing, old: Listing, memory: str) -> ListingDifference:
    """Count keys added, removed and changed between two listings whose rows still stand."""
    columns = ["key", "object_id", "meta"]
    with Relations(memory) as relations:
        for name, listing in (("new_rows", new), ("old_rows", old)):
            relations.load(name, lake.scan(RAW_IMAGES, columns, listing.where))
        added, removed, changed = relations.one(
            """
            SELECT count(*) FILTER (WHERE o.key IS NULL),
                   count(*) FILTER (WHERE n.key IS NULL),
                   count(*) FILTER (WHERE n.object_id != o.object_id
                                       OR n.meta IS DISTINCT FROM o.meta)
            FROM new_rows n FULL JOIN old_rows o ON n.key = o.key
            """
        )
    against = str(old.version) if old.version != new.version else "its listing before"
    return ListingDifference(against, added, removed, changed)


@dataclass(slots=True)
class _Totals:
    objects: int = 0
    bytes: int = 0
    fingerprint: Fingerprint = field(default_factory=Fingerprint)


def _batches(
    version: VersionName, listing_id: str, selected: Iterable[Selected], totals: _Totals
) -> pa.RecordBatchReader:
    def batches() -> Iterator[pa.RecordBatch]:
        while chunk := list(islice(items, BATCH_ROWS)):
            yield _batch(version, listing_id, chunk, totals)

    items = iter(selected)
    return pa.RecordBatchReader.from_batches(RAW_IMAGES.schema, batches())


def _batch(
    version: VersionName, listing_id: str, items: list[Selected], totals: _Totals
) -> pa.RecordBatch:
    """Rows as columns: a dictionary a row would cost several times as much."""
    found = [None if isinstance(item, MissingObject) else item.object for item in items]
    identities = [identity(item) for item in items]
    for item_id, meta in identities:
        totals.fingerprint.add(item_id, meta)
    totals.objects += len(items)
    totals.bytes += sum(place.size for place in found if place)
    missing = Reason.FETCH_FAILED.value
    detail = "the manifest names it, the source does not have it"
    columns = {
        "dataset": [version.dataset] * len(items),
        "version": [version.version] * len(items),
        "listing_id": [listing_id] * len(items),
        "key": [item.key if isinstance(item, MissingObject) else item.object.key for item in items],
        "object_id": [item_id for item_id, _ in identities],
        "uri": [place.uri if place else None for place in found],
        "size": [place.size if place else None for place in found],
        "etag": [place.etag if place else None for place in found],
        "last_modified": [place.last_modified if place else None for place in found],
        "content_type": [place.content_type if place else None for place in found],
        "storage_class": [place.storage_class if place else None for place in found],
        "reason": [None if place else missing for place in found],
        "detail": [None if place else detail for place in found],
        "meta": [meta for _, meta in identities],
    }
    return pa.RecordBatch.from_pydict(columns, schema=RAW_IMAGES.schema)


def _listing(row: dict[str, Any]) -> Listing:
    return Listing(
        version=VersionName(row["dataset"], row["version"]),
        listing_id=row["listing_id"],
        listed_at=row["listed_at"],
        objects=row["objects"],
        bytes=row["bytes"],
        fingerprint=row["fingerprint"],
        passed_over=Counter(json.loads(row["passed_over"])),
        meta_schema=json.loads(row["meta_schema"]),
    )
