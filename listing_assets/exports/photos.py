"""The photos of an export: rows and files in key order, streamed, counted as they pass."""

import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listing_assets.exports.errors import ExportError
from listing_assets.exports.header import open_header
from listing_assets.exports.location import without_place
from listing_assets.exports.naming import file_stem
from listing_assets.exports.selecting import Selection
from listing_assets.increment import Listener, Report
from listing_assets.reading import OpenRevision, Places

T = TypeVar("T")
R = TypeVar("R")

TELL_SECONDS: Final = 0.2
SUFFIXES: Final = {
    "JPEG": "jpg",
    "MPO": "jpg",
    "PNG": "png",
    "GIF": "gif",
    "BMP": "bmp",
    "TIFF": "tif",
    "WEBP": "webp",
    "AVIF": "avif",
    "HEIF": "heic",
}
"""The suffix of an original, by its format as published. MPO is a JPEG with more photos behind."""
NORMALIZED: Final = "jpg"
TAG: Final = "tag_"
META: Final = "meta_"


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo: the row it was published as, and the file that is exported."""

    row: dict[str, Any]
    data: bytes
    suffix: str

    @property
    def name(self) -> str:
        """The file's name, which differs from every other key's."""
        return f"{file_stem(self.row['key'])}.{self.suffix}"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as the file's header says, in pixels."""
        with open_header(self.data) as image:
            return image.size


class Photos:
    """What is exported of a revision."""

    def __init__(
        self,
        opened: OpenRevision,
        selection: Selection,
        *,
        original: bool,
        listener: Listener | None = None,
    ) -> None:
        self.opened = opened
        self._selection = selection
        self._original = original
        self._listener = listener
        self._began = time.monotonic()
        self._told = 0.0
        self._report = Report(needed=selection.count)

    @property
    def passed(self) -> int:
        """How many photos were handed out."""
        return self._report.computed

    @property
    def schema(self) -> pa.Schema:
        """The published columns but the vector."""
        schema = self.opened.published.table.schema
        fields = [schema.field(name).remove_metadata() for name in self.opened.columns]
        return pa.schema(fields)

    @property
    def tags(self) -> list[str]:
        """Names of the tags, in the order of their columns."""
        return [name.removeprefix(TAG) for name in self.opened.columns if name.startswith(TAG)]

    @property
    def portable(self) -> list[str]:
        """The columns that mean something to others: key, image id, labels, tags, own columns."""
        told = [name for name in self.opened.columns if name.startswith((TAG, META))]
        return ["key", "image_id", "labels", *told]

    def tables(self) -> Iterator[pa.Table]:
        """The rows with all columns but the vector, a batch at a time."""
        places = self.opened.places(self._selection.where, with_photos=False)
        for table in self.opened.rows(places, self.opened.columns):
            yield table.cast(self.schema)
            self._count(len(table))

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows as JSON has them."""
        for table in self.tables():
            yield from map(plain, table.to_pylist())

    def photos(self, *, distinct: bool = False) -> Iterator[Photo]:
        """The photos with their portable columns; with `distinct`, equal ones once.

        Raises:
            LakeError: the lake has no normalized photo of a row.
            ExportError: an original still tells where it was taken.
            SourceError: an original cannot be read, or other bytes lie there now.
        """
        places = self._places
        if distinct:
            _, first = np.unique(places.photos, return_index=True)
            first.sort()
            places = Places(places.rows[first], places.photos[first])
            self._report.needed = len(places)
        for photo in self._originals(places) if self._original else self._normalized(places):
            yield photo
            self._count(1)

    def labels(self) -> list[str]:
        """All labels that the rows have, each once, in order."""
        found: set[str] = set()
        builder = self.opened.published.table.search().where(self._selection.where)
        for batch in builder.select(["labels"]).to_batches():
            found.update(pc.unique(batch["labels"].flatten()).to_pylist())
        return sorted(found)

    @cached_property
    def _places(self) -> Places:
        return self.opened.places(self._selection.where, with_photos=True)

    def _normalized(self, places: Places) -> Iterator[Photo]:
        for row, jpeg in self.opened.photos(places, self.portable):
            yield Photo(plain(row), jpeg, NORMALIZED)

    def _originals(self, places: Places) -> Iterator[Photo]:
        columns = [*self.portable, "uri", "format"]
        rows = (row for table in self.opened.rows(places, columns) for row in table.to_pylist())
        yield from _in_order(rows, self._with_original, self.opened.settings.fetch_concurrency)

    def _with_original(self, row: dict[str, Any]) -> Photo:
        uri, suffix = row.pop("uri"), SUFFIXES[row.pop("format")]
        data = self.opened.originals.read(uri, row["image_id"])
        try:
            return Photo(plain(row), without_place(data), suffix)
        except ValueError as error:
            raise ExportError(
                f"{uri} tells where it was taken in a way that cannot be taken out.",
                "Export the normalized photos, which tell nothing of the kind.",
            ) from error

    def _count(self, count: int) -> None:
        report = self._report
        report.computed += count
        now = time.monotonic()
        report.seconds = now - self._began
        if self._listener and (
            now - self._told >= TELL_SECONDS or report.computed == report.needed
        ):
            self._told = now
            self._listener(report, report.needed)


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON has it; times are ISO 8601, those in UTC with a Z."""
    return {name: _plain(value) for name, value in row.items()}


def json_line(document: dict[str, Any]) -> bytes:
    """A document as one line of UTF-8."""
    return json.dumps(document, ensure_ascii=False).encode() + b"\n"


def _plain(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        return value.isoformat()
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _in_order(items: Iterable[T], work: Callable[[T], R], concurrency: int) -> Iterator[R]:
    """Results of `work` in the order of the items, `concurrency` of them under way."""
    with ThreadPoolExecutor(concurrency, thread_name_prefix="originals") as pool:
        waiting: deque[Future[R]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) >= concurrency:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
