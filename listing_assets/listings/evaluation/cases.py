"""The products that drafts are judged on: those of a published version with a text of a person."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from listing_assets.catalog import GroupBy
from listing_assets.hashing import digest
from listing_assets.listings.definitions import Reference
from listing_assets.listings.definitions.carried import read_attributes
from listing_assets.listings.evaluation.told import Told
from listing_assets.listings.products import Product, product_name
from listing_assets.listings.published_products import PublishedProducts
from listing_assets.reading import OpenRevision

LOADED: Final = 16
"""Products whose photos are read from the lake at once."""


@dataclass(frozen=True)
class HumanListing:
    """What a person wrote of a product. `key` is the first of its photos, `image_ids` are all.

    `product` is its id, empty where the version has none. `attributes` and `category` are as they
    were published.
    """

    key: str
    description: str
    image_ids: frozenset[str]
    product: str = ""
    title: str = ""
    category: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


def human_listings(told: Told, entry: Reference, most: int) -> list[HumanListing]:
    """Of each product with a description its first one; of too many, some, always the same.

    The columns are those that the listing definition names for its reference. A product with more
    than nine photos is judged by its first nine. A product that a file alone tells is not brought
    together of its photos: each of them is judged.
    """
    if entry.description not in told.columns:
        return []
    named = [entry.title, entry.description, entry.attributes, entry.category, entry.product]
    group_by = _group_by(told.opened, entry)
    images: dict[str, dict[str, str]] = {}
    texts: dict[str, dict[str, Any]] = {}
    for row in told.rows(["image_id", *dict.fromkeys(named)]):
        name = product_name(row["key"], group_by, _text(row, entry.product))
        images.setdefault(name, {})[row["key"]] = row["image_id"]
        if _text(row, entry.description).strip():
            texts.setdefault(name, row)
    chosen = sorted(sorted(texts, key=digest)[:most])
    return [_listing(images[name], texts[name], entry) for name in chosen]


def loaded(
    opened: OpenRevision, entry: Reference, listings: Sequence[HumanListing]
) -> Iterator[list[tuple[HumanListing, Product]]]:
    """The products of some listings with their photos, a few at a time."""
    products = PublishedProducts(opened, _group_by(opened, entry), entry.product)
    places = {keys[0]: number for number, keys in enumerate(products.keys)}
    for start in range(0, len(listings), LOADED):
        few = listings[start : start + LOADED]
        found = products.load([places[one.key] for one in few])
        yield list(zip(few, found, strict=True))


def _group_by(opened: OpenRevision, entry: Reference) -> GroupBy:
    return "product" if entry.product in opened.columns else "photo"


def _listing(images: Mapping[str, str], row: Mapping[str, Any], entry: Reference) -> HumanListing:
    return HumanListing(
        next(iter(images)),
        _text(row, entry.description).strip(),
        frozenset(images.values()),
        _text(row, entry.product),
        _text(row, entry.title),
        _text(row, entry.category),
        read_attributes(row.get(entry.attributes)),
    )


def _text(row: Mapping[str, Any], column: str) -> str:
    value = row.get(column)
    return "" if value is None else str(value)
