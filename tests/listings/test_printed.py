"""What the words on photos say outright."""

from pathlib import Path

import pytest

from listing_assets.listings.definitions import load_listing_catalog
from listing_assets.listings.products import Product, ProductPhoto
from listing_assets.listings.steps.printed import (
    labelled_values,
    printed_brand,
    printed_name,
    printed_price,
)
from resources.endpoints.interface import Photo

TEMPLATES = load_listing_catalog(Path("catalog")).templates


def product(*photos: tuple[str, ...]) -> Product:
    return Product(
        tuple(
            ProductPhoto(f"{number}.jpg", Photo(str(number), b""), seen_text=lines)
            for number, lines in enumerate(photos)
        )
    )


@pytest.mark.parametrize(
    ("lines", "price"),
    [
        ((), ""),
        (("Rose Hand Cream", "¥39.9", "¥59"), "¥39.9"),
        (("¥ 45",), "¥45"),
        (("￥1,299.00",), "¥1,299.00"),
        (("39元",), "39元"),
        (("2 for ¥69", "¥39.9"), "¥39.9"),
        (("Save ¥30", "两件减¥20"), ""),
        (("原价¥99", "到手¥59", "¥79"), "¥79"),
        (("碎花连衣裙 ¥219",), "¥219"),
        (("直降160元", "¥299", "¥459"), "¥299"),
        (("3 Bags ¥8", "三包8元", "¥9.9"), "¥9.9"),
        (("Write: price ¥1, call us", "¥39.9"), "¥39.9"),
        (("Now ¥1,299, was ¥1,599!",), ""),
        (("¥58, the jar",), "¥58"),
    ],
)
def test_the_price_is_the_one_that_is_asked(lines: tuple[str, ...], price: str) -> None:
    assert printed_price(product(lines)) == price


def test_the_price_that_most_photos_show_counts() -> None:
    assert printed_price(product(("¥10",), ("¥20",), ("¥20", "¥15"))) == "¥20"


@pytest.mark.parametrize(("language", "name"), [("en", "Rose Hand Cream"), ("zh", "玫瑰护手霜")])
def test_the_name_is_in_the_wanted_language(language: str, name: str) -> None:
    lines = (
        "MIROBEL",
        "HAND CREAM",
        "Soft hands in winter",
        "玫瑰护手霜",
        "限时特惠",
        "Rose Hand Cream",
    )
    found = printed_name(product(lines, lines[:3] + lines[3:]), language, None)
    assert found == name


def test_a_sentence_is_a_name_only_where_nothing_else_is() -> None:
    assert printed_name(product(("Thin.Bright. Ready.", "Lumentra Air Laptop")), "en", None) == (
        "Lumentra Air Laptop"
    )


def test_labels_offers_and_prices_are_no_names() -> None:
    template = TEMPLATES.of("Food")
    lines = ("净含量", "Net Weight", "Buy 1 Get 1 Half Price", "¥9.9", "买一送一减半")
    assert printed_name(product(lines), "en", template) == ""


def test_values_are_taken_after_their_labels_in_the_wanted_language() -> None:
    lines = ("材质 Material", "纯棉", "Pure cotton", "Size: S to XL", "¥79")
    template = TEMPLATES.of("Apparel")
    english = labelled_values(product(lines), template, "en")
    chinese = labelled_values(product(lines), template, "zh")
    assert english["Material"] == "Pure cotton"
    assert english["Size"] == "S to XL"
    assert chinese["Material"] == "纯棉"


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("原味薯片", "zh"),
        ("折叠椅", "zh"),
        ("Over-Ear Headphones", "en"),
        ("Sugar Free Cola", "en"),
        ("Phone Cover for Travel", "en"),
    ],
    ids=["original-flavour", "folding", "over", "free", "for"],
)
def test_words_that_offers_have_too_may_be_in_a_name(line: str, language: str) -> None:
    assert printed_name(product((line,)), language, None) == line


@pytest.mark.parametrize(
    ("category", "lines", "english", "chinese"),
    [
        ("Apparel", ("● 尺码 Sizes", "S-XL", "S to XL"), {"Size": "S-XL"}, {"Size": "S-XL"}),
        (
            "Beauty",
            ("净含量 Net weight", "3.5克", "3.5 g", "正品保障"),
            {"Net Content": "3.5 g"},
            {"Net Content": "3.5克"},
        ),
        (
            "Beauty",
            ("30 ml", "容量30毫升", "All skin", "适用肤质所有肤质"),
            {"Net Content": "30 ml"},
            {"Net Content": "30毫升", "Skin Type": "所有肤质"},
        ),
        ("Electronics", ("色温 Colour temp", "三档", "3000-5000 K"), {}, {}),
        (
            "Daily Use",
            ("材质 Material", "Stoneware", "微波炉 Microwave", "可用"),
            {"Material": "Stoneware"},
            {"Material": "Stoneware"},
        ),
        ("Phone", ("屏幕6.6英寸", "屏幕 Screen", "6.6 inch"), {}, {}),
        ("Food", ("包装精美", "口味", "海盐"), {}, {"Flavor": "海盐"}),
    ],
    ids=["two-languages", "amount", "glued", "other-label", "next-label", "item", "slogan"],
)
def test_a_label_is_no_value(
    category: str, lines: tuple[str, ...], english: dict[str, str], chinese: dict[str, str]
) -> None:
    template = TEMPLATES.of(category)
    assert labelled_values(product(lines), template, "en") == english
    assert labelled_values(product(lines), template, "zh") == chinese


def test_what_comes_with_a_product_is_not_its_name() -> None:
    poster = ("CLAYMERE", "Ceramic Mug", "Gift Box Included", "¥45")
    again = ("陶瓷马克杯 Ceramic Mug", "Gift Box Included")
    assert printed_name(product(poster, again), "en", None) == "Ceramic Mug"
    assert printed_name(product(("Gift Box Included",)), "en", None) == ""


def test_a_brand_may_be_set_wide() -> None:
    wide = ("Z E N T I Q", "Zentiq X5 Smartphone")
    assert printed_brand(product(wide, ("ZENTIQ",), ("¥2999",))) == "Zentiq"
    assert printed_brand(product(("A B C",), ("A B C",))) == ""


def test_the_brand_is_the_word_in_capitals_that_most_photos_show() -> None:
    assert printed_brand(product(("VELMORA", "SALE"), ("VELMORA", "Red"), ("Red",))) == "Velmora"
    assert printed_brand(product(("VELMORA",))) == ""
    assert printed_brand(product(("SALE", "NEW"), ("SALE", "Velmora"))) == ""
    serum = ("Hydrating Serum", "SERUM", "ORILUNA")
    assert printed_brand(product(serum, serum)) == "Oriluna"
