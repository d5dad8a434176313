"""Selects the objects of a dataset version: all of a prefix, one folder, or what a manifest names.

Everything is streamed: a bucket of a million keys is never held.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from os.path import commonprefix
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from listing_assets.objects.manifest import Manifest, read_manifest
from listing_assets.objects.side_files import passed_over_as
from resources.errors import ObjectUnavailableError, SourceError
from resources.object_store import ObjectStore, SourceCredentials, StoredObject, open_store

FIND_AT_MOST = 1_000
"""Keys of a manifest that are looked up one by one; a longer one is merged with the listing."""
FIND_CONCURRENCY = 16
MANIFEST_BYTES = 2 * 1024**3
REPEATED = "row of a repeated key"
"""The kind under which rows of a manifest count that a later row of the same key replaced."""


class _Selection(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SnapshotSelection(_Selection):
    """Every object of the source."""

    kind: Literal["snapshot"] = "snapshot"


class FolderSelection(_Selection):
    """The objects of the folder that is named as the version: `v2/` for `photos@v2`."""

    kind: Literal["folder"] = "folder"


class ManifestSelection(_Selection):
    """The objects that a JSONL, CSV or Parquet file names.

    `path` is a key of the source, or the full URI of a file elsewhere; `{version}` in it stands for
    the version. Column `key_column` has keys, or full URIs under the source. The other columns, or
    those of `columns`, travel with the object.
    """

    kind: Literal["manifest"] = "manifest"
    path: str
    key_column: str = Field(default="key", min_length=1)
    columns: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _format_is_known(self) -> Self:
        if not self.path.lower().endswith((".jsonl", ".csv", ".parquet")):
            raise ValueError("'path' names a .jsonl, .csv or .parquet file")
        return self


Selection = SnapshotSelection | FolderSelection | ManifestSelection


@dataclass(frozen=True, slots=True)
class SelectedObject:
    """An object of the version, with what the manifest says of it (JSON scalars, no nulls)."""

    object: StoredObject
    meta: dict[str, Any]


@dataclass(frozen=True, slots=True)
class MissingObject:
    """A key that the manifest names and the source does not have."""

    key: str
    meta: dict[str, Any]


@dataclass(slots=True)
class ListingStats:
    """What a selection counted on its way."""

    objects: int = 0
    missing: int = 0
    examples: dict[str, str] = field(default_factory=dict)
    """The first key, in their order, of each kind that was passed over."""
    _passed_over: Counter[str] = field(default_factory=Counter)

    def pass_over(self, kind: str, key: str) -> None:
        """Count one file, or row of a manifest, that is not selected."""
        self._passed_over[kind] += 1
        self.examples[kind] = min(key, self.examples.get(kind, key))

    def passed_over(self) -> dict[str, int]:
        """How many files or rows were passed over, by kind: a suffix, `hidden`, `broken link` …"""
        return dict(sorted(self._passed_over.items()))


class OpenSelection(Iterator[SelectedObject | MissingObject]):
    """The objects of a version, once through. `stats` grow on the way."""

    def __init__(
        self,
        items: Iterator[SelectedObject | MissingObject],
        stats: ListingStats,
        meta_schema: Mapping[str, str],
    ) -> None:
        self._items = items
        self._meta_schema = meta_schema
        self.stats = stats

    def __next__(self) -> SelectedObject | MissingObject:
        item = next(self._items)
        if isinstance(item, MissingObject):
            self.stats.missing += 1
        else:
            self.stats.objects += 1
        return item

    def meta_schema(self) -> dict[str, str]:
        """The type of each manifest column: `bool`, `int64`, `double` or `string`."""
        return dict(self._meta_schema)


def open_selection(
    store: ObjectStore,
    selection: Selection,
    version: str,
    credentials: SourceCredentials | None = None,
) -> OpenSelection:
    """The objects that `version` consists of; a manifest is read at once.

    They come in key order only where a manifest names them.

    `credentials` are for a manifest that lies outside the source.

    Raises:
        SourceError: here or while iterating; the manifest or the source cannot be read, or the
            manifest has a fault, then with file, line and remedy.
    """
    stats = ListingStats()
    match selection:
        case SnapshotSelection():
            return OpenSelection(_photos(store, "", stats), stats, {})
        case FolderSelection():
            return OpenSelection(_photos(store, f"{version}/", stats), stats, {})
        case ManifestSelection():
            manifest = _read(store, selection, version, credentials)
            for key in manifest.repeated():
                stats.pass_over(REPEATED, key)
            small = len(manifest) <= FIND_AT_MOST
            items = _found(store, manifest) if small else _merged(store, manifest, stats)
            return OpenSelection(items, stats, manifest.meta_schema)


def _photos(store: ObjectStore, prefix: str, stats: ListingStats) -> Iterator[SelectedObject]:
    for found in store.list_unordered(prefix, on_passed_over=stats.pass_over):
        kind = passed_over_as(found)
        if kind is None:
            yield SelectedObject(found, {})
        else:
            stats.pass_over(kind, found.key)


def _read(
    store: ObjectStore,
    selection: ManifestSelection,
    version: str,
    credentials: SourceCredentials | None,
) -> Manifest:
    path = selection.path.replace("{version}", version)
    key = store.key_of(path)
    if key is None:
        name = path.rpartition("/")[2]
        elsewhere = open_store(path[: -len(name)], credentials)
        data = _bytes(elsewhere, elsewhere.key_of(path) or name)
    else:
        data = _bytes(store, key)
    return read_manifest(
        path, data, store.key_of, key_column=selection.key_column, columns=selection.columns
    )


def _bytes(store: ObjectStore, key: str) -> bytes:
    try:
        return store.read(key, max_bytes=MANIFEST_BYTES)
    except ObjectUnavailableError as error:
        raise SourceError(
            f"the manifest cannot be read: {error.problem}",
            "Check 'path' of the dataset's selection, and that the file was uploaded.",
        ) from error


def _found(store: ObjectStore, manifest: Manifest) -> Iterator[SelectedObject | MissingObject]:
    """Look up each key by itself: a short manifest must not cost the listing of a large bucket."""
    rows = list(manifest.rows())
    with ThreadPoolExecutor(FIND_CONCURRENCY, thread_name_prefix="find") as pool:
        for (key, meta), found in zip(
            rows, pool.map(store.find, (key for key, _ in rows)), strict=True
        ):
            yield MissingObject(key, meta) if found is None else SelectedObject(found, meta)


def _merged(
    store: ObjectStore, manifest: Manifest, stats: ListingStats
) -> Iterator[SelectedObject | MissingObject]:
    """Go through manifest and listing side by side: both are in key order."""
    first, last = manifest.bounds
    prefix = commonprefix([first, last])  # noqa: RUF071 — a listing's prefix is of characters
    listed = _in_order(store.list(prefix, on_passed_over=stats.pass_over))
    found = next(listed, None)
    for key, meta in manifest.rows():
        while found is not None and found.key < key:
            found = next(listed, None)
        if found is not None and found.key == key:
            yield SelectedObject(found, meta)
        else:
            yield MissingObject(key, meta)


def _in_order(listed: Iterator[StoredObject]) -> Iterator[StoredObject]:
    before = ""
    for found in listed:
        if found.key < before:
            raise SourceError(
                f"{found.uri} is listed after '{before}': this store does not list in key order.",
                f"Use manifests of at most {FIND_AT_MOST:,} rows, whose keys are looked up singly.",
            )
        before = found.key
        yield found
