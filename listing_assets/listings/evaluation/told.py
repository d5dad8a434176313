"""What people told of the photos of a version: columns of its manifest, and a file beside it.

A file may come after the publication. Its columns count as those of a manifest, and hold before
them: `description` of the file is `meta_description`.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from listing_assets.objects.manifest import read_manifest
from listing_assets.reading import OpenRevision
from resources.errors import SourceError

META: Final = "meta_"
PUBLISHED: Final = "status = 'published'"
KEY_COLUMNS: Final = ("path", "query_path", "key")
"""Columns of a file that may have the photos' keys; the first of these that there is."""

Rows = Mapping[str, Mapping[str, Any]]
"""Rows of a file by the key of their photo."""


def read_rows(path: Path) -> dict[str, dict[str, Any]]:
    """The rows of a JSONL, CSV or Parquet file, a photo a row, by the photos' keys.

    Raises:
        SourceError: it cannot be read, or has no row, or one without a key.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from None
    for column in KEY_COLUMNS:
        try:
            return dict(read_manifest(path.name, data, str, key_column=column).rows())
        except SourceError as error:
            if f"column '{column}'" not in error.problem and not _has_no_row(error):
                raise
    raise SourceError(
        f"{path.name} does not name a photo in every row, or has no row.",
        "Give each the key of its photo in a column 'path', 'query_path' or 'key'.",
    )


def _has_no_row(error: SourceError) -> bool:
    return error.problem.endswith("names no key.")


class Told:
    """The published rows of a version, with what a file beside it tells."""

    def __init__(self, opened: OpenRevision, beside: Rows | None = None) -> None:
        self.opened = opened
        self._beside = beside or {}
        named = {META + name for row in self._beside.values() for name in row}
        self.columns = frozenset(opened.columns) | named
        """All columns, those of the file included."""

    def rows(self, names: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The key and these columns of all published photos, in key order; None where untold."""
        there = frozenset(self.opened.columns)
        told = list(dict.fromkeys(["key", *(name for name in names if name in there)]))
        blank = dict.fromkeys(names)
        places = self.opened.places(PUBLISHED, with_photos=False)
        for table in self.opened.rows(places, told):
            for row in table.to_pylist():
                yield self.overlaid(blank | row)

    def overlaid(self, row: dict[str, Any]) -> dict[str, Any]:
        """A row with what the file tells of its photo."""
        beside = self._beside.get(row["key"], {})
        return row | {META + name: value for name, value in beside.items()}
