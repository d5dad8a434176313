"""The photos of a product: which is the cover, and which do not show the product."""

import re
from collections.abc import Iterable
from typing import Final

from listing_assets.listings.products import Product, ProductPhoto

GOOD_SIZE: Final = 800
"""Pixels of the shorter side that a cover needs; more is no better."""
FEWEST_WORDS: Final = 3
"""Words that must be read on a photo before it is told apart by them."""
WORD: Final = re.compile(r"[a-z]{3,}|[\u4e00-\u9fff]{2}")
WEIGHT_OF_SIZE: Final = 0.3
WEIGHT_OF_SHARPNESS: Final = 0.2


def with_cover(product: Product, tag: str | None, least: float) -> tuple[Product, dict[str, str]]:
    """The product with its cover first and without the photos that do not show it, and the others.

    The others are named with the reason. A photo is another product when it is less like every
    other photo than `least` (a cosine), and has no word in common with them; where too few words
    are read, the category `tag` tells. Equal photos count once.
    """
    photos = tuple({one.photo.image_id: one for one in product.photos}.values())
    cover = max(photos, key=lambda one: (_merit(one, photos), one.name))
    others = {
        one.name: "it does not look like the product of the cover"
        for one in photos
        if one is not cover and _is_other(one, photos, tag, least)
    }
    kept = [one for one in photos if one is not cover and one.name not in others]
    return Product((cover, *kept)), others


def likeness(one: ProductPhoto, other: ProductPhoto) -> float | None:
    """The cosine of two photos; None where one has no vector."""
    if one.vector is None or other.vector is None:
        return None
    return float(one.vector @ other.vector)


def _merit(one: ProductPhoto, photos: tuple[ProductPhoto, ...]) -> float:
    """How good a cover a photo is: like the others, large enough, sharp among them."""
    cosines = [likeness(one, other) for other in photos if other is not one]
    known = [cosine for cosine in cosines if cosine is not None]
    central = sum(known) / len(known) if known else 0.0
    sharpest = max((photo.sharpness or 0.0 for photo in photos), default=0.0)
    sharp = (one.sharpness or 0.0) / sharpest if sharpest else 0.0
    size = min(1.0, min(one.width, one.height) / GOOD_SIZE)
    return central + WEIGHT_OF_SIZE * size + WEIGHT_OF_SHARPNESS * sharp


def _is_other(
    one: ProductPhoto, photos: tuple[ProductPhoto, ...], tag: str | None, least: float
) -> bool:
    cosines = [likeness(one, other) for other in photos if other is not one]
    known = [cosine for cosine in cosines if cosine is not None]
    if not known or max(known) >= least:
        return False
    words, other_words = _words((one,)), _words(other for other in photos if other is not one)
    if len(words) >= FEWEST_WORDS and len(other_words) >= FEWEST_WORDS:
        return not words & other_words
    mine = set(one.tags.get(tag or "", ()))
    theirs = {
        value for other in photos if other is not one for value in other.tags.get(tag or "", ())
    }
    return not mine & theirs


def _words(photos: Iterable[ProductPhoto]) -> set[str]:
    """The words that are read on photos: of three letters, or two characters of Chinese."""
    lines = (line.casefold() for photo in photos for line in photo.seen_text)
    return {word for line in lines for word in WORD.findall(line)}
