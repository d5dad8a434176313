"""The fields of a published version: what each is called, and what it is in the table.

A field is a column, or something computed of one (`FileName` is the last part of `key`). Names are
found in any case; `tag_` and `meta_` may be left out where that names one column only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal

import pyarrow as pa

from listing_assets.search.errors import QueryError
from listing_assets.search.syntax import Name

Kind = Literal["text", "integer", "real", "boolean", "time", "list", "labels"]
"""`labels` is a list of `name:value`, `list` one of plain texts."""

PREFIXES: Final = ("tag_", "meta_")


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `sql` gives its value; None where no photo of this version can have one."""

    name: str
    kind: Kind
    sql: str | None
    type: pa.DataType
    column: str = ""
    """The column it is read from."""


@dataclass(frozen=True, slots=True)
class _Named:
    """A field with a name of its own: the column it needs, and SQL with `{}` for that column."""

    column: str
    sql: str = "{}"
    type: pa.DataType | None = None
    """Where it is not the column's."""
    absence: str = ""
    """What to say where the version was published without that column."""
    stand_in: str | None = None
    """The column that says the same in a version without; empty where there is nothing to say."""


FILE_NAME: Final = "split_part({}, '/', -1)"
DIRECTORY: Final = "regexp_replace({}, '/?[^/]*$', '')"

NAMED: Final = {
    "FileName": _Named("key", FILE_NAME),
    "FileDir": _Named("key", DIRECTORY),
    "Uri": _Named("uri"),
    "FileType": _Named(
        "content_type",
        "split_part({}, '/', 1)",
        absence="it was published without media types; 'format' has JPEG, PNG and so on.",
    ),
    "ContentType": _Named(
        "content_type",
        absence="it was published without media types; 'format' has JPEG, PNG and so on.",
    ),
    "DataSize": _Named("bytes"),
    "FileFingerPrint": _Named("image_id"),
    "FileCreateTime": _Named(
        "ingested_at",
        absence="it was published without times of ingestion; FileUpdateTime has those of the"
        " last change.",
    ),
    "FileUpdateTime": _Named("last_modified"),
    "SemanticIndexUpdateTime": _Named(
        "embedded_at",
        absence="it was published without the times at which vectors were made.",
    ),
    "Status": _Named("status"),
    "tags.ai": _Named("labels_ai", stand_in="labels"),
    "tags.user": _Named("labels_user", stand_in=""),
    "tags.user-delete-ai-tags": _Named("labels_user_deleted", stand_in=""),
    "tags.all": _Named("labels"),
}
LABELS: Final = frozenset({"labels", "labels_ai", "labels_user", "labels_user_deleted"})


class Fields:
    """The fields of one table."""

    def __init__(self, schema: pa.Schema) -> None:
        self._columns = {field.name: field.type for field in schema}
        self._found: dict[str, Field] = {}
        self._absent: dict[str, str] = {}
        for name, named in NAMED.items():
            self._add_named(name, named)
        for name in self._columns:
            self._add_column(name, name)
        self._short: dict[str, list[str]] = {}
        for name in self._columns:
            for prefix in PREFIXES:
                if name.startswith(prefix) and name.lower() in self._found:
                    self._short.setdefault(name.removeprefix(prefix).lower(), []).append(name)

    def __iter__(self) -> Iterator[Field]:
        """All fields, those with a name of their own first."""
        return iter(self._found.values())

    def find(self, name: Name, expression: str) -> Field:
        """The field that a name in `expression` means.

        Raises:
            QueryError: there is none, with the nearest name; or it means two; or this version was
                published without it.
        """
        wanted = name.text.lower()
        if wanted in self._found:
            return self._found[wanted]
        if wanted in self._absent:
            raise QueryError(
                expression,
                name.start,
                name.end,
                f"this version has no '{name.text}': {self._absent[wanted]}",
                "Publish it again: `listing run` adds the column.",
            )
        columns = self._short.get(wanted, [])
        if len(columns) > 1:
            raise QueryError(
                expression,
                name.start,
                name.end,
                f"'{name.text}' may be a tag or a column of the manifest.",
                f"Write {' or '.join(columns)}.",
            )
        if not columns:
            raise QueryError(
                expression,
                name.start,
                name.end,
                f"there is no field '{name.text}'.",
                self._nearest(wanted),
            )
        return self._found[columns[0].lower()]

    def _add_named(self, name: str, named: _Named) -> None:
        column = named.column
        if column not in self._columns and named.stand_in is not None:
            column = named.stand_in
            if column not in self._columns:
                labels = pa.list_(pa.string())
                self._found[name.lower()] = Field(name, "labels", None, labels)
                return
        if column not in self._columns:
            self._absent[name.lower()] = named.absence
            return
        self._add_column(name, column, named.sql)

    def _add_column(self, name: str, column: str, sql: str = "{}") -> None:
        kind = _kind(column, self._columns[column])
        if kind is not None:
            self._found.setdefault(
                name.lower(),
                Field(name, kind, sql.format(quoted_name(column)), self._columns[column], column),
            )

    def _nearest(self, wanted: str) -> str:
        names = {field.name.lower(): field.name for field in self}
        names |= {
            short: columns[0].partition("_")[2]
            for short, columns in self._short.items()
            if short not in names
        }
        close = get_close_matches(wanted, list(names), 1, 0.5)
        if close:
            return f"Did you mean '{names[close[0]]}'?"
        told = [field.name for field in self if field.name in NAMED or _is_own(field.name)]
        return f"The fields are {', '.join(told)}."


def quoted_name(column: str) -> str:
    """A column as an SQL identifier."""
    return "`" + column.replace("`", "``") + "`"


def _is_own(column: str) -> bool:
    return column.startswith(PREFIXES)


def _kind(column: str, kind: pa.DataType) -> Kind | None:
    """None for a column that no condition can be put on, such as the vector."""
    if column in LABELS:
        return "labels"
    if pa.types.is_string(kind):
        return "text"
    if pa.types.is_integer(kind):
        return "integer"
    if pa.types.is_floating(kind):
        return "real"
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_timestamp(kind):
        return "time"
    if pa.types.is_list(kind) and pa.types.is_string(kind.value_type):
        return "list"
    return None
