"""Numbers as texts write them: `1,299.00`, `39.9`, 三百, 两千五, 1.2万."""

import re
from typing import Final

NUMBER: Final = r"(?:\d{1,3}(?:,\d{3}){1,4}|\d{1,12})(?:\.\d{1,6})?"
"""A number in digits. Every repetition is bounded, so that a search stays linear."""
CHINESE_NUMBER: Final = "[零〇一二两三四五六七八九十百千万]{1,9}"

_DIGITS: Final = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_POWERS: Final = {"十": 10, "百": 100, "千": 1000}
_MULTIPLES: Final = {"": 1.0, "k": 1e3, "千": 1e3, "w": 1e4, "万": 1e4}


def number(text: str, multiple: str = "") -> float:
    """The value of a number in digits or in Chinese, times `multiple` (k, 千, w, 万)."""
    value = float(text.replace(",", "")) if text[0].isdigit() and text.isascii() else _read(text)
    return round(value * _MULTIPLES[multiple.lower()], 6)


def _read(text: str) -> float:
    if not re.search("[十百千万]", text):
        return float("".join(str(_DIGITS[sign]) for sign in text))
    whole = part = digit = 0
    power = 1
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
            power = 1 if sign in "零〇" else power
        elif sign in _POWERS:
            power = _POWERS[sign]
            part += (digit or 1) * power
            digit = 0
        else:
            power = 10_000
            whole += (part + digit) * power
            part = digit = 0
    # 两千五 is 2500: a last digit without a power has the one below the last.
    return whole + part + digit * (power // 10 if power > 10 and text[-1] in _DIGITS else 1)
