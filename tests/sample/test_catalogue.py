"""The products are many, distinct and can be asked for in both languages."""

from typing import get_args

import pytest

from listing_assets.sample.catalogue import PRODUCTS, Category, Product
from listing_assets.sample.layouts import LAYOUTS
from listing_assets.sample.shapes import SHAPES
from listing_assets.sample.shots import SHOTS

each_product = pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.sku)


def test_there_are_products_of_every_category() -> None:
    assert len(PRODUCTS) >= 18
    assert {product.category for product in PRODUCTS} == set(get_args(Category))


def test_no_two_products_can_be_taken_for_each_other() -> None:
    for field in ("sku", "brand", "name_en", "name_zh", "shape", "search_words"):
        assert len({getattr(product, field) for product in PRODUCTS}) == len(PRODUCTS), field


def test_every_shape_and_every_layout_is_used() -> None:
    assert {product.shape for product in PRODUCTS} == set(SHAPES)
    assert {shot.layout for shots in SHOTS.values() for shot in shots} == set(LAYOUTS)


def test_shots_are_of_known_products() -> None:
    assert set(SHOTS) == {product.sku for product in PRODUCTS}


@each_product
def test_a_product_has_several_shots_and_no_layout_twice(product: Product) -> None:
    shots = SHOTS[product.sku]
    assert [shot.number for shot in shots] == list(range(1, len(shots) + 1))
    assert len(shots) >= 3
    assert len({shot.layout for shot in shots}) == len(shots)


@each_product
def test_search_words_are_words_of_its_pictures(product: Product) -> None:
    words = f"{product.brand} {product.name_en}".lower()
    assert all(word in words for word in product.search_words.en)
    assert all(word in product.name_zh for word in product.search_words.zh)


@each_product
def test_a_promotion_lowers_the_price(product: Product) -> None:
    assert 0 < product.price < product.was
