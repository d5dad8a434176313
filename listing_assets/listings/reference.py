"""The reference: a published version whose photos have the texts of real listings.

A photo is looked up by its vector; what comes back has title, description, attributes and category
as the manifest gave them, but for characters that are invisible.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final, Protocol

import numpy as np

from listing_assets.listings.definitions.carried import read_attributes, visible
from listing_assets.listings.definitions.schema import Reference as ReferenceEntry
from listing_assets.listings.draft import Neighbour
from listing_assets.search import Published, Query, SearchError, Vector, search
from listing_assets.search.query import MOST_RESULTS

MOST_OF_ONE_PRODUCT: Final = 3
"""Photos of one product that are looked through for each neighbour: a product counts once."""


class Reference(Protocol):
    """Where listings of like products are found."""

    def nearest(self, vector: np.ndarray, most: int, but: Collection[str]) -> tuple[Neighbour, ...]:
        """A photo of each of the most similar products, best first; none of the image ids `but`."""
        ...


class PublishedReference:
    """A reference that is a published dataset version. It may be used by many threads."""

    def __init__(self, published: Published, entry: ReferenceEntry, vector_model: str) -> None:
        """`vector_model` makes the vectors that are looked up, as `model@version`.

        Raises:
            SearchError: the version has no column with the texts of listings.
        """
        self._published = published
        self._entry = entry
        self._vector_model = vector_model
        texts = [entry.title, entry.description, entry.attributes]
        told = [name for name in texts if name in published.columns]
        if not told:
            raise SearchError(
                f"the reference {published} has none of the columns {', '.join(texts)}.",
                "Name its columns in the listing definition; a manifest's begin with meta_.",
            )
        others = [name for name in (entry.category, entry.product) if name in published.columns]
        self._wanted = tuple(dict.fromkeys([*told, *others]))

    @property
    def identity(self) -> str:
        """The revision that is searched."""
        return str(self._published)

    def nearest(self, vector: np.ndarray, most: int, but: Collection[str]) -> tuple[Neighbour, ...]:
        """A photo of each of the most similar products, best first; none of the image ids `but`.

        Raises:
            SearchError: the reference has vectors of another model, or none.
        """
        wanted = MOST_OF_ONE_PRODUCT * most + len(but)
        query = Query(
            image=Vector(tuple(map(float, vector)), self._vector_model),
            top_k=wanted,
            max_results=min(wanted, MOST_RESULTS),
            columns=("image_id", *self._wanted),
        )
        found: dict[str, Neighbour] = {}
        for row in search(self._published, query).documents():
            if row["image_id"] not in but:
                found.setdefault(_text(row, self._entry.product) or row["key"], self._read(row))
        return tuple(found.values())[:most]

    def _read(self, row: dict[str, Any]) -> Neighbour:
        entry = self._entry
        return Neighbour(
            self._published.dataset,
            self._published.revision,
            row["key"],
            float(row["score"]),
            title=visible(_text(row, entry.title)),
            description=_text(row, entry.description),
            category=visible(_text(row, entry.category)),
            attributes=read_attributes(row.get(entry.attributes)),
        )


def _text(row: Mapping[str, Any], column: str | None) -> str:
    value = row.get(column) if column else None
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return "" if value is None else str(value)
