"""Numbers read on a photo: prices, discounts, and amounts with a unit.

A number is only taken where the question names what it is of (price, discount, ml) and the photo
shows it so (¥199, 20% off, 250 ml).
"""

import re

from resources.endpoints.embedded.lexicon import mentions
from resources.endpoints.embedded.reading import Line, Reading
from resources.endpoints.interface import TagQuestion

_NUMBER = r"(\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?)"
_BEFORE = r"(?:[¥$€£]|rmb|cny|usd|eur|gbp|us\$|hk\$)"
_AFTER = r"(?:元|圆|rmb|cny|usd|eur|kr\b|yuan)"
_PRICE = re.compile(rf"{_BEFORE}\s*{_NUMBER}|{_NUMBER}\s*{_AFTER}", re.IGNORECASE)
_REFERENCE_PRICE = re.compile(
    r"原价|市场价|吊牌价|\bwas\b|\brrp\b|\bmsrp\b|original|list price", re.I
)
_NOT_PAID = re.compile(r"[满减省降]\s*$|\b(save|over|up to|off)\s*$", re.IGNORECASE)
"""What stands before a sum that is not a price: spent over, or saved."""
_PERCENT_OFF = re.compile(r"(\d{1,2})\s*%\s*(?:off|discount)", re.IGNORECASE)
_ZHE = re.compile(r"(\d(?:\.\d)?)\s*折")

_ABOUT_PRICE = ("price", "cost", "价格", "售价", "价钱", "现价", "标价")
_ABOUT_ORIGINAL_PRICE = ("original price", "list price", "原价", "市场价", "吊牌价")
_ABOUT_DISCOUNT = ("discount", "percent off", "折扣", "优惠力度")
_UNITS = ("ml", "cl", "l", "mg", "g", "kg", "oz", "cm", "mm", "inch", "mah", "w", "v", "gb", "tb")


def quantity(question: TagQuestion, reading: Reading) -> float | None:
    """The number that a question asks for, if the photo shows it.

    Prices are in the currency shown and discounts in percent off. Where several prices are read,
    the tallest is the price; where several amounts in one unit are read, none is the answer.
    """
    name = question.name.replace("_", " ")
    text = f"{name}. {question.description}"
    if mentions(name, _ABOUT_DISCOUNT):
        return _only(_discounts(reading))
    if mentions(text, _ABOUT_ORIGINAL_PRICE):
        return _tallest(prices(reading, reference=True))
    if mentions(text, _ABOUT_PRICE):
        return _tallest(prices(reading))
    asked = [unit for unit in _UNITS if mentions(text, (unit,))]
    return _only(_amounts(reading, asked[0])) if len(asked) == 1 else None


def prices(reading: Reading, *, reference: bool = False) -> list[tuple[float, Line]]:
    """The prices read, each with its line, in reading order.

    Args:
        reading: the words read on the photo.
        reference: whether to give the struck or former prices (原价, was) instead of the current.
    """
    return [
        (_value(match[1] or match[2]), line)
        for line in reading.lines
        if bool(_REFERENCE_PRICE.search(line.text)) == reference
        for match in _PRICE.finditer(line.text)
        if not _NOT_PAID.search(line.text[: match.start()])
    ]


def _discounts(reading: Reading) -> set[float]:
    text = reading.text
    off = {float(match[1]) for match in _PERCENT_OFF.finditer(text)}
    return off | {round(100 - 10 * float(match[1]), 1) for match in _ZHE.finditer(text)}


def _amounts(reading: Reading, unit: str) -> set[float]:
    shown = re.compile(rf"(?<![\d.]){_NUMBER}\s*{unit}(?![a-z])", re.IGNORECASE)
    return {_value(match[1]) for match in shown.finditer(reading.text)}


def _tallest(found: list[tuple[float, Line]]) -> float | None:
    return max(found, key=lambda price: price[1].box[3] - price[1].box[1])[0] if found else None


def _only(values: set[float]) -> float | None:
    return values.pop() if len(values) == 1 else None


def _value(digits: str) -> float:
    return float(digits.replace(",", ""))
