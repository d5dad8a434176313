"""The Python reader: `open_version("photos@v1")`."""

import io
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from lancedb.query import ColumnOrdering
from PIL import Image

from listing_assets.publishing.revisions import Revision
from listing_assets.reading.grid import grid
from listing_assets.reading.opened import OpenRevision
from listing_assets.reading.places import Places
from listing_assets.reading.training import PhotoDataset, opened
from listing_assets.search import KeyOf, Query, Results, SearchError, Upload, search
from listing_assets.search.conditions import filter_of
from listing_assets.search.filters import compile_expression
from listing_assets.search.query import Include
from listing_assets.settings import Settings
from listing_assets.versions.relations import quoted_text
from resources.errors import LakeError

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 24
"""Photos of a grid."""


def open_version(
    name: str, *, lake: str | PathLike[str] | None = None, include: Include = "published"
) -> "VersionReader":
    """Open a published dataset version, `photos@v1`, or one revision of it, `photos@v1.2`.

    A version is resolved to its newest revision here and now: a reader never changes under your
    hands. `lake` is a folder, s3://… or oss://…, else that of LISTING_LAKE or LISTING_HOME.
    `include` tells whether rejected objects are rows too.

    Raises:
        ListingError: that is no name; there is no such lake, version, revision or `include`.
    """
    settings = Settings() if lake is None else Settings(lake=str(lake))
    return VersionReader(OpenRevision.of(name, settings), include)


