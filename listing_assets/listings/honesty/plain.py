"""A text in plain characters, with the way back to the places of the original.

Full-width letters and digits, circled digits and ligatures become ordinary ones (NFKC, character by
character). The Chinese comma stays, because between digits the Latin one groups them. What has no
width of its own (zero-width blanks, variation selectors) is left out. All that searches a text
searches its plain form and reports spans of the original.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

SEARCH: Final = re.ASCII | re.IGNORECASE
"""Flags of a search in plain text: a Latin word ends where Chinese begins."""

_SELECTORS: Final = "\ufe0e\ufe0f"
_QUOTES: Final = str.maketrans({"’": "'", "‘": "'"})


@dataclass(frozen=True, slots=True)
class Plain:
    """The plain text; `starts[i]` is the place of the original that gave its character i."""

    text: str
    starts: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The characters of the original from which `start` to `end`, at least one, came."""
        return self.starts[start], self.starts[end - 1] + 1


def plain(text: str) -> Plain:
    """The plain form of `text`."""
    characters: list[str] = []
    starts: list[int] = []
    for place, character in enumerate(text):
        for shown in plain_character(character):
            characters.append(shown)
            starts.append(place)
    return Plain("".join(characters), tuple(starts))


def plain_character(character: str) -> str:
    """One character in plain form: empty where it has no width, more than one for a ligature."""
    if character.isascii():
        return character
    if character == "，":
        return character
    if character in _SELECTORS or unicodedata.category(character) == "Cf":
        return ""
    return unicodedata.normalize("NFKC", character).translate(_QUOTES)
