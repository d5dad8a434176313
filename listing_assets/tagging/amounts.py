"""Reads one number out of an answer's text, where it can mean only one.

`1,299.00`, `¥129` and, for a tag that speaks of kilograms, `3 kg` are numbers; `10-20`, `about 5`
and `3 g` for a tag in kilograms are not.
"""

import re
import unicodedata

from listing_assets.catalog.schema import Tag

_LONGEST = 100
_CURRENCIES = {
    "yuan": ("¥", "元", "块", "圆", "人民币", "rmb", "cny", "yuan"),
    "yen": ("¥", "円", "日元", "jpy", "yen"),
    "dollar": ("$", "us$", "usd", "美元", "dollar", "dollars"),
    "hong kong dollar": ("hk$", "hkd", "港元", "港币"),
    "euro": ("€", "eur", "欧元", "euro", "euros"),
    "pound": ("£", "gbp", "英镑"),
    "won": ("₩", "krw", "韩元"),
    "rupee": ("₹", "inr"),
}
_MEASURES = {
    "milligram": ("mg", "milligram", "milligrams", "毫克"),
    "gram": ("g", "gram", "grams", "克"),
    "kilogram": ("kg", "kilogram", "kilograms", "千克", "公斤"),
    "ounce": ("oz", "ounce", "ounces", "盎司"),
    "pound": ("lb", "lbs", "pound", "pounds", "磅"),
    "millilitre": ("ml", "millilitre", "millilitres", "milliliter", "milliliters", "毫升"),
    "litre": ("l", "litre", "litres", "liter", "liters", "升"),
    "millimetre": ("mm", "millimetre", "millimetres", "millimeter", "millimeters", "毫米"),
    "centimetre": ("cm", "centimetre", "centimetres", "centimeter", "centimeters", "厘米"),
    "metre": ("m", "metre", "metres", "meter", "meters", "米"),
    "inch": ("inch", "inches", "英寸"),
    "foot": ("ft", "foot", "feet", "英尺"),
    "watt": ("w", "watt", "watts", "瓦"),
    "volt": ("v", "volt", "volts", "伏"),
    "milliampere hour": ("mah", "毫安"),
    "gigabyte": ("gb", "gigabyte", "gigabytes"),
    "terabyte": ("tb", "terabyte", "terabytes"),
    "per cent": ("%", "percent", "per cent", "百分"),
}
_ABOUT_MONEY = re.compile(r"price|cost|价|money|金额")
_NUMBER = re.compile(
    r"(?P<before>[^\d.,+-]*)"
    r"(?P<number>[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d{1,3})?|[-+]?\.\d+)"
    r"(?P<after>\D*)",
    re.ASCII,
)


def _word(word: str) -> str:
    """The pattern of a word; Latin letters beside it would make it part of another."""
    before = r"(?<![a-z])" if word[0].isascii() and word[0].isalpha() else ""
    after = r"(?![a-z])" if word[-1].isascii() and word[-1].isalpha() else ""
    return before + re.escape(word) + after


def _any_word(kinds: dict[str, tuple[str, ...]]) -> re.Pattern[str]:
    """Finds the words of all kinds, the longest first."""
    words = sorted({word for words in kinds.values() for word in words}, key=len, reverse=True)
    return re.compile("|".join(map(_word, words)))


_ANY_CURRENCY = _any_word(_CURRENCIES)
_ANY_MEASURE = _any_word(_MEASURES)


def number_in(text: str, tag: Tag) -> float | None:
    """The only number in `text`, the rest being a currency's sign or a unit that `tag` names."""
    if len(text) > _LONGEST or any(unicodedata.category(sign) == "No" for sign in text):
        return None
    plain = unicodedata.normalize("NFKC", text).casefold().replace("\N{MINUS SIGN}", "-").strip()
    match = _NUMBER.fullmatch(plain)
    if match is None:
        return None
    before, after = match["before"].strip(), match["after"].strip().rstrip(".。")
    about = f"{tag.name.replace('_', ' ')} {tag.description}".casefold()
    fits = (
        not (before or after)
        or (not after and _is_currency(before, about))
        or (not before and (_is_currency(after, about) or _is_unit(after, about)))
    )
    return float(match["number"].replace(",", "")) if fits else None


def _is_currency(sign: str, about: str) -> bool:
    """Whether a text is a currency, and not another one than the tag names."""
    meant = _kinds(_CURRENCIES, {sign})
    named = _kinds(_CURRENCIES, set(_ANY_CURRENCY.findall(about)))
    if not named and _ANY_MEASURE.search(about) and not _ABOUT_MONEY.search(about):
        return False
    return bool(meant) and (not named or bool(meant & named))


def _is_unit(unit: str, about: str) -> bool:
    """Whether a text is the unit that the tag names; where it names several, none is."""
    meant = _kinds(_MEASURES, {unit})
    if meant:
        return _kinds(_MEASURES, set(_ANY_MEASURE.findall(about))) == meant
    return unit.isalpha() and re.search(_word(unit), about) is not None


def _kinds(kinds: dict[str, tuple[str, ...]], words: set[str]) -> set[str]:
    """The kinds that have any of these words."""
    return {name for name, known in kinds.items() if words.intersection(known)}
