"""Watches a dataset's source: which uploads have settled and make a new dataset version.

A look goes through the source in sittings, because a large bucket cannot be listed within one tick
of a sensor; its state is small and is kept in the sensor's cursor. What was already made a version
is told by the lake, so that a lost cursor repeats a look and nothing else.

Uploads have settled when two looks, `quiet_seconds` apart or more, saw the same objects; or, where
a marker file is named, when that file is newer than all photos beside it.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from pydantic import BaseModel, Field

from listing_assets.catalog import Dataset
from listing_assets.objects.selection import (
    FolderSelection,
    ManifestSelection,
    open_selection,
)
from listing_assets.objects.side_files import is_passed_over
from listing_assets.versions.listing import Fingerprint, Listing, identity, object_id
from listing_assets.versions.names import PATTERN, VersionName, age, next_version
from resources.object_store import ObjectStore

WHOLE = ""
"""The candidate of a source that is one snapshot; folders are candidates by their names."""


class Tally(BaseModel):
    """What a look saw of one candidate so far."""

    fingerprint: str = "0"
    objects: int = 0
    newest: datetime | None = None
    marked: datetime | None = None


class Sighting(BaseModel):
    """A candidate as the last whole look saw it. `since` is the time of the first such look."""

    fingerprint: str
    since: float


class SourceState(BaseModel):
    """How far the present look is, and what the last whole one saw."""

    after: str | None = None
    tallies: dict[str, Tally] = Field(default_factory=dict)
    sightings: dict[str, Sighting] = Field(default_factory=dict)


class Upload(BaseModel):
    """A settled upload: the version that it makes, and the fingerprint of its objects."""

    version: str
    fingerprint: str
    objects: int


def look(
    dataset: Dataset,
    store: ObjectStore,
    state: SourceState,
    listings: Mapping[str, Listing],
    deadline: float,
    now: Callable[[], float] = time.time,
) -> list[Upload]:
    """Go on with the look until the deadline (`time.monotonic`); tell what has settled.

    `state` is advanced in place; `listings` are the frozen listings of the dataset's versions. The
    list is empty until the look is whole.
    """
    if isinstance(dataset.selection, ManifestSelection):
        state.tallies = _manifest_tallies(dataset, dataset.selection, store)
    elif not _advance(dataset, store, state, deadline):
        return []
    uploads = list(_settled(dataset, state, listings, now()))
    state.after, state.tallies = None, {}
    return uploads


def _advance(dataset: Dataset, store: ObjectStore, state: SourceState, deadline: float) -> bool:
    """Tally objects until the deadline; whether the look is whole."""
    by_folder = isinstance(dataset.selection, FolderSelection)
    for found in store.list(start_after=state.after):
        state.after = found.key
        folder, slash, inner = found.key.partition("/")
        if not by_folder or slash:
            tally = state.tallies.setdefault(folder if by_folder else WHOLE, Tally())
            if dataset.watch.marker == (inner if by_folder else found.key):
                tally.marked = found.last_modified
            elif not is_passed_over(found):
                sum_ = Fingerprint(tally.fingerprint)
                sum_.add(object_id(found.uri, found.etag, found.size), None)
                tally.fingerprint = sum_.value
                tally.objects += 1
                tally.newest = max(tally.newest or found.last_modified, found.last_modified)
        if time.monotonic() >= deadline:
            return False
    return True


def _manifest_tallies(
    dataset: Dataset, selection: ManifestSelection, store: ObjectStore
) -> dict[str, Tally]:
    """What each manifest names: one per version where `{version}` stands in its path."""
    before, placeholder, after = selection.path.partition("{version}")
    if not placeholder:
        return {WHOLE: _manifest_tally(dataset, store, "")}
    keys = [found.key for found in store.list(before)]
    versions = [
        key[len(before) : len(key) - len(after)]
        for key in keys
        if key.endswith(after) and len(key) > len(before) + len(after)
    ]
    return {version: _manifest_tally(dataset, store, version) for version in versions}


def _manifest_tally(dataset: Dataset, store: ObjectStore, version: str) -> Tally:
    tally, sum_ = Tally(), Fingerprint()
    for item in open_selection(store, dataset.selection, version, dataset.credentials):
        sum_.add(*identity(item))
        tally.objects += 1
    tally.fingerprint = sum_.value
    return tally


def _settled(
    dataset: Dataset, state: SourceState, listings: Mapping[str, Listing], now: float
) -> Iterator[Upload]:
    sightings: dict[str, Sighting] = {}
    for candidate, tally in state.tallies.items():
        if not tally.objects:
            continue
        before = state.sightings.get(candidate)
        same = before is not None and before.fingerprint == tally.fingerprint
        sighting = before if before and same else Sighting(fingerprint=tally.fingerprint, since=now)
        sightings[candidate] = sighting
        version, stands = _version_of(dataset, candidate, listings)
        if version is None or stands == tally.fingerprint:
            continue
        if _is_finished(dataset, tally, sighting, now):
            yield Upload(version=version, fingerprint=tally.fingerprint, objects=tally.objects)
    state.sightings = sightings


def _version_of(
    dataset: Dataset, candidate: str, listings: Mapping[str, Listing]
) -> tuple[str | None, str | None]:
    """The version that a candidate would make, and the fingerprint that stands for it."""
    if candidate != WHOLE:
        if PATTERN.fullmatch(str(VersionName(dataset.name, candidate))) is None:
            return None, None
        listing = listings.get(candidate)
        return candidate, listing.fingerprint if listing else None
    newest = max(listings, key=age, default=None)
    return next_version(listings), listings[newest].fingerprint if newest else None


def _is_finished(dataset: Dataset, tally: Tally, sighting: Sighting, now: float) -> bool:
    if dataset.watch.marker is not None:
        return tally.marked is not None and (tally.newest is None or tally.marked >= tally.newest)
    return now - sighting.since >= dataset.watch.quiet_seconds
