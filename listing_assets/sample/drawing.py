"""Draws one picture of one product."""

from PIL import Image

from listing_assets.sample.catalogue import Product
from listing_assets.sample.layouts import LAYOUTS
from listing_assets.sample.shots import Shot


def draw(product: Product, shot: Shot) -> Image.Image:
    """The picture, RGB, or RGBA where the layout leaves its ground transparent.

    Upright and in sRGB; 675 to 1000 pixels high. The same arguments give the same pixels.
    """
    return LAYOUTS[shot.layout](product, shot)
