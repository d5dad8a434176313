"""A revision that is open, with all that is needed to read its rows, photos and originals."""

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from listing_assets.catalog import Catalog, Dataset, load_catalog
from listing_assets.publishing.revisions import Revision, revisions
from listing_assets.reading.originals import Originals
from listing_assets.reading.places import PhotoRows, Places, places_of_photos, places_of_rows
from listing_assets.reading.source import RevisionSource
from listing_assets.search import Published, QueryEmbedder, embedder_of, open_published
from listing_assets.settings import Settings
from resources.errors import LakeError
from resources.lake import Lake
from resources.lake.tables import NORMALIZED_IMAGES

READ_ROWS = 1_024
READ_PHOTOS = 64
"""Photos read from the lake at once: about 2 MB."""


class OpenRevision:
    """One revision of a dataset version. What it needs of lake and catalog is opened when needed.

    Shared by a reader, its narrower views, and exports.
    """

    def __init__(self, published: Published, settings: Settings) -> None:
        self.published = published
        self.settings = settings

    @classmethod
    def of(cls, name: str, settings: Settings) -> "OpenRevision":
        """Open `dataset@v1`, which means its newest revision now, or `dataset@v1.2`.

        Raises:
            ListingError: that is no name; there is no such lake, version or revision.
        """
        if "://" not in settings.lake and not Path(settings.lake).is_dir():
            raise LakeError(f"there is no lake at {settings.lake}.", "Check LISTING_LAKE.")
        return cls(open_published(Lake(settings.lake), name), settings)

    def __str__(self) -> str:
        return str(self.published)

    @property
    def lake(self) -> Lake:
        """The lake that it is in."""
        return self.published.lake

    @cached_property
    def revision(self) -> Revision:
        """What its publication noted. Raises `LakeError` where that is cut short or lost."""
        for revision in revisions(self.lake, self.published.dataset):
            if revision.revision == self.published.revision:
                return revision
        raise LakeError(
            f"{self} is not in the history of its dataset.", "Publish the version again."
        )

    @cached_property
    def catalog(self) -> Catalog:
        """The catalog of this installation."""
        variables = {"LISTING_HOME": str(self.settings.home)}
        return load_catalog(self.settings.catalog, self.settings.adopted, variables)

    @property
    def dataset(self) -> Dataset:
        """The dataset as the catalog has it now. Raises `CatalogError` where it has none."""
        return self.catalog.dataset(self.published.dataset)

    @cached_property
    def recipe(self) -> str:
        """The recipe of its normalized photos, as noted; else, as the catalog has it now."""
        noted: str | None = self.revision.summary.get("normalization")
        return noted or self.dataset.normalization.recipe

    @cached_property
    def photo_rows(self) -> PhotoRows:
        """Where the lake has its photos."""
        return PhotoRows(self._photos_table, self.recipe, self.revision.published_at)

    @cached_property
    def source(self) -> RevisionSource:
        """Its tables, for this process and others."""
        return RevisionSource(
            self.lake.uri,
            self.published.dataset,
            self.published.revision,
            self._photos_version,
        )

    @cached_property
    def originals(self) -> Originals:
        """The original files of its photos."""
        known = self.catalog.datasets.get(self.published.dataset)
        return Originals(known)

    @cached_property
    def vectors(self) -> QueryEmbedder | None:
        """Makes vectors of search texts and photos; None where the catalog has no such dataset."""
        if self.published.dataset not in self.catalog.datasets:
            return None
        return embedder_of(self.published, self.catalog)

    @property
    def columns(self) -> list[str]:
        """The published columns but the vector, in the table's order."""
        names: list[str] = self.published.table.schema.names
        return [name for name in names if name != "vector"]

    def count(self, where: str | None) -> int:
        """How many rows fulfil a filter."""
        counted: int = self.published.table.count_rows(where)
        return counted

    def places(self, where: str | None, *, with_photos: bool) -> Places:
        """The rows that fulfil a filter, in key order. Raises `LakeError` for a lost photo."""
        memory = self.settings.query_memory
        if with_photos:
            return places_of_photos(self.published, where, self.photo_rows, memory)
        return places_of_rows(self.published, where, memory)

    def rows(self, places: Places, columns: Sequence[str]) -> Iterator[pa.Table]:
        """The chosen columns of the rows, a batch at a time."""
        for start in range(0, len(places), READ_ROWS):
            yield self.source.rows(places.rows[start : start + READ_ROWS], columns)

    def photos(
        self, places: Places, columns: Sequence[str]
    ) -> Iterator[tuple[dict[str, Any], bytes]]:
        """The chosen columns of each row, and its normalized photo as JPEG."""
        for start in range(0, len(places), READ_PHOTOS):
            few = slice(start, start + READ_PHOTOS)
            rows = self.source.rows(places.rows[few], columns).to_pylist()
            yield from zip(rows, self.source.jpegs(places.photos[few]), strict=True)

    def jpegs_of(self, image_ids: Collection[str]) -> dict[str, bytes]:
        """A few normalized photos by image id; those that there are."""
        found = self.photo_rows.of(image_ids)
        return dict(zip(found, self.source.jpegs(list(found.values())), strict=True))

    @cached_property
    def _photos_table(self) -> Any:
        """All normalized photos; as they are now, where their row ids hold in one version only."""
        table = self.lake.open(NORMALIZED_IMAGES.name)
        if self._photos_version is not None:
            table.checkout(self._photos_version)
        return table

    @cached_property
    def _photos_version(self) -> int | None:
        table = self.lake.open(NORMALIZED_IMAGES.name)
        return None if table.to_lance().has_stable_row_ids else table.version
