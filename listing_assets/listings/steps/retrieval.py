"""Retrieval: the listings of like products, found by the photos' vectors, each with its verdict."""

import asyncio
from typing import Final

from listing_assets.listings.definitions import Thresholds
from listing_assets.listings.draft import Neighbour
from listing_assets.listings.products import Product
from listing_assets.listings.reference import Reference
from listing_assets.listings.steps.found import Found
from listing_assets.listings.steps.verdict import judged

LOOKED_UP: Final = 3
"""Photos of a product that are looked up, the cover first."""


async def like_products(
    product: Product, reference: Reference | None, most: int, thresholds: Thresholds
) -> Found[tuple[Neighbour, ...]]:
    """The best neighbours of the product's photos, the best verdict first; its own photos are none.

    Raises:
        SearchError: the reference cannot be searched with these vectors.
    """
    if reference is None:
        return Found((), "skipped", "the listing definition names no reference")
    vectors = [one.vector for one in product.photos if one.vector is not None][:LOOKED_UP]
    if not vectors:
        return Found((), "empty", "the photos have no vector")
    own = {one.photo.image_id for one in product.photos}
    best: dict[str, Neighbour] = {}
    for vector in vectors:
        for found in await asyncio.to_thread(reference.nearest, vector, most, own):
            known = best.get(found.key)
            if known is None or known.score < found.score:
                best[found.key] = found
    nearest = sorted(best.values(), key=lambda one: (-one.score, one.key))[:most]
    if not nearest:
        return Found((), "empty", "the reference has no photo to compare with")
    neighbours = judged(nearest, product, thresholds)
    if neighbours[0].verdict == "none":
        return Found(neighbours, "empty", "no photo of the reference is alike enough")
    return Found(neighbours)
