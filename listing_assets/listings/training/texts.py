"""Texts of strangers as they are taught: tidied, and told apart from what no model should learn."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

MOST_SIGNS: Final = 0.2
"""The share of symbols and emoji among the characters that are no blanks."""
MOST_REPEATED: Final = 5
"""Times that one sign may stand in a row."""
_INVISIBLE: Final = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_BLANKS: Final = re.compile(r"[^\S\n]+")
_LINES: Final = re.compile(r" ?\n[ \n]*")
_FOUND: Final[Mapping[str, re.Pattern[str]]] = {
    "tokens of a chat model": re.compile(
        r"<\|[^|<>\s]{1,40}\|>|</?s>|\[/?INST\]|<(?:image|video|audio|bbox|ref-object)>"
    ),
    "markup": re.compile(r"</?[A-Za-z][^<>]{0,200}>|&(?:[a-z]{2,8}|#\d{2,6});"),
    "a broken encoding": re.compile("\ufffd|[\u00c3\u00c2][\u0080-\u00bf]|\u00e2\u20ac"),
    "a sign repeated": re.compile(rf"([^\w\s])\1{{{MOST_REPEATED},}}"),
}


def tidied(text: str) -> str:
    """The text without invisible characters, runs of blanks and empty lines."""
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _LINES.sub("\n", _BLANKS.sub(" ", text)).strip()


def special_characters(text: str) -> str | None:
    """What in a text is not language, in words; None where all is."""
    for what, pattern in _FOUND.items():
        if pattern.search(text):
            return what
    kinds = [unicodedata.category(sign) for sign in text if not sign.isspace()]
    if any(kind in {"Cc", "Cs", "Co", "Cn"} for kind in kinds):
        return "characters that mean nothing"
    if sum(kind[0] == "S" for kind in kinds) > MOST_SIGNS * len(kinds):
        return "more symbols than a text has"
    return None
