"""A shop for looking at: drawn product pictures, what a model says of them, and their vectors.

The endpoint knows each picture by the hash of its normalized bytes, so its answers and vectors have
a meaning: pictures of one product lie together, and a text lies where the products it names are.
"""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from listing_assets.imaging.normalize import Normalized, normalize
from listing_assets.imaging.spec import NormalizationSpec
from listing_assets.sample import PRODUCTS, Product, draw
from listing_assets.sample.shots import Shot

DIMENSION = 1024
SPEC = NormalizationSpec(mode="fit", width=384, height=384)
LAYOUTS = ("card", "studio", "editorial")
SIDE = 420
CATEGORIES = sorted({product.category for product in PRODUCTS})
COLOURS = sorted({colour for product in PRODUCTS for colour in product.colours})
TEXTS = {"running shoes": "strivo-sneaker", "红色口红": "velmora-lipstick"}
"""Texts that the model of vectors understands, and the product that they mean."""


@dataclass(frozen=True)
class Picture:
    """A file of the shop."""

    key: str
    product: Product
    data: bytes
    photo: str
    """The id that the endpoint knows it by."""


def pictures() -> Iterator[Picture]:
    """Six pictures of each product: three layouts, each of them nearer and in the dusk too."""
    for product in PRODUCTS:
        folder = product.category.lower().replace(" ", "-")
        for number, layout in enumerate(LAYOUTS, 1):
            shot = Shot(number, layout, tone=number - 1)
            drawn = draw(product, shot).convert("RGB")
            drawn.thumbnail((SIDE, SIDE))
            for letter, picture in (("", drawn), ("b", _at_dusk(drawn))):
                yield _picture(f"{folder}/{product.sku}-{number}{letter}.jpg", product, picture)


def _at_dusk(drawn: Image.Image) -> Image.Image:
    width, height = drawn.size
    nearer = drawn.crop((width // 14, height // 14, width - width // 14, height - height // 14))
    return nearer.point([round(value * dim) for dim in (0.86, 0.8, 0.84) for value in range(256)])


def _picture(key: str, product: Product, drawn: Image.Image) -> Picture:
    buffer = io.BytesIO()
    drawn.save(buffer, "JPEG", quality=88)
    data = buffer.getvalue()
    normalized = normalize(data, SPEC)
    assert isinstance(normalized, Normalized)
    return Picture(key, product, data, hashlib.sha256(normalized.jpeg).hexdigest())


class Knowledge:
    """What the endpoint answers: tags by photo, and vectors by photo or text."""

    def __init__(self) -> None:
        self._products: dict[str, Product] = {}
        for text, sku in TEXTS.items():
            product = next(one for one in PRODUCTS if one.sku == sku)
            self._products[hashlib.sha256(text.encode()).hexdigest()] = product

    def learn(self, picture: Picture) -> None:
        """Know a picture."""
        self._products[picture.photo] = picture.product

    def save(self, file: Path) -> None:
        """Keep what is known, for other processes."""
        skus = {content: product.sku for content, product in self._products.items()}
        file.write_text(json.dumps(skus))

    def load(self, file: Path) -> None:
        """Know what another process knew."""
        by_sku = {product.sku: product for product in PRODUCTS}
        skus = json.loads(file.read_text())
        self._products |= {content: by_sku[sku] for content, sku in skus.items()}

    def answers(self) -> dict[str, Any]:
        """For `EndpointServer(answers=…)`."""
        return {
            "category": lambda photo: self._products[photo].category,
            "colours": lambda photo: list(self._products[photo].colours),
            "brand": lambda photo: self._products[photo].brand.title(),
            "price": lambda photo: float(self._products[photo].price),
            "on_sale": lambda photo: self._products[photo].was > self._products[photo].price * 1.4,
        }

    def vector(self, content: str, dimension: int) -> list[float]:
        """In place of the endpoint's `vector_of`."""
        chance = np.random.default_rng(int(content[:16], 16))
        values = chance.normal(scale=0.012, size=dimension)
        product = self._products.get(content)
        if product is not None:
            values[PRODUCTS.index(product)] += 1
            values[len(PRODUCTS) + CATEGORIES.index(product.category)] += 0.7
        found: list[float] = np.round(values, 6).tolist()
        return found


def definition() -> str:
    """The tag definition, as a file of the catalog has it."""
    listed = ", ".join(f"{{name: {name}}}" for name in CATEGORIES)
    colours = ", ".join(f"{{name: {name}}}" for name in COLOURS)
    return f"""\
name: shop
guide_prompt: Say what is offered.
tags:
  - {{name: category, type: choice, description: The department., values: [{listed}]}}
  - {{name: colours, type: multi_choice, description: Main colours., values: [{colours}]}}
  - {{name: brand, type: text, max_length: 40, description: The brand.}}
  - {{name: price, type: number, description: The price in yuan.}}
  - {{name: on_sale, type: boolean, description: Whether the price is reduced by much.}}
"""
