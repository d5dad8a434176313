"""Products as outlines and paints, one function a shape, grouped as a shop groups its shelves.

A shape draws itself upright around x = 0 with its foot on y = 0, through a pen that decides where,
how large and at what angle. Nothing here knows of layouts or backgrounds.
"""

from collections.abc import Callable
from dataclasses import dataclass

from listing_assets.sample.catalogue import Product
from listing_assets.sample.pen import Pen
from listing_assets.sample.shapes import apparel, beauty, electronics, food, household, other


@dataclass(frozen=True, slots=True)
class Shape:
    """How to draw a product, and the units that it takes: x from -width/2, y from -height to 0."""

    draw: Callable[[Pen, Product], None]
    width: float
    height: float


SHAPES: dict[str, Shape] = {
    "lipstick": Shape(beauty.lipstick, 58, 100),
    "dropper": Shape(beauty.dropper, 44, 100),
    "tube": Shape(beauty.tube, 46, 100),
    "tshirt": Shape(apparel.tshirt, 110, 100),
    "dress": Shape(apparel.dress, 76, 100),
    "sneaker": Shape(apparel.sneaker, 134, 70),
    "mug": Shape(household.mug, 92, 80),
    "detergent": Shape(household.detergent, 66, 100),
    "towel": Shape(household.towel, 112, 66),
    "snack": Shape(food.snack, 72, 100),
    "tin": Shape(food.tin, 60, 100),
    "can": Shape(food.can, 52, 100),
    "jar": Shape(food.jar, 72, 92),
    "phone": Shape(electronics.phone, 84, 100),
    "headphones": Shape(electronics.headphones, 100, 100),
    "laptop": Shape(electronics.laptop, 148, 92),
    "lamp": Shape(electronics.lamp, 96, 104),
    "bear": Shape(other.bear, 80, 100),
    "notebook": Shape(other.notebook, 84, 100),
    "plant": Shape(other.plant, 104, 126),
}
