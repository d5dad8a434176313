"""One number is read from text where it can mean only one."""

import pytest

from listing_assets.catalog.schema import Tag
from listing_assets.tagging.amounts import number_in


def tag(about: str, name: str = "amount") -> Tag:
    return Tag(name=name, type="number", description=about)


@pytest.mark.parametrize(
    ("text", "about", "number"),
    [
        ("12", "", 12.0),
        (" -12.50 ", "", -12.5),
        ("−3", "", -3.0),
        (".5", "", 0.5),
        ("1e3", "", 1000.0),
        ("１２", "", 12.0),
        ("1,299.00", "", 1299.0),
        ("12,345,678", "", 12345678.0),
        ("¥129", "", 129.0),
        ("￥129", "", 129.0),
        ("129元", "", 129.0),
        ("US$ 5", "", 5.0),
        ("5 EUR.", "The price in €.", 5.0),
        ("¥500", "Price in JPY", 500.0),
        ("3 kg", "Weight in kilograms", 3.0),
        ("3千克", "Weight in kg", 3.0),
        ("250毫升", "容量，毫升", 250.0),
        ("20%", "Discount in percent", 20.0),
        ("6 pieces", "How many pieces are in the box", 6.0),
        ("2 个", "有几个", 2.0),
        ("¥5", "Price of the 500 g pack", 5.0),
    ],
)
def test_a_number_with_its_currency_or_unit_is_read(text: str, about: str, number: float) -> None:
    assert number_in(text, tag(about)) == number


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("", ""),
        ("ten", ""),
        ("10-20", ""),
        ("10 or 20", ""),
        ("about 5", "about how many"),
        ("1.299,00", ""),
        ("12,5", ""),
        ("1,2345", ""),
        ("1_000", ""),
        ("10²", ""),
        ("½", ""),
        ("nan", ""),
        ("inf", ""),
        ("1.2万", "价格，元"),
        ("3 kg", ""),
        ("300 g", "Weight in kg"),
        ("300 g", "Weight in g or kg"),
        ("6 cats", "How many pieces are in the box"),
        ("$5", "The price in EUR"),
        ("¥5", "Weight in kg"),
        ("1 " + "x" * 200, ""),
    ],
)
def test_a_text_that_may_mean_another_number_is_not(text: str, about: str) -> None:
    assert number_in(text, tag(about)) is None


def test_the_tags_name_may_name_the_unit() -> None:
    assert number_in("3 kg", tag("", name="weight_kg")) == 3.0
