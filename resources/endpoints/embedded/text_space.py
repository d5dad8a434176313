"""The text part of the embedded vector: words as directions, colour names as axes.

The same functions serve words read on a photo and words of a search, so that both meet in one
space. There is no vocabulary: a token's direction follows from its letters alone, which makes it
random but fixed (random indexing, Kanerva et al. 2000), and two different tokens are nearly
orthogonal. Nothing here knows photos; reading them is `reading`'s part.
"""

import hashlib
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from resources.endpoints.embedded.colours import (
    COLOUR_NAMES,
    ColourShare,
    colour_named,
    colours_in,
)

_PIECES_SHARE = 0.4
"""Share of a token's pieces in its direction (squared). They make "GRADDFIL" and a misread
"GRADDFII" meet, and 茶 and 绿茶."""
_LEAST_SPLIT = 4
"""Words of fewer letters have no trigrams of their own worth matching."""

_IDEOGRAPHS = "\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_RUNS = re.compile(rf"[{_IDEOGRAPHS}]+|\d+(?:\.\d+)+|[^\W_{_IDEOGRAPHS}]+")
_IDEOGRAPHIC = re.compile(f"[{_IDEOGRAPHS}]")
_ACCENTS = re.compile("[\u0300-\u036f]")
_AXES = {name: axis for axis, name in enumerate(COLOUR_NAMES)}

COLOUR_DIMENSION = len(_AXES)
"""Length of a colour vector: one axis a name of `colours.COLOUR_NAMES`."""


def tokens(text: str) -> list[str]:
    """Words and numbers of a text, and of Chinese each two neighbouring characters.

    Case, accents, width (Ａ and A) and an English plural make no difference. A lone Chinese
    character is a token.
    """
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold()
    found: list[str] = []
    for run in _RUNS.findall(unicodedata.normalize("NFC", plain)):
        if _IDEOGRAPHIC.match(run) and len(run) > 1:
            found += (run[at : at + 2] for at in range(len(run) - 1))
        else:
            found.append(_singular(run))
    return found


def word_vector(text: str, dimension: int) -> np.ndarray:
    """The sum of the directions of a text's tokens, float64 of shape (dimension,).

    A token that comes n times counts 1 + ln n times. Zero where there is no token.
    """
    total = np.zeros(dimension)
    for token, count in Counter(tokens(text)).items():
        total += (1 + math.log(count)) * _direction(token, dimension)
    return total


def named_colours(text: str) -> np.ndarray:
    """1 on the axis of each colour that a text names, float64 of shape (COLOUR_DIMENSION,)."""
    names = {*colours_in(text), colour_named(text)}
    return np.array([float(name in names) for name in _AXES])


def shown_colours(palette: Sequence[ColourShare]) -> np.ndarray:
    """The colours that a photo shows, a unit vector, float64 of shape (COLOUR_DIMENSION,)."""
    vector = np.zeros(COLOUR_DIMENSION)
    for colour in palette:
        vector[_AXES[colour.name]] = math.sqrt(colour.share)
    return vector / np.linalg.norm(vector)


@lru_cache(maxsize=10_000)
def _direction(token: str, dimension: int) -> np.ndarray:
    """The unit vector of a token: mostly its own, a little the sum of its pieces'."""
    pieces = _pieces(token)
    vector = _random_signs(token, dimension)
    if pieces:
        shared = sum(_random_signs(f"piece {piece}", dimension) for piece in pieces)
        vector = (
            math.sqrt(1 - _PIECES_SHARE) * vector + math.sqrt(_PIECES_SHARE / len(pieces)) * shared
        )
    return np.asarray(vector / np.linalg.norm(vector))


def _singular(word: str) -> str:
    """An English word without its plural ending, after the S stemmer of Harman 1991 ("How
    effective is suffixing?", JASIS 42), which here also takes "shoes" for "shoe".
    """
    if len(word) < _LEAST_SPLIT or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return word if word.endswith(("eies", "aies")) else f"{word[:-3]}y"
    return word if word.endswith(("us", "ss")) else word[:-1]


def _pieces(token: str) -> list[str]:
    """Trigrams of a word with its ends marked; the characters of a Chinese token."""
    if _IDEOGRAPHIC.match(token):
        return list(token)
    if len(token) < _LEAST_SPLIT or not token.isalpha():
        return []
    marked = f"^{token}$"
    return [marked[at : at + 3] for at in range(len(marked) - 2)]


def _random_signs(feature: str, dimension: int) -> np.ndarray:
    """±1/sqrt(dimension) by the bits of the feature's hash: a unit vector of all dimensions.

    Spread over all of them, unlike feature hashing into one (Weinberger et al. 2009), no single
    collision can make a photo of one word answer to another word.
    """
    digest = hashlib.shake_128(feature.encode()).digest(-(-dimension // 8))
    bits = np.unpackbits(np.frombuffer(digest, np.uint8), count=dimension)
    return (2.0 * bits - 1) / math.sqrt(dimension)
