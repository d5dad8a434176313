"""Leaves a product out of the reference while its own listing is judged (leave one product out).

Else the text of the very person who wrote it would be found, and be called a good draft.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from listing_assets.listings.draft import Neighbour
from listing_assets.listings.reference import Reference
from listing_assets.tagging.wording import folded


@dataclass(frozen=True)
class WithoutProduct:
    """A `Reference` without some photos, and without listings of this description."""

    reference: Reference
    image_ids: frozenset[str]
    description: str

    def nearest(self, vector: np.ndarray, most: int, but: Collection[str]) -> tuple[Neighbour, ...]:
        """As the reference has it, and fewer where listings of the same description were found."""
        found = self.reference.nearest(vector, most, self.image_ids.union(but))
        own = folded(self.description)
        return tuple(one for one in found if not own or folded(one.description) != own)


def photos_of_products(
    rows: Iterable[Mapping[str, Any]], column: str, products: Collection[str]
) -> dict[str, frozenset[str]]:
    """By product: the image ids of its photos, in rows with `image_id` and a column of products."""
    found: dict[str, set[str]] = {product: set() for product in products}
    for row in rows:
        if (product := str(row[column])) in found:
            found[product].add(row["image_id"])
    return {product: frozenset(ids) for product, ids in found.items()}
