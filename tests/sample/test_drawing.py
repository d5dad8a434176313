"""Pictures show their product, and their words can be read where a model will read them."""

import io
from itertools import product as pairs

import pytest
from PIL import Image, ImageChops

from listing_assets.sample import PRODUCTS, Product, draw
from listing_assets.sample.layouts import LAYOUTS
from listing_assets.sample.paints import rgba
from listing_assets.sample.shots import SHOTS, Shot
from listing_assets.sample.staging import stage

_LONGEST_SIDE = 640
_WITHOUT_ENGLISH_NAME = {"closeup"}
_WITHOUT_PRICE = {"closeup"}


def _one_a_layout() -> list[tuple[Product, Shot]]:
    """A shot of every layout, of different products as far as that goes."""
    chosen: dict[str, tuple[Product, Shot]] = {}
    for product in PRODUCTS:
        new = [shot for shot in SHOTS[product.sku] if shot.layout not in chosen]
        chosen |= {shot.layout: (product, shot) for shot in new[:1]}
    return list(chosen.values())


_ONE_A_LAYOUT = _one_a_layout()


def _as_normalized(picture: Image.Image) -> bytes:
    """A picture as the platform gives it to a model: fitted, on white, JPEG."""
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    ground.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    ground.save(file, "JPEG", quality=85)
    return file.getvalue()


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def test_the_pictures_that_are_read_below_are_of_every_layout() -> None:
    assert {shot.layout for _, shot in _ONE_A_LAYOUT} == set(LAYOUTS)


@pytest.mark.parametrize(
    ("product", "shot"),
    _ONE_A_LAYOUT,
    ids=[f"{product.sku}-{shot.layout}" for product, shot in _ONE_A_LAYOUT],
)
def test_names_and_prices_are_read_off_a_reduced_picture(product: Product, shot: Shot) -> None:
    reading = pytest.importorskip("resources.endpoints.embedded.reading", reason="no OCR here")
    read = _letters(reading.read(_as_normalized(draw(product, shot))).text)
    assert _letters(product.name_zh) in read
    if shot.layout not in _WITHOUT_ENGLISH_NAME:
        assert _letters(product.name_en) in read
    if shot.layout not in _WITHOUT_PRICE:
        assert _letters(f"{product.price:g}") in read


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_takes_any_tone_and_any_angle(layout: str) -> None:
    product = PRODUCTS[len(layout)]
    pictures = [
        draw(product, Shot(1, layout, tone=tone, turn=turn, mirror=turn > 0))
        for tone, turn in ((0, 0.0), (1, -20.0), (2, 20.0))
    ]
    assert all(picture.mode == ("RGBA" if layout == "cutout" else "RGB") for picture in pictures)
    for one, other in pairs(pictures, pictures):
        if one is not other:
            assert ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox()


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.sku)
def test_a_product_shows_its_own_colour(product: Product) -> None:
    """On white, with nothing else in the picture, its main colour is among its pixels."""
    picture = Image.new("RGB", (300, 300), "white")
    stage(picture, product, (150, 290), (280, 280))
    main = rgba(product.palette.main)[:3]
    near = sum(
        count
        for count, colour in picture.getcolors(300 * 300)
        if max(abs(a - b) for a, b in zip(colour, main, strict=True)) < 40
    )
    assert near > 300 * 300 * 0.02
