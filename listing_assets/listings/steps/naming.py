"""The title of a draft: what is printed, what a tag says, what the same product is called."""

from collections.abc import Sequence
from typing import Final

from listing_assets.listings.definitions.templates import AttributeTemplate
from listing_assets.listings.draft import Neighbour
from listing_assets.listings.products import Product
from listing_assets.listings.steps.printed import printed_name

TITLE_TAGS: Final = ("title", "name", "product_name", "description")
"""Text tags that name the product, the best first."""


def title_of(
    product: Product,
    neighbours: Sequence[Neighbour],
    language: str,
    template: AttributeTemplate | None,
) -> str:
    """The product's name; empty where nothing tells it."""
    for neighbour in neighbours:
        if neighbour.verdict == "identical" and neighbour.title:
            return neighbour.title
    if printed := printed_name(product, language, template):
        return printed
    for tag in TITLE_TAGS:
        if values := product.tags.get(tag):
            return values[0]
    return ""
