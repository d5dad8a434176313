"""Reads a manifest: a JSONL, CSV or Parquet file of one row an object, which names its key.

Every other column travels with the object. A key that is named twice counts once:
its last row holds. A row is kept as compact JSON until it is asked for, so that a manifest of a
million rows needs little more memory than its file has bytes.
"""

import csv
import io
import json
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, zip_longest
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from listing_assets.objects.meta_types import (
    MetaType,
    as_type,
    plain,
    type_of,
    type_of_text,
    unified,
)
from resources.errors import SourceError

BATCH_ROWS = 10_000
COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
Row = tuple[int, dict[str, Any]]
"""A row's number in its file (line, or row from 1) and its values by column."""


class Manifest:
    """The rows of a manifest in key order, and the types of their columns."""

    def __init__(self, name: str, key_column: str, columns: Sequence[str] | None) -> None:
        self._name = name
        self._key_column = key_column
        self._chosen = None if columns is None else set(columns)
        self._keys: list[str] = []
        self._meta: list[bytes] = []
        self._types: dict[str, MetaType | None] = {}
        self._written: dict[str, str] = {}
        """Columns as the file writes them, by their name in lower case."""
        self._order = array("q")
        """The rows by key; those of one key in the order of the file."""

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def meta_schema(self) -> dict[str, MetaType]:
        """The type of every column that travels, by name. A column of nulls is `string`."""
        return {column: kind or "string" for column, kind in self._types.items()}

    @property
    def bounds(self) -> tuple[str, str]:
        """The first and the last key."""
        return self._keys[self._order[0]], self._keys[self._order[-1]]

    def rows(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each key once, in order, with its values that are not null."""
        types = self.meta_schema
        for row, following in zip_longest(self._order, self._order[1:]):
            key = self._keys[row]
            if following is None or self._keys[following] != key:
                values = json.loads(self._meta[row])
                yield key, {column: as_type(values[column], types[column]) for column in values}

    def repeated(self) -> Iterator[str]:
        """The key of every row that a later row of the same key replaces, in key order."""
        in_order = (self._keys[row] for row in self._order)
        return (one for one, other in pairwise(in_order) if one == other)

    def load(self, rows: Iterator[Row], key_of: Callable[[str], str | None], *, text: bool) -> None:
        """Take in all rows; `text` says that values are cells of a CSV file.

        Raises:
            SourceError: naming file, line and remedy.
        """
        find_type = type_of_text if text else type_of
        for number, values in rows:
            reference = values.pop(self._key_column, None)
            if not isinstance(reference, str) or not reference:
                raise self.error(
                    number,
                    f"has no key in column '{self._key_column}'",
                    "Give every row the key of its object, or name the column by 'key_column'.",
                )
            meta = {}
            for written, value in values.items():
                column = self._column(number, written)
                if column is not None and value is not None:
                    meta[column] = value
                    self._types[column] = unified(self._types[column], find_type(value))
            try:
                packed = COMPACT.encode(meta).encode()
                reference.encode()
            except UnicodeEncodeError as error:
                raise self.error(
                    number, "has text that is half a character", "Write it as valid Unicode."
                ) from error
            self._keys.append(key_of(reference) or reference)
            self._meta.append(packed)
        self._order = array("q", sorted(range(len(self)), key=self._keys.__getitem__))
        self._require_chosen()

    def require_key_column(self, columns: Sequence[str]) -> None:
        """Raise `SourceError` where the file has no column of keys."""
        if self._key_column not in columns:
            raise SourceError(
                f"{self._name} has no column '{self._key_column}'.",
                f"It has {', '.join(columns) or 'none'}: name the one with keys by 'key_column'.",
            )

    def error(self, number: int, problem: str, remedy: str) -> SourceError:
        """An error about one line or row."""
        return SourceError(f"{self._name}:{number}: {problem}.", remedy)

    def _column(self, number: int, written: str) -> str | None:
        """The name under which a column travels, or None where it was not chosen."""
        if self._chosen is not None and written not in self._chosen:
            return None
        if "`" in written:
            raise self.error(
                number,
                f"has a column {json.dumps(written, ensure_ascii=False)}, whose name no table can"
                " have: a backtick encloses names",
                "Rename it, or leave it out by naming the others in 'columns' of the selection.",
            )
        column = written.replace(".", "_")
        first = self._written.setdefault(column.lower(), written)
        if first != written:
            raise self.error(
                number,
                f"has columns '{first}' and '{written}', which would be one",
                "Rename one of them; case and dots do not tell columns apart.",
            )
        self._types.setdefault(column, None)
        return column

    def _require_chosen(self) -> None:
        absent = sorted((self._chosen or set()) - set(self._written.values()))
        if absent and self._keys:
            raise SourceError(
                f"{self._name} has no column '{absent[0]}'.",
                f"It has {', '.join(sorted(self._written.values())) or 'none but the keys'}: "
                "correct 'columns' of the selection.",
            )


def read_manifest(
    name: str,
    data: bytes,
    key_of: Callable[[str], str | None],
    *,
    key_column: str = "key",
    columns: Sequence[str] | None = None,
) -> Manifest:
    """Read a manifest from its bytes; the suffix of `name` tells the format.

    `key_of` gives the key that a reference means, None where it lies outside the source: such a
    reference stays as it is, and no object will be found for it. `columns` are those that travel,
    all of them by default.

    Raises:
        SourceError: naming file, line and remedy.
    """
    manifest = Manifest(name, key_column, columns)
    match name.rpartition(".")[2].lower():
        case "jsonl":
            manifest.load(_json_rows(manifest, data), key_of, text=False)
        case "csv":
            manifest.load(_csv_rows(manifest, data), key_of, text=True)
        case "parquet":
            wanted = None if columns is None else [key_column, *columns]
            manifest.load(_parquet_rows(manifest, name, data, wanted), key_of, text=False)
        case _:
            raise SourceError(f"{name} is no manifest.", "Name a .jsonl, .csv or .parquet file.")
    if not len(manifest):
        raise SourceError(f"{name} names no key.", "Write one row an object.")
    return manifest


def _json_rows(manifest: Manifest, data: bytes) -> Iterator[Row]:
    for number, line in enumerate(io.BytesIO(data), start=1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            values = json.loads(text, parse_constant=lambda _: None) if text else {}
        except UnicodeDecodeError as error:
            raise _not_utf8(manifest, number) from error
        except (ValueError, RecursionError) as error:
            what = (
                f"{error.msg} at character {error.pos + 1}"
                if isinstance(error, json.JSONDecodeError)
                else str(error)
            )
            raise manifest.error(
                number, f"is not JSON: {what}", "Write one JSON object a line."
            ) from error
        if not isinstance(values, dict):
            raise manifest.error(
                number, "is not a JSON object", 'Write one object a line: {"key": "a.jpg", …}.'
            )
        if text:
            yield number, {column: plain(value) for column, value in values.items()}


def _csv_rows(manifest: Manifest, data: bytes) -> Iterator[Row]:
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8-sig", newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if "" in header or len(set(header)) < len(header):
            raise manifest.error(
                1, "has a column without a name, or a name twice", "Name every column differently."
            )
        manifest.require_key_column(header)
        before = reader.line_num
        for cells in reader:
            number, before = before + 1, reader.line_num
            if not cells:
                continue
            if len(cells) != len(header):
                raise manifest.error(
                    number,
                    f"has {len(cells)} cells, its header {len(header)}",
                    "Separate cells by commas and put those that contain commas in quotes.",
                )
            yield number, {column: cell or None for column, cell in zip(header, cells, strict=True)}
    except UnicodeDecodeError as error:
        raise _not_utf8(manifest, _line_of_first_odd_byte(data)) from error
    except csv.Error as error:
        raise manifest.error(
            reader.line_num, f"is not CSV: {error}", 'Quote cells with " and double it inside.'
        ) from error


def _parquet_rows(
    manifest: Manifest, name: str, data: bytes, wanted: list[str] | None
) -> Iterator[Row]:
    try:
        file = pq.ParquetFile(pa.BufferReader(data))
        manifest.require_key_column(file.schema_arrow.names)
        number = 0
        for batch in file.iter_batches(BATCH_ROWS, columns=wanted):
            for row in batch.to_pylist():
                number += 1
                yield number, {column: _plain_cell(name, column, row[column]) for column in row}
    except (pa.ArrowException, OSError) as error:
        raise SourceError(
            f"{name} is not readable as Parquet: {error}.", "Write the file again."
        ) from error


def _plain_cell(name: str, column: str, value: Any) -> Any:
    try:
        return plain(value)
    except TypeError as error:
        raise SourceError(
            f"{name}: column '{column}' holds {error}, which no published column can.",
            "Leave it out by naming the others in 'columns' of the selection.",
        ) from error


def _not_utf8(manifest: Manifest, number: int) -> SourceError:
    return manifest.error(number, "is not UTF-8 text", "Save the file as UTF-8.")


def _line_of_first_odd_byte(data: bytes) -> int:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    return 1
