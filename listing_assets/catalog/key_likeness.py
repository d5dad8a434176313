"""Tells a key from the name of the environment variable that should hold it."""

import os
import re
from collections.abc import Mapping
from typing import Final

LONG_WORD: Final = 16
"""Letters of a word with a digit in it, from which it is no word of a name."""
LONGEST_WORD: Final = 30
MOST_TURNS: Final = 3
"""How often letters and digits may follow each other in a word of a name."""
SHOWN: Final = 4
TURN = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")


def looks_like_key(name: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether `name` is more likely a key than a variable's name: it looks so, and is not set."""
    return name not in environment and any(map(_is_no_word, name.split("_")))


def masked(key: str) -> str:
    """The beginning of what may be a key, and its length: enough to know it again."""
    return f"{key[: min(SHOWN, len(key) // 4)]}… ({len(key)} characters)"


def _is_no_word(word: str) -> bool:
    has_digit = any(character.isdigit() for character in word)
    return (
        len(word) >= LONGEST_WORD
        or (has_digit and len(word) >= LONG_WORD)
        or len(TURN.findall(word)) > MOST_TURNS
    )
