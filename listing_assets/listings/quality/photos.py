"""The photos: how sharp, how bright, before which background, how many.

Sharpness and brightness are the facts recorded of the originals. The limits were set on 405 real
photos: 95% of them are sharper than `SHARP`; half of them, blurred by a Gaussian of 2 pixels at a
side of 512, fall to 22, and blurred by 4 pixels to 5.
"""

import math
from collections.abc import Callable
from typing import Final

from listing_assets.listings.products import Product, ProductPhoto
from listing_assets.listings.quality.measured import Measured, listed, share
from resources.endpoints.embedded.colours import background as background_of
from resources.endpoints.embedded.pixels import decode
from resources.errors import ModelError

BLURRED: Final = 10.0
SHARP: Final = 100.0
"""Variance of the Laplacian from which a photo counts as sharp; below `BLURRED` it counts nothing,
in between by its logarithm."""
BLACK: Final = 0.05
DARK: Final = 0.3
BRIGHT: Final = 0.95
"""Mean luma from `DARK` to `BRIGHT` is good; it counts nothing at `BLACK` and at 1."""
EVEN: Final = 0.75
"""The share of the border in one colour from which a background counts as plain."""
ENOUGH_PHOTOS: Final = 5
GOOD: Final = 0.999


def sharpness(product: Product) -> Measured:
    """The mean over the photos that were measured."""
    return _mean(product, _sharp, "Take sharper photos than {}.")


def brightness(product: Product) -> Measured:
    """The mean over the photos that were measured."""
    return _mean(product, _lit, "Light the product better than in {}.")


def background(product: Product) -> Measured:
    """The mean over the photos that can be read: how even their borders are.

    The bars of a photo that was padded count as border.
    """
    return _mean(product, _plain, "Take photos before a plain background, unlike {}.")


def count(product: Product) -> Measured:
    """The number of photos, up to what shows a product from all sides."""
    photos = len(product.photos)
    if photos >= ENOUGH_PHOTOS:
        return Measured(1.0)
    return Measured(
        share(photos, ENOUGH_PHOTOS), f"Add photos: there are {photos}, {ENOUGH_PHOTOS} are enough."
    )


def _mean(
    product: Product, measure: Callable[[ProductPhoto], float | None], advice: str
) -> Measured:
    found = {one.name: value for one in product.photos if (value := measure(one)) is not None}
    if not found:
        return Measured(None, "It was not measured.")
    worse = sorted((name for name in found if found[name] < GOOD), key=lambda name: found[name])
    mean = sum(found.values()) / len(found)
    return Measured(min(1.0, mean), advice.format(listed(worse)) if worse else "")


def _sharp(photo: ProductPhoto) -> float | None:
    if photo.sharpness is None:
        return None
    return share(math.log(max(photo.sharpness, BLURRED) / BLURRED), math.log(SHARP / BLURRED))


def _lit(photo: ProductPhoto) -> float | None:
    if photo.brightness is None:
        return None
    if photo.brightness > BRIGHT:
        return share(1 - photo.brightness, 1 - BRIGHT)
    return share(photo.brightness - BLACK, DARK - BLACK)


def _plain(photo: ProductPhoto) -> float | None:
    try:
        return share(background_of(decode(photo.photo.jpeg)).evenness, EVEN)
    except ModelError:
        return None
