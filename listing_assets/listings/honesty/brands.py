"""Brands in a plain text.

A brand is known by the evidence or to all, stands by a cue (`made by`, 正品), or looks like one: it
has a capital where ordinary words have none. That finds names that are no brands too; better a
person looks once more than that an invented brand is published.
"""

import re
from collections.abc import Iterator
from typing import Final

from listing_assets.listings.honesty.known_names import NOT_NAMES, ORDINARY
from listing_assets.listings.honesty.names import Lexicon, named
from listing_assets.listings.honesty.statements import Statement

_MADE_BY: Final = re.compile(
    r"\b(?:[Mm]ade\sby|[Bb]y|[Gg]enuine|[Aa]uthentic|[Oo]riginal|[Oo]fficial|[Bb]rand)\s"
    r"(?P<name>[A-Z][A-Za-z&'-]{1,19}(?:\s[A-Z][A-Za-z&'-]{1,19})?)"
    r"|(?:正品|原装|官方)\s?(?P<latin>[A-Za-z][A-Za-z&'-]{2,19})"
    r"|(?P<branded>[A-Z][A-Za-z&'-]{1,19})(?:\s?牌(?!子)|\sbrand\b)"
)
_LIKE_A_BRAND: Final = re.compile(
    r"(?<=[a-z0-9,] )(?P<name>[A-Z][A-Za-z&'-]{2,19}(?:\s[A-Z][A-Za-z&'-]{1,19}){0,2})(?=\s[a-z])"
    r"|(?<![A-Za-z0-9-])(?P<capitals>[A-Z]{4,15})(?![A-Za-z0-9-])"
    r"|(?<=[一-鿿])[ ]?(?P<latin>[A-Z][A-Za-z&'-]{2,19})(?=[ ]?[一-鿿])"
    r"|(?<![A-Za-z0-9])(?P<maker>[A-Z][A-Za-z]{2,19})(?=[ ][A-Z]{1,4}-?\d)"
    r"|(?<![A-Za-z0-9])(?P<first>[A-Z][A-Za-z]{2,19})(?=[ ]?[一-鿿])"
)
_FUNCTION_WORD: Final = re.compile(
    r"\s(?:of|and|or|in|on|at|to|for|from|with|is|are|was|by|as|the|a|an|that|which|where|when|overall)\b"
)
_PLACE: Final = re.compile(r"\b(?:in|from|to|of|at|near|on)\s(?:the\s)?$")
_PRODUCT_AFTER: Final = re.compile(
    r"\s?(?:手机|电脑|平板|耳机|手表|手环|笔记本|音箱|充电|电视|相机|[A-Za-z0-9]|牌|官方|正品|鞋|冲锋衣|羽绒服|背包|球鞋"
    r"|空调|冰箱|洗衣机|电器|吸尘器|微波炉)"
)
_CLAUSE_START: Final = re.compile(r"(?:^|[.!?。!?,:\n|(\"“【])\s*$")


def brands(text: str, lexicon: Lexicon) -> Iterator[Statement]:
    """The brands in a plain text, what is surer first. They may overlap."""
    for match in _MADE_BY.finditer(text):
        group = match.lastgroup or ""
        if match[group].lower() not in NOT_NAMES and not match[0].lower().startswith("brand new"):
            yield named("brand", match, group)
    for match in lexicon.brand.finditer(text):
        if match[0].lower() not in ORDINARY or _is_meant_as_a_name(match, text, lexicon):
            yield named("brand", match, 0)
    for match in _LIKE_A_BRAND.finditer(text):
        group = match.lastgroup or ""
        if _may_be_a_brand(match, group, text):
            yield named("brand", match, group)


def _is_meant_as_a_name(match: re.Match[str], text: str, lexicon: Lexicon) -> bool:
    if lexicon.edition.match(text, match.start()):
        return True
    if not match[0].isascii():
        return bool(_PRODUCT_AFTER.match(text, match.end()))
    if not match[0][0].isupper():
        return False
    first = _CLAUSE_START.search(text[max(0, match.start() - 3) : match.start()] or "\n")
    after = text[match.end() : match.end() + 2]
    return not first or bool(re.fullmatch(r"\s[A-Z0-9]|\s?[一-鿿].?", after)) or match[0].isupper()


def _may_be_a_brand(match: re.Match[str], group: str, text: str) -> bool:
    word = match[group]
    if any(part.rstrip("s") in NOT_NAMES or part in NOT_NAMES for part in word.lower().split()):
        return False
    if group == "capitals":
        around = text[max(0, match.start() - 12) : match.end() + 12]
        return sum(map(str.isupper, around)) < 0.7 * sum(map(str.isalpha, around))
    if group == "name":
        before = text[max(0, match.start() - 24) : match.start()]
        capital = re.search(r"(?<![A-Za-z'])([A-Z][A-Za-z'&-]*)\s$", before)
        if capital and capital[1].lower() not in NOT_NAMES:
            return False
        return not (_FUNCTION_WORD.match(text, match.end()) or _PLACE.search(before))
    return True
