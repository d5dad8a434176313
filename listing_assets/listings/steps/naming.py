"""The title of a draft: what is printed, what a tag says, what the same product is called."""

import re
from collections.abc import Sequence
from typing import Final

from listing_assets.listings.definitions.templates import AttributeTemplate
from listing_assets.listings.draft import Neighbour
from listing_assets.listings.products import Product
from listing_assets.listings.steps.printed import LEAST_LETTERS, LETTER, printed_name
from resources.endpoints.embedded.colours import COLOUR_NAMES

DESCRIPTION: Final = "description"
TITLE_TAGS: Final = ("title", "name", "product_name", DESCRIPTION)
"""Text tags that name the product, the best first."""
COMMA: Final = re.compile(r"\s*[,，]\s*")
COLOUR: Final = "|".join(re.escape(word) for words in COLOUR_NAMES.values() for word in words)
LOOK: Final = re.compile(
    rf"(?:mainly |plain )?(?:{COLOUR}|several colours)(?: background)?"
    rf"|(?:{COLOUR})(?:为主|纯色背景)|多色",
    re.IGNORECASE,
)
"""What only tells colours names no product: `mainly brown`, `plain white background`."""


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
        for value in product.tags.get(tag, ()):
            if name := _without_look(value):
                return name
    return ""


def described(product: Product) -> str:
    """What a tag says of how the product looks; empty where none does."""
    return next(iter(product.tags.get(DESCRIPTION, ())), "")


def _without_look(text: str) -> str:
    """A text without the parts that only tell colours; empty where no word is left."""
    parts = COMMA.split(text)
    kept = [part for part in parts if not LOOK.fullmatch(part)]
    if kept == parts:
        return text
    name = ", ".join(kept)
    return name if len(LETTER.findall(name)) >= LEAST_LETTERS else ""
