"""Whether a name stands in a text that may have been misread.

Signs and blanks do not count: `WH-1000XM5` stands in `wh1000 xm5`. Recognition confuses O with 0
and S with 5, drops blanks and misreads letters of long words. It never makes another number of one:
digits must agree, or `WH-1000XM4` would bear out `WH-1000XM5`.
"""

import re
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import Levenshtein

from listing_assets.listings.honesty.known_names import BRANDS, VARIANTS
from listing_assets.listings.honesty.plain import SEARCH, plain

_TOKEN: Final = re.compile(r"[A-Za-z]+|[0-9]+|[^\W\d_]", re.UNICODE)
_CONFUSED: Final = str.maketrans("oqilsbz", "0011582")
_VARIANT: Final = re.compile(rf"\s?(?:{VARIANTS})(?![a-z])", SEARCH)
_JOINED: Final = 5
"""Letters from which a name counts inside a longer word: recognition drops blanks."""


@dataclass(frozen=True, slots=True)
class _Squeezed:
    """The letters and digits of a text, and where each stands in it."""

    text: str
    places: tuple[int, ...]
    begins: frozenset[int]


def stands_in(name: str, text: str, *, misread: bool = False, whole_model: bool = False) -> bool:
    """Whether `name` stands in `text`.

    Args:
        name: a brand or model as a description has it.
        text: what it is looked for in.
        misread: whether slips of recognition are forgiven in `text`.
        whole_model: whether `Pro`, `Max` and the like behind the name make another one of it.
    """
    sought = _squeezed(name).text
    if not sought:
        return False
    original = plain(text).text
    among = _squeezed(original)
    if not misread and sought not in among.text:
        return False
    for start in range(len(among.text)):
        for length in _lengths(sought) if misread else (len(sought),):
            end = start + length
            if end > len(among.text) or not _alike(sought, among.text[start:end], misread):
                continue
            if not _apart(sought, among, start, end):
                continue
            if not (whole_model and _VARIANT.match(original, among.places[end - 1] + 1)):
                return True
    return False


def _squeezed(text: str) -> _Squeezed:
    characters: list[str] = []
    places: list[int] = []
    begins: set[int] = set()
    for token in _TOKEN.finditer(plain(text).text):
        begins.add(len(characters))
        characters.extend(token[0].lower() if token[0].isascii() else token[0])
        places.extend(range(token.start(), token.end()))
    return _Squeezed("".join(characters), tuple(places), frozenset(begins))


_KNOWN: Final = frozenset(_squeezed(spelling).text for group in BRANDS for spelling in group)
"""A brand is no slip of another one: `Nixon` does not bear out `Nikon`."""


def _lengths(name: str) -> tuple[int, ...]:
    slips = _slips(name)
    return tuple(range(len(name) - slips, len(name) + slips + 1))


def _slips(name: str) -> int:
    """How many letters of a name may be misread: none where it has digits or is short."""
    if not name.isalpha() or not name.isascii():
        return 0
    return 0 if len(name) < 5 else 1 if len(name) < 9 else 2


def _alike(name: str, found: str, misread: bool) -> bool:
    if name == found:
        return True
    if not misread:
        return False
    if name.translate(_CONFUSED) == found.translate(_CONFUSED):
        return True
    slips = 0 if found in _KNOWN else _slips(name)
    return bool(slips) and Levenshtein.distance(name, found, score_cutoff=slips) <= slips


def _apart(name: str, among: _Squeezed, start: int, end: int) -> bool:
    """Whether what is found is a word, or long enough to be told inside a longer one."""
    before = among.text[start - 1] if start and start not in among.begins else ""
    after = among.text[end] if end < len(among.text) and end not in among.begins else ""
    if before.isdigit() or after.isdigit():
        return False
    return not (before or after) or len(name) >= _JOINED
