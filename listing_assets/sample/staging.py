"""Stands a product on a picture: size, angle, shadow."""

from typing import Literal

import numpy as np
from PIL import Image, ImageChops

from listing_assets.sample.catalogue import Product
from listing_assets.sample.outlines import ellipse
from listing_assets.sample.paints import SHADE, faded
from listing_assets.sample.pen import Pen, blurred, placement
from listing_assets.sample.shapes import SHAPES

Shadow = Literal["ground", "drop"]


def stage(
    picture: Image.Image,
    product: Product,
    at: tuple[float, float],
    room: tuple[float, float],
    *,
    turn: float = 0.0,
    mirror: bool = False,
    squeeze: float = 1.0,
    shadow: Shadow = "ground",
    strength: float = 0.45,
) -> None:
    """Draw a product as large as fits `room` (width, height in pixels), then turn it by `turn`.

    With a `ground` shadow it stands on a floor, its foot at the pixel `at`; with a `drop` shadow it
    hangs before a wall, its middle there. `strength` is the opacity of the shadow's darkest part;
    `mirror` and `squeeze` are those of `placement`.
    """
    shape = SHAPES[product.shape]
    scale = min(room[0] / shape.width, room[1] / shape.height)
    pivot = (0.0, 0.0 if shadow == "ground" else -shape.height / 2)
    matrix = placement(*at, scale, turn=turn, mirror=mirror, squeeze=squeeze, pivot=pivot)
    half = shape.width / 2
    corners = np.array([(-half, -shape.height), (half, -shape.height), (half, 4), (-half, 4)])
    pixels = corners @ matrix[:, :2].T + matrix[:, 2]
    margin = scale * 14
    low = np.maximum(pixels.min(axis=0) - margin, 0).astype(int)
    high = np.minimum(pixels.max(axis=0) + margin, picture.size).astype(int)
    matrix[:, 2] -= low
    body = Image.new("RGBA", tuple(high - low))
    shape.draw(Pen(body, matrix), product)
    layer = Image.new("RGBA", body.size)
    if shadow == "ground":
        _shade_floor(Pen(layer, matrix), half, strength)
    else:
        _shade_wall(layer, body, scale, strength)
    layer.alpha_composite(body)
    corner = (int(low[0]), int(low[1]))
    if picture.mode == "RGBA":
        picture.alpha_composite(layer, corner)
    else:
        picture.paste(layer, corner, layer)


def _shade_floor(pen: Pen, half: float, strength: float) -> None:
    """A soft pool of shade, and a narrow dark line where the product touches the floor."""
    pen.fill(ellipse(3, 0.5, half * 0.98, 4), faded(SHADE, strength * 0.7), blur=3)
    pen.fill(ellipse(0, 0, half * 0.8, 1.3), faded(SHADE, strength), blur=0.9)


def _shade_wall(layer: Image.Image, body: Image.Image, scale: float, strength: float) -> None:
    """The product's own silhouette, blurred, down and to the right of it."""
    mask = blurred(body.getchannel("A"), 3.2 * scale).point([int(v * strength) for v in range(256)])
    layer.paste(SHADE, (0, 0, *layer.size))
    layer.putalpha(ImageChops.offset(mask, round(2.5 * scale), round(4 * scale)))
