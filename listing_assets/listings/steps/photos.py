"""The photos of a product: which is the cover, and which do not show the product."""

import re
from typing import Final

from listing_assets.listings.products import Product, ProductPhoto
from listing_assets.listings.steps.printed import DEAL, WORDMARK

GOOD_SIZE: Final = 800
"""Pixels of the shorter side that a cover needs; more is no better."""
FEWEST_WORDS: Final = 3
"""Words that must be read on a photo before it is told apart by them."""
LEAST_SHARED: Final = 1 / 3
"""Of the words on the photo with fewer, the share that another one of the product has too."""
WORD: Final = re.compile(r"[a-z]{3,}|[\u4e00-\u9fff]{2}")
WEIGHT_OF_SIZE: Final = 0.3
WEIGHT_OF_SHARPNESS: Final = 0.2

Photos = tuple[ProductPhoto, ...]


def with_cover(product: Product, tag: str | None, least: float) -> tuple[Product, dict[str, str]]:
    """The product with its cover first and without the photos that do not show it, and the others.

    Two photos show the same where they are as alike as `least` (a cosine), or have a brand or a
    good part of their words in common, those of offers aside; where too few words are read, the
    category `tag` tells. What is linked so, over other photos too, is one product: the largest
    such group, of equal ones that with the best cover. The others are named with the reason. Equal
    photos count once.
    """
    photos = tuple({one.photo.image_id: one for one in product.photos}.values())

    def merit(one: ProductPhoto) -> tuple[float, str]:
        return _merit(one, photos), one.name

    shown = max(_groups(photos, tag, least), key=lambda group: (len(group), max(map(merit, group))))
    cover = max(shown, key=merit)
    named = {one.photo.image_id for one in shown}
    others = {
        one.name: "it does not look like the product of the cover"
        for one in photos
        if one.photo.image_id not in named
    }
    return Product((cover, *(one for one in shown if one is not cover))), others


def likeness(one: ProductPhoto, other: ProductPhoto) -> float | None:
    """The cosine of two photos; None where one has no vector."""
    if one.vector is None or other.vector is None:
        return None
    return float(one.vector @ other.vector)


def _merit(one: ProductPhoto, photos: Photos) -> float:
    """How good a cover a photo is: like the others, large enough, sharp among them."""
    cosines = [likeness(one, other) for other in photos if other is not one]
    known = [cosine for cosine in cosines if cosine is not None]
    central = sum(known) / len(known) if known else 0.0
    sharpest = max((photo.sharpness or 0.0 for photo in photos), default=0.0)
    sharp = (one.sharpness or 0.0) / sharpest if sharpest else 0.0
    size = min(1.0, min(one.width, one.height) / GOOD_SIZE)
    return central + WEIGHT_OF_SIZE * size + WEIGHT_OF_SHARPNESS * sharp


def _groups(photos: Photos, tag: str | None, least: float) -> list[Photos]:
    """The photos in groups that nothing links, each in the order of the photos."""
    groups: list[set[int]] = []
    for number, one in enumerate(photos):
        near = [
            group
            for group in groups
            if any(_show_the_same(one, photos[other], tag, least) for other in group)
        ]
        groups = [group for group in groups if group not in near]
        groups.append({number}.union(*near))
    return [tuple(photos[number] for number in sorted(group)) for group in groups]


def _show_the_same(one: ProductPhoto, other: ProductPhoto, tag: str | None, least: float) -> bool:
    cosine = likeness(one, other)
    if cosine is None or cosine >= least:
        return True
    words, other_words = _words(one), _words(other)
    fewer = min(len(words), len(other_words))
    if fewer and len(words & other_words) >= LEAST_SHARED * fewer:
        return True
    if _wordmarks(one) & _wordmarks(other):
        return True
    if fewer >= FEWEST_WORDS:
        return False
    return bool(set(one.tags.get(tag or "", ())) & set(other.tags.get(tag or "", ())))


def _words(photo: ProductPhoto) -> set[str]:
    """The words that are read on a photo: of three letters, or two characters of Chinese."""
    return {word for line in _lines(photo) for word in WORD.findall(line.casefold())}


def _wordmarks(photo: ProductPhoto) -> set[str]:
    return {line for line in _lines(photo) if WORDMARK.fullmatch(line)}


def _lines(photo: ProductPhoto) -> list[str]:
    return [line for line in photo.seen_text if not DEAL.search(line)]
