"""Names of attributes and categories, compared however they are written."""

import re

from listing_assets.hashing import digest
from listing_assets.tagging.wording import folded

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BETWEEN_WORDS = re.compile(r"[\s_\-./:：]+")
_IN_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]\s*$")
_NOT_IN_A_KEY = re.compile(r"[^a-z0-9]+")
_LONGEST_KEY = 40
_BETWEEN_LEVELS = re.compile(r"\s*[>›»]\s*|\s+/\s+")


def name_key(name: str) -> str:
    """What spellings of a name have in common: `screenSize`, `Screen_size (inch)`, `SCREEN SIZE:`.

    Case, width of characters, separators, and a unit in brackets at the end do not count. Empty
    where nothing is left.
    """
    words = _BETWEEN_WORDS.sub(" ", _HUMP.sub(" ", name.strip()))
    without_unit = _IN_BRACKETS.sub("", words).strip()
    return folded(without_unit or words)


def identifier(name: str) -> str:
    """A name as a member of an answer: a small letter, then letters, digits and underscores."""
    key = _NOT_IN_A_KEY.sub("_", name.casefold()).strip("_")[:_LONGEST_KEY].strip("_")
    if not key:
        return f"a_{digest(name, length=8)}"
    return key if key[0].isalpha() else f"a_{key}"[:_LONGEST_KEY]


def levels(category: str) -> list[str]:
    """The levels of a category's path, `Electronics > Phones`, from the top."""
    return [level for level in _BETWEEN_LEVELS.split(category.strip()) if level]
