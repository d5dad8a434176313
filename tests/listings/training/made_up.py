"""Listings made up, for tests that need no lake."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from listing_assets.listings.products import Product, ProductPhoto
from listing_assets.listings.training.listings import Listing
from listing_assets.listings.training.request import Split
from resources.endpoints.interface import Photo


def listing(
    number: int = 0,
    *,
    split: Split = "train",
    title: str = "Acme lamp",
    description: str = "A red lamp by Acme that stands on any desk and gives a warm light.",
    category: str = "Lamp",
    attributes: Mapping[str, str] | None = None,
    vector: list[float] | None = None,
    tags: Mapping[str, Any] | None = None,
    product: str = "",
) -> Listing:
    """A listing with one photo, `<number>.jpg`."""
    key = f"{number}.jpg"
    found = None if vector is None else np.array(vector, dtype=np.float32)
    photo = ProductPhoto(key, Photo(f"image {number}", b""), vector=found)
    return Listing(
        number,
        f"listing {number}",
        product or f"product {number}",
        split,
        title,
        description,
        category,
        attributes or {},
        Product((photo,)),
        {key: tags or {}},
        {key: f"file:///photos/{key}"},
    )
