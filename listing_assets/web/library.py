"""What is served, opened once and kept: the catalog, published revisions, models of queries.

A revision never changes, so it may be kept; which one is the newest, and what the catalog says, is
looked up each time it is asked for. Everything here may be called from many threads.
"""

from collections import OrderedDict
from collections.abc import Hashable
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from listing_assets.catalog import Catalog, Dataset, Recipes, load_catalog
from listing_assets.imaging.workers import DecodePool
from listing_assets.publishing.revisions import Revision, revisions
from listing_assets.search import Published, QueryEmbedder, open_published
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName
from listing_assets.web.comparison import Comparison, compare
from listing_assets.web.errors import NotFoundError
from listing_assets.web.originals import Originals
from listing_assets.web.pictures import Pictures
from listing_assets.web.uploads import Uploads
from resources.errors import CatalogError
from resources.lake import Lake
from resources.lake.tables import REVISIONS

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

REVISIONS_KEPT = 32
COMPARISONS_KEPT = 4
DECODERS = 2
"""Processes that decode uploaded photos."""


class Kept(Generic[K, V]):
    """The last few of what is costly to make, by key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        """What is held under `key`."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def put(self, key: K, value: V) -> V:
        """Hold `value`; what was not asked for the longest gives way."""
        with self._lock:
            self._held[key] = value
            self._held.move_to_end(key)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return value

    def values(self) -> list[V]:
        """All that is held."""
        with self._lock:
            return list(self._held.values())


class Library:
    """One installation, as the server reads it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.lake = Lake(settings.lake)
        self.pool = DecodePool(DECODERS)
        self.pictures = Pictures(self.lake)
        self.originals = Originals()
        self.uploads = Uploads(settings.home / "uploads", self.pool)
        self._catalog: tuple[object, Catalog] | None = None
        self._opened: Kept[tuple[str, str, str], Published] = Kept(REVISIONS_KEPT)
        self._comparisons: Kept[tuple[str, str, str], Comparison] = Kept(COMPARISONS_KEPT)
        self._embedders: dict[tuple[str, str], QueryEmbedder] = {}
        self._lock = Lock()

    def close(self) -> None:
        """End models and decoders."""
        for embedder in self._embedders.values():
            embedder.close()
        self.pool.close()

    @property
    def catalog(self) -> Catalog:
        """The catalog as its files are now.

        Raises:
            CatalogError: they have a fault.
        """
        stamp = _stamp(self.settings.catalog, self.settings.adopted)
        kept = self._catalog
        if kept is None or kept[0] != stamp:
            variables = {"LISTING_HOME": str(self.settings.home)}
            kept = stamp, load_catalog(self.settings.catalog, self.settings.adopted, variables)
            self._catalog = kept
        return kept[1]

    def dataset(self, name: str) -> tuple[Dataset, Recipes]:
        """A dataset of the catalog, and its recipes. Raises `CatalogError` where there is none."""
        dataset = self.catalog.dataset(name)
        return dataset, Recipes.of(dataset, self.catalog)

    def dataset_names(self) -> list[str]:
        """Every dataset that is published, or that the catalog has."""
        published = self.lake.scan(REVISIONS, ["dataset"]).read_all()["dataset"].to_pylist()
        try:
            catalog = self.catalog
        except CatalogError:
            return sorted(set(published))
        return sorted({*published, *catalog.datasets, *catalog.broken})

    def revisions(self, dataset: str) -> list[Revision]:
        """The revisions of a dataset, oldest first.

        Raises:
            NotFoundError: there is no such dataset.
        """
        VersionName.parse(f"{dataset}@v1")
        found = revisions(self.lake, dataset)
        if not found and dataset not in self.dataset_names():
            raise NotFoundError(
                f"there is no dataset '{dataset}'.", "GET /api/datasets lists those there are."
            )
        return found

    def revision(self, dataset: str, reference: str) -> Revision:
        """The revision `v1.2`, or the newest of version `v1`.

        Raises:
            NotFoundError: there is none.
        """
        version, dot, _ = reference.partition(".")
        found = [one for one in self.revisions(dataset) if one.version.version == version]
        named = [one for one in found if not dot or one.revision == reference]
        if not named:
            known = ", ".join(one.revision for one in found)
            raise NotFoundError(
                f"dataset {dataset} has no {'revision' if dot else 'published version'}"
                f" '{reference}'.",
                f"It has {known}." if known else f"Publish it: listing run {dataset}@{version}",
            )
        return max(named, key=lambda one: one.number)

    def open(self, dataset: str, reference: str) -> Published:
        """A revision for searching.

        Raises:
            NotFoundError: there is none.
        """
        pinned = self._opened.get((dataset, reference, reference))
        if pinned is not None:
            return pinned
        revision = self.revision(dataset, reference)
        place = dataset, reference, revision.revision
        opened = self._opened.get(place)
        if opened is None:
            opened = open_published(self.lake, f"{dataset}@{reference}")
            self._opened.put((dataset, reference, opened.revision), opened)
        return opened

    def comparison(self, before: Published, after: Published) -> Comparison:
        """What differs between two revisions of a dataset."""
        place = before.dataset, before.revision, after.revision
        return self._comparisons.get(place) or self._comparisons.put(
            place, compare(before, after, self.settings.query_memory)
        )

    def vectors(self, dataset: str) -> QueryEmbedder:
        """The model that a dataset names for its vectors; it is opened when it is first asked."""
        _, recipes = self.dataset(dataset)
        place = recipes.embedding_model.identity, recipes.spec.recipe
        with self._lock:
            if place not in self._embedders:
                self._embedders[place] = QueryEmbedder(
                    recipes.embedding_model, recipes.spec, self.pool.normalize
                )
            return self._embedders[place]


def _stamp(*folders: Path) -> object:
    """What differs once a file of the catalog was written."""
    files = sorted(file for folder in folders for file in folder.glob("**/*.yaml"))
    return [(str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in files]
