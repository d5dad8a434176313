"""Judges single values that no definition names: `boolean`, `number` and `color`."""

import math
import re
import unicodedata
from typing import Any

from listing_assets.catalog.schema import Tag
from listing_assets.tagging.amounts import number_in
from listing_assets.tagging.answers import TagAnswer, invalid, valid
from listing_assets.tagging.reasons import Reason, Repair
from listing_assets.tagging.wording import bare, folded

LONGEST_COLOR = 40
"""Characters of a colour."""
_MOST_COLOR_WORDS = 6
_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "y", "是", "是的", "对", "有", "真"), True),
    **dict.fromkeys(("false", "no", "n", "否", "不", "不是", "没有", "假"), False),
}
_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_COLOR_WORDS = re.compile(r"[^\W\d_]+(?:[' ’&/,、()-]+[^\W\d_]+)*\)?")


def boolean(tag: Tag, value: Any) -> TagAnswer:
    """True or false, also in words."""
    if isinstance(value, bool):
        return valid(value)
    known = _BOOLEANS.get(folded(bare(value))) if isinstance(value, str) else None
    return invalid(Reason.WRONG_TYPE) if known is None else valid(known, Repair.RETYPED)


def number(tag: Tag, value: Any) -> TagAnswer:
    """A finite number between the tag's minimum and maximum, as float."""
    if isinstance(value, str):
        found = number_in(value, tag)
        return (
            invalid(Reason.WRONG_TYPE)
            if found is None
            else _in_range(tag, found).mended(Repair.NUMBER)
        )
    if isinstance(value, bool) or not isinstance(value, int | float):
        return invalid(Reason.WRONG_TYPE)
    try:
        return _in_range(tag, float(value))
    except OverflowError:
        return invalid(Reason.OUT_OF_RANGE)


def color(tag: Tag, value: Any) -> TagAnswer:
    """A colour's name, in lower case, or `#rrggbb` (`#rgb`, with or without alpha)."""
    if not isinstance(value, str):
        return invalid(Reason.WRONG_TYPE)
    lower = unicodedata.normalize("NFKC", bare(value)).lower()
    name = " ".join(unicodedata.normalize("NFKC", lower).split())
    if len(name) > LONGEST_COLOR:
        return invalid(Reason.TOO_LONG)
    in_words = _COLOR_WORDS.fullmatch(name) and len(name.split()) <= _MOST_COLOR_WORDS
    if not in_words and not _HEX.fullmatch(name):
        return invalid(Reason.NOT_A_COLOR)
    return valid(name) if name == value else valid(name, Repair.NORMALIZED)


def _in_range(tag: Tag, found: float) -> TagAnswer:
    low = -math.inf if tag.minimum is None else tag.minimum
    high = math.inf if tag.maximum is None else tag.maximum
    if not math.isfinite(found) or not low <= found <= high:
        return invalid(Reason.OUT_OF_RANGE)
    return valid(found)
