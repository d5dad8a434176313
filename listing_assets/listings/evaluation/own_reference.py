"""The version that is evaluated as its own reference, with the texts of a file beside it."""

from collections.abc import Collection
from typing import Any

import numpy as np

from listing_assets.listings.definitions import Reference as ReferenceEntry
from listing_assets.listings.definitions.carried import read_attributes, visible
from listing_assets.listings.draft import Neighbour
from listing_assets.listings.evaluation.told import Told
from listing_assets.listings.reference import MOST_OF_ONE_PRODUCT
from listing_assets.search import Query, Vector, search
from listing_assets.search.query import MOST_RESULTS


class OwnReference:
    """A `Reference` over all photos of a version; texts are what people told, wherever."""

    def __init__(self, told: Told, entry: ReferenceEntry) -> None:
        self._told = told
        self._entry = entry
        self._published = told.opened.published
        named = [entry.title, entry.description, entry.attributes, entry.category, entry.product]
        self._wanted = tuple(name for name in named if name in told.opened.columns)

    def nearest(self, vector: np.ndarray, most: int, but: Collection[str]) -> tuple[Neighbour, ...]:
        """A photo of each of the most similar products, best first; none of the image ids `but`.

        Raises:
            SearchError: the version has vectors of another dimension, or none.
        """
        wanted = min(MOST_OF_ONE_PRODUCT * most + len(but), MOST_RESULTS)
        query = Query(
            image=Vector(tuple(map(float, vector)), self._published.embedding_model or ""),
            top_k=wanted,
            max_results=wanted,
            columns=("image_id", *self._wanted),
        )
        found: dict[str, Neighbour] = {}
        for row in search(self._published, query).documents():
            if row["image_id"] not in but:
                told = self._told.overlaid(row)
                product = told.get(self._entry.product) or told["key"]
                found.setdefault(str(product), self._read(told))
        return tuple(found.values())[:most]

    def _read(self, row: dict[str, Any]) -> Neighbour:
        entry = self._entry
        return Neighbour(
            self._published.dataset,
            self._published.revision,
            row["key"],
            float(row["score"]),
            title=visible(str(row.get(entry.title) or "")),
            description=str(row.get(entry.description) or ""),
            category=visible(str(row.get(entry.category) or "")),
            attributes=read_attributes(row.get(entry.attributes)),
        )
