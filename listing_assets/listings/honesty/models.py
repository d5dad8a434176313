"""Models in a plain text.

A model is known by the evidence, follows a brand or a series (Canon 80D, Mate 60 Pro), or has
letters and digits (WH-1000XM5) without being a measure, a rating or a size.
"""

import re
from collections.abc import Iterator
from typing import Final

from listing_assets.listings.honesty.known_names import (
    NOT_MODELS,
    NOT_NAMES,
    NUMBERED_SERIES,
    SERIES,
    VARIANTS,
)
from listing_assets.listings.honesty.names import VARIANT, Lexicon, named
from listing_assets.listings.honesty.plain import SEARCH
from listing_assets.listings.honesty.statements import Statement

_SERIES: Final = re.compile(
    rf"(?<![A-Za-z0-9])(?:(?:{'|'.join(SERIES)})(?:\s?(?:watch|[a-z]{{0,2}}-?\d{{1,4}}[a-z]?"
    rf"(?![a-z0-9])|{VARIANTS}(?![a-z]))){{0,3}}(?![A-Za-z])"
    rf"|(?:{'|'.join(NUMBERED_SERIES)})\s?[a-z]{{0,2}}\d{{1,4}}[a-z]?(?![a-z0-9]){VARIANT}{{0,2}})",
    SEARCH,
)
_NUMBER_WITH_LETTERS: Final = re.compile(
    rf"(?<![A-Za-z0-9.-])(?:[A-Za-z]{{1,6}}-?\d{{1,5}}[A-Za-z]{{0,4}}(?:-?\d{{1,5}}[A-Za-z]{{0,3}})"
    rf"{{0,2}}(?:-[A-Za-z0-9]{{1,6}}){{0,2}}|[A-Z]{{1,5}}-[A-Z]{{1,3}}\d{{1,4}})"
    rf"(?![A-Za-z0-9]|\.\d){VARIANT}{{0,2}}",
    SEARCH,
)
_NAME_AND_NUMBER: Final = re.compile(
    rf"(?<![A-Za-z0-9-])(?P<word>[A-Z][A-Za-z]{{2,15}})\s(?P<number>\d{{1,4}})(?![A-Za-z0-9.,%])"
    rf"{VARIANT}{{0,2}}(?!\s?(?:[a-z]|[个件台只双部条年月日号]))",
    re.ASCII,
)


def models(text: str, lexicon: Lexicon) -> Iterator[Statement]:
    """The models in a plain text, what is surer first. They may overlap."""
    for match in lexicon.edition.finditer(text):
        if match["edition"].strip().lower() not in NOT_MODELS:
            yield named("model", match, _group_of_model(match))
    for pattern in (lexicon.model, _SERIES, _NUMBER_WITH_LETTERS):
        for match in pattern.finditer(text):
            words = match[0].strip().lower()
            if words.replace("-", "") not in NOT_MODELS and not _is_a_rating(words):
                yield named("model", match, 0)
    for match in _NAME_AND_NUMBER.finditer(text):
        year = 1900 <= int(match["number"]) < 2100
        if match["word"].lower() not in NOT_NAMES and not year:
            yield named("model", match, 0)


def _group_of_model(match: re.Match[str]) -> int | str:
    """A short number is a model only with its brand."""
    return 0 if re.match(r"\s?\d{1,2}(?![A-Za-z0-9])", match["edition"]) else "edition"


def _is_a_rating(words: str) -> bool:
    """Protection classes, sun factors, sizes and the like: letters and digits, but no model."""
    return bool(
        re.fullmatch(
            r"(?:ip|ipx|spf|pa|eu|us|uk|ddr|cat|usb|wifi|wi-fi|h|ch|no|top|vol|size|type|class|upto|pm"
            r"|iso|gen|hdr|full|qhd|uhd|ver)-?\s?\d{1,4}[a-z]?",
            words,
        )
        or re.fullmatch(r"[a-z]{1,6}\d{0,5}(?:ml|gb|tb|kg|cm|mm|mah)", words)
    )
