"""Numbers with a unit: capacities, sizes, and other figures (watts, pixels, hours).

Storage counts in steps of 1024, as phones and their listings do: 1 TB is 1024 GB, not 1000 GB.
"""

import re
from collections.abc import Iterator
from typing import Final

from listing_assets.listings.draft import ClaimKind
from listing_assets.listings.honesty.numerals import NUMBER, number
from listing_assets.listings.honesty.plain import SEARCH
from listing_assets.listings.honesty.statements import Amount, Statement, Words

_UNITS: Final[dict[str, dict[str, float]]] = {
    "storage": {"tb": 1024, "t": 1024, "gb": 1, "g": 1, "mb": 1 / 1024},
    "volume": {
        "ml": 1, "毫升": 1, "cc": 1, "cl": 10, "l": 1000, "升": 1000, "litres": 1000,
        "litre": 1000, "liters": 1000, "liter": 1000, "fl oz": 29.57, "fl. oz": 29.57,
        "oz": 29.57, "gal": 3785, "gallons": 3785, "gallon": 3785,
    },
    "mass": {
        "mg": 0.001, "毫克": 0.001, "g": 1, "grams": 1, "gram": 1, "克": 1, "kg": 1000,
        "千克": 1000, "公斤": 1000, "斤": 500, "oz": 28.35, "ounces": 28.35, "ounce": 28.35,
        "lbs": 453.6, "lb": 453.6,
    },
    "battery": {"mah": 1, "毫安时": 1, "毫安": 1, "ah": 1000},
    "energy": {"wh": 1},
    "length": {
        "mm": 1, "毫米": 1, "cm": 10, "厘米": 10, "公分": 10, "m": 1000, "米": 1000,
        "metres": 1000, "meters": 1000, "inches": 25.4, "inch": 25.4, "-inch": 25.4,
        "英寸": 25.4, "寸": 25.4, '"': 25.4, "″": 25.4, "ft": 304.8, "feet": 304.8, "foot": 304.8,
    },
    "power": {"w": 1, "瓦": 1, "watts": 1, "watt": 1, "kw": 1000},
    "voltage": {"v": 1, "伏": 1},
    "frequency": {"hz": 1, "赫兹": 1, "khz": 1e3, "mhz": 1e6, "ghz": 1e9},
    "pixels": {"mp": 1, "megapixels": 1, "megapixel": 1, "万像素": 0.01, "亿像素": 100},
    "share": {"%": 1, "percent": 1},
    "time": {
        "hours": 1, "hour": 1, "hrs": 1, "小时": 1, "days": 24, "天": 24, "months": 730,
        "month": 730, "个月": 730, "years": 8760, "year": 8760, "-year": 8760, "年": 8760,
    },
}  # fmt: skip
_KINDS: Final[dict[str, ClaimKind]] = {
    "storage": "capacity",
    "volume": "capacity",
    "mass": "capacity",
    "battery": "capacity",
    "energy": "capacity",
    "length": "size",
}
_INEXACT: Final = frozenset(
    {"fl oz", "fl. oz", "oz", "gal", "gallons", "gallon", "ounces", "ounce", "lbs", "lb", "inches"}
    | {"inch", "-inch", "英寸", "寸", '"', "″", "ft", "feet", "foot"}
)
_WORDS: Final = sorted({unit for units in _UNITS.values() for unit in units}, key=len, reverse=True)
_START: Final = r"(?<!\d[.,])(?<![A-Za-z0-9.$¥€£])"
_AMOUNT: Final = re.compile(
    rf"{_START}(?P<numbers>{NUMBER}(?:\s?[x×*~/–至到-]\s?{NUMBER}){{0,3}})"
    rf"\s{{0,2}}(?P<unit>{'|'.join(map(re.escape, _WORDS))})(?![A-Za-z])",
    SEARCH,
)
_NUMBERS: Final = re.compile(NUMBER)
_MEMORY: Final = re.compile(
    rf"{_START}((\d{{1,2}})\s?(?:GB?)?)\s?\+\s?(\d{{1,4}})\s?(GB|G|TB|T)?(?![A-Za-z0-9])", SEARCH
)
_MEMORY_SIZES: Final = frozenset({2, 3, 4, 6, 8, 12, 16, 18, 24, 32, 64, 128, 256, 512, 1024})
_NETWORK: Final = re.compile(r"[2-6]\s?G", SEARCH)
"""Generations of mobile networks, which are no capacities."""
_YEARS: Final = range(1900, 2100)
_SIZES: Final = re.compile(
    r"(?:\b(?:(?:eu|us|uk)\s?)?size[ds]?:?\s{0,2}|尺码\s?[::]?\s?|\b(?:eu|us|uk)\s)"
    r"(\d{1,2}(?:\.5)?|[xs]{0,3}[sml]|x{1,4}l)(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9.])(\d{2}(?:\.5)?|[xs]{0,3}[sml]|x{1,4}l)\s?码"
    r"|(?<![A-Za-z0-9-])(x{1,4}l|xx?s)(?![A-Za-z0-9])",
    SEARCH,
)
"""Sizes of clothes and shoes."""


def amounts(text: str) -> Iterator[Statement]:
    """The figures that a plain text gives, with units; sizes of clothes and shoes too."""
    for match in _MEMORY.finditer(text):
        memory, storage = int(match[2]), int(match[3])
        if (match[4] or "").lower() in {"tb", "t"}:
            storage *= 1024
        if {memory, storage} <= _MEMORY_SIZES:
            spans = (match.span(1), (match.start(3), match.end()))
            for value, span in zip((memory, storage), spans, strict=True):
                yield Statement("capacity", Amount((("storage", (float(value),)),)), *span)
    for match in _AMOUNT.finditer(text):
        if statement := _amount(match, text):
            yield statement
    for match in _SIZES.finditer(text):
        size = (match[1] or match[2] or match[3]).upper()
        yield Statement("size", Words(f"size {size}"), match.start(), match.end())


def _amount(match: re.Match[str], text: str) -> Statement | None:
    unit = match["unit"].lower()
    if _NETWORK.fullmatch(match[0]) or _is_a_closing_quote(match, unit, text):
        return None
    values = tuple(number(found) for found in _NUMBERS.findall(match["numbers"]))
    if unit == "年" and int(values[-1]) in _YEARS:
        return None
    dimensions = tuple(
        (dimension, tuple(round(value * units[unit], 6) for value in values))
        for dimension, units in _UNITS.items()
        if unit in units
    )
    kind = _KINDS.get(dimensions[0][0], "other")
    meaning = Amount(dimensions, exact=unit not in _INEXACT)
    return Statement(kind, meaning, match.start(), match.end())


def _is_a_closing_quote(match: re.Match[str], unit: str, text: str) -> bool:
    return unit == '"' and text.count('"', 0, match.end() - 1) % 2 == 1


NEARLY: Final = 0.02
"""Relative difference that rounding leaves between a metric and another unit."""


def same_amount(claimed: Amount, shown: Amount) -> bool:
    """Whether every number claimed is among those shown, in a dimension that both may mean."""
    tolerance = 1e-6 if claimed.exact == shown.exact else NEARLY
    there = dict(shown.dimensions)
    return any(
        all(
            any(abs(value - other) <= tolerance * max(value, other) for other in there[dimension])
            for value in values
        )
        for dimension, values in claimed.dimensions
        if dimension in there
    )
