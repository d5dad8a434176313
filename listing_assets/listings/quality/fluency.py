"""How readily a text reads, by what can be counted in it. Nothing here understands the text.

The measure is the product of four shares, each 1 for an ordinary text: word sequences that are not
repeated, sentences of ordinary shape, letters of the language's script, and words said calmly.
"""

from collections.abc import Mapping
from typing import Final

import regex  # type: ignore[import-untyped]

from listing_assets.listings.definitions import Language
from listing_assets.listings.honesty.sentences import Segments
from listing_assets.listings.quality.measured import Measured, share
from listing_assets.listings.quality.text import WRITE

LEAST_IN_A_SENTENCE: Final = 2
MOST_IN_A_SENTENCE: Final[Mapping[Language, int]] = {"en": 45, "zh": 90}
"""Words of a sentence; of Chinese, characters."""
LATIN_IN_CHINESE: Final = 0.5
"""The share of letters that brands, models and units may take of a Chinese text."""
SEQUENCE: Final = 3
"""Words in a row that are compared."""
LOUD: Final = 0.2
"""The share of words that may be in capitals, as brands are."""

_WORD: Final = regex.compile(r"\p{Han}|[\p{L}\p{M}\p{N}]+(?:['’.,-][\p{L}\p{N}]+)*")
_OF_SCRIPT: Final = {"en": regex.compile(r"\p{Latin}"), "zh": regex.compile(r"\p{Han}")}
_LETTER: Final = regex.compile(r"\p{L}")
_MIXED: Final = regex.compile(r"\b(?=\p{L}*\p{Latin})(?=\p{L}*[\p{Cyrillic}\p{Greek}])\p{L}+\b")
"""A word that imitates Latin letters by others."""
_BEGINS_LOW: Final = regex.compile(r"\s*\p{Ll}")
_ENDED: Final = regex.compile(r"[.!?。！？…][\p{Pe}\p{Pf}\"']*\s*$|\n\s*$")
_SHOUTED: Final = regex.compile(r"\b\p{Lu}{4,}\b")
_RUN_OF_SIGNS: Final = regex.compile(r"([!?！？~～*#])\1+|\p{Emoji_Presentation}{2,}")


def fluency(text: str, language: Language) -> Measured:
    """The product of the four shares; the advice is about the least of them."""
    words = _WORD.findall(text)
    if not words:
        return Measured(0.0, WRITE)
    parts = {
        "Say the same thing once: words are repeated.": _variety(words),
        "Write whole sentences of ordinary length, each with its end.": _shape(text, language),
        f"Write in {'Chinese' if language == 'zh' else 'English'} letters.": _script(
            text, language
        ),
        "Write without capitals and rows of signs.": _calm(text, words),
    }
    value = 1.0
    for part in parts.values():
        value *= part
    return Measured(value, "" if value == 1 else min(parts, key=lambda advice: parts[advice]))


def _variety(words: list[str]) -> float:
    """The share of sequences of words that did not come before."""
    low = [word.casefold() for word in words]
    rows = [tuple(low[at : at + SEQUENCE]) for at in range(max(1, len(low) - SEQUENCE + 1))]
    return len(set(rows)) / len(rows)


def _shape(text: str, language: Language) -> float:
    """The share of sentences that are neither scraps nor endless, begin as such and end."""
    sentences = [
        said for start, end in Segments(text).sentences if (said := text[start:end]).strip()
    ]
    shaped = 0
    for said in sentences:
        length = len(_WORD.findall(said))
        fits = LEAST_IN_A_SENTENCE <= length <= MOST_IN_A_SENTENCE[language]
        shaped += bool(fits and _ENDED.search(said) and not _BEGINS_LOW.match(said))
    return share(shaped, len(sentences))


def _script(text: str, language: Language) -> float:
    """The share of letters that are of the language's script, words that imitate it left out."""
    letters = len(_LETTER.findall(text))
    own = len(_OF_SCRIPT[language].findall(_MIXED.sub("", text)))
    needed = letters * (1 - LATIN_IN_CHINESE) if language == "zh" else letters
    return share(own, needed)


def _calm(text: str, words: list[str]) -> float:
    """1 less the share of rows of signs, and of words in capitals beyond those that may be."""
    shouted = max(0.0, len(_SHOUTED.findall(text)) - LOUD * len(words))
    return 1 - share(shouted + len(_RUN_OF_SIGNS.findall(text)), len(words))
