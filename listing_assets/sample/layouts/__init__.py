"""Whole pictures: where product, backdrop and words go. One function a layout.

`posters.py` sells, `cards.py` informs, `scenes.py` shows the product in a setting with few words.
"""

from collections.abc import Callable

from PIL import Image

from listing_assets.sample.catalogue import Product
from listing_assets.sample.layouts import cards, posters, scenes
from listing_assets.sample.shots import Shot

LAYOUTS: dict[str, Callable[[Product, Shot], Image.Image]] = {
    "headline": posters.headline,
    "promo": posters.promo,
    "banner": posters.banner,
    "card": cards.card,
    "features": cards.features,
    "cutout": cards.cutout,
    "closeup": scenes.closeup,
    "studio": scenes.studio,
    "editorial": scenes.editorial,
    "pair": scenes.pair,
}
"""Every layout by name. All give RGB pictures, `cutout` RGBA."""