class VersionReader:
    """The rows of one revision, or of a narrower view of it, in the order of their keys.

    `len`, iteration over row dictionaries, and `in` for keys. Vectors are left out unless asked
    for. Made by `open_version`.
    """

    def __init__(
        self, opened_revision: OpenRevision, include: Include, conditions: Sequence[str] = ()
    ) -> None:
        self._open = opened_revision
        self._include = Query(include=include).include
        self._conditions = tuple(conditions)

    @property
    def dataset(self) -> str:
        """Name of the dataset."""
        return self._open.published.dataset

    @property
    def revision(self) -> str:
        """Name of the revision, such as `v1.2`."""
        return self._open.published.revision

    @property
    def publication(self) -> Revision:
        """What is noted of the revision: counts, models, data version, time."""
        return self._open.revision

    @property
    def columns(self) -> list[str]:
        """Names of all columns, the vector's among them."""
        names: list[str] = self._open.published.table.schema.names
        return names

    def __len__(self) -> int:
        return self._open.count(self._filter)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self.rows()

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self._row(key, ["key"]) is not None

    def __repr__(self) -> str:
        narrowed = "".join(f".where({condition!r})" for condition in self._conditions)
        return f"<{self._open}{narrowed}: {len(self):,} rows>"

    def rows(self, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
        """The rows as dictionaries, streamed; with these columns, or all but the vector."""
        wanted = self._chosen(columns, vectors=False)
        for batch in self._open.rows(self._open.places(self._filter, with_photos=False), wanted):
            yield from batch.to_pylist()

    def where(self, expression: str) -> "VersionReader":
        """The narrower view of the rows that fulfil an expression of the query language.

        Raises:
            QueryError: it is no expression, or names what this version does not have.
        """
        self._compiled(expression)
        return VersionReader(self._open, self._include, [*self._conditions, expression])

    def search(
        self,
        text: str = "",
        *,
        image: bytes | PathLike[str] | Image.Image | str | None = None,
        where: str = "",
        **conditions: Any,
    ) -> Results:
        """Search the view; the first page of results, best first.

        `image` is a photo to search by: its bytes, a path, a `PIL.Image`, or the key of a photo of
        this version as text. `conditions` are the other fields of `listing_assets.search.Query`,
        such as `any_of`, `top_k` and `min_score`; `max_results` is `top_k` unless told.

        Raises:
            ListingError: the search cannot be answered as it was asked.
        """
        if where.strip():
            return self.where(where).search(text, image=image, **conditions)
        conditions.setdefault("max_results", min(conditions.get("top_k", 100), 1_000))
        query = Query(
            text=text,
            image=_searched_by(image),
            where=" AND ".join(f"({one})" for one in self._conditions),
            **{"include": self._include, **conditions},
        )
        return search(self._open.published, query, self._open.vectors)

    def to_arrow(self, columns: Sequence[str] | None = None, *, vectors: bool = False) -> pa.Table:
        """All rows in memory, in key order."""
        wanted = self._chosen(columns, vectors=vectors)
        builder = self._open.published.table.search().select(list(dict.fromkeys(["key", *wanted])))
        if self._filter is not None:
            builder = builder.where(self._filter)
        return builder.to_arrow().sort_by("key").select(wanted)

    def to_pandas(
        self, columns: Sequence[str] | None = None, *, vectors: bool = False
    ) -> "pd.DataFrame":
        """All rows in memory, in key order."""
        frame: pd.DataFrame = self.to_arrow(columns, vectors=vectors).to_pandas()
        return frame

    def to_torch(
        self,
        transform: Callable[[Image.Image], Any] | None = None,
        columns: Sequence[str] | None = None,
    ) -> PhotoDataset:
        """The photos as a map-style dataset for `torch.utils.data.DataLoader`.

        Items are dictionaries of `image` and the columns, all but the vector by default; name those
        that your collate function can take.

        Raises:
            LakeError: the view has rows without a photo.
        """
        wanted = self._chosen(columns, vectors=False)
        return PhotoDataset(self._open.source, self._photo_places, wanted, transform)

    def image(self, key: str) -> Image.Image:
        """The normalized photo of a key. Raises `LakeError` where the view has none."""
        row = self._photo(key)
        jpegs = self._open.jpegs_of([row["image_id"]])
        if row["image_id"] not in jpegs:
            raise LakeError(
                f"the lake has no normalized photo of '{key}' of {self._open}.",
                "Its dataset's normalization was changed in the catalog since: put it back.",
            )
        return opened(jpegs[row["image_id"]])

    def original(self, key: str) -> bytes:
        """The original file of a key, from its source.

        Raises:
            LakeError: the view has no photo of that key.
            SourceError: the source cannot be read, or other bytes lie there now.
        """
        row = self._photo(key)
        return self._open.originals.read(row["uri"], row["image_id"])

    def _repr_html_(self) -> str:
        builder = self._open.published.table.search().select(["key", "image_id", "labels"])
        builder = builder.order_by([ColumnOrdering(column_name="key")])
        if self._filter is not None:
            builder = builder.where(self._filter)
        rows = builder.limit(SHOWN).to_arrow().to_pylist()
        jpegs = self._open.jpegs_of({row["image_id"] for row in rows if row["image_id"]})
        count = len(self)
        more = f", the first {SHOWN}" if count > SHOWN else ""
        return grid(f"{self._open}: {count:,} rows{more}", rows, jpegs)

    @cached_property
    def _filter(self) -> str | None:
        status = filter_of(Query(include=self._include), self._open.published.fields)
        each = [f"({self._compiled(one)})" for one in self._conditions]
        return " AND ".join([*([status] if status else []), *each]) or None

    def _compiled(self, expression: str) -> str:
        """SQL of one condition, by itself: joined as text, half of one could change another."""
        return compile_expression(expression, self._open.published.fields)

    @cached_property
    def _photo_places(self) -> Places:
        return self._open.places(self._filter, with_photos=True)

    def _chosen(self, columns: Sequence[str] | None, *, vectors: bool) -> list[str]:
        if columns is None:
            return self.columns if vectors else self._open.columns
        for name in columns:
            if name not in self.columns:
                raise LakeError(
                    f"{self._open} has no column '{name}'.", f"It has {', '.join(self.columns)}."
                )
        return list(columns)

    def _row(self, key: str, columns: list[str]) -> dict[str, Any] | None:
        where = f"`key` = {quoted_text(key)}"
        where = where if self._filter is None else f"{where} AND ({self._filter})"
        builder = self._open.published.table.search().where(where).select(columns).limit(1)
        found: list[dict[str, Any]] = builder.to_arrow().to_pylist()
        return found[0] if found else None

    def _photo(self, key: str) -> dict[str, Any]:
        row = self._row(key, ["uri", "image_id", "status"])
        if row is None or row["image_id"] is None or row["status"] != "published":
            raise LakeError(
                f"{self._open} has no photo '{key}'{' in this view' if self._conditions else ''}.",
                "Keys are paths below the source; `for row in version` gives them.",
            )
        return row


def _searched_by(image: object) -> Upload | KeyOf | None:
    match image:
        case None:
            return None
        case str():
            return KeyOf(image)
        case bytes():
            return Upload(image)
        case Image.Image():
            buffer = io.BytesIO()
            image.save(buffer, "PNG")
            return Upload(buffer.getvalue())
        case PathLike():
            try:
                return Upload(Path(image).read_bytes())
            except OSError as error:
                raise SearchError(
                    f"the photo to search by cannot be read: {error}.", "Check its path."
                ) from error
        case _:
            raise SearchError(
                f"a {type(image).__name__} is no photo to search by.",
                "Give bytes, a path, a PIL.Image, or a key as text.",
            )
