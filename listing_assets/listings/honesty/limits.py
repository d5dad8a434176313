"""Cuts a text to a length where a reader would stop."""

from collections.abc import Iterable
from typing import Final

import regex  # type: ignore[import-untyped]

from listing_assets.listings.honesty.sentences import Segments

_GRAPHEME: Final = regex.compile(r"\X")
_WORD_EDGE: Final = regex.compile(r"(?w)\b")
_LEFT_OVER: Final = " \t\r\n,;:-–—，、；：·&/|(（[【“‘「『《$¥￥€£#@+"
"""Signs that make no sense at an end."""


def cut(text: str, limit: int, least: int = 0) -> str:
    """The beginning of `text`, at most `limit` characters: whole sentences where there are any.

    Where no sentence ends within the limit, the text ends with a clause, then with a word, and at
    the very least with a whole grapheme; brackets are not left open if that can be. The result is
    empty where not even one grapheme fits.

    Args:
        text: the whole text.
        limit: characters (code points) that may stand.
        least: an end before this place is passed over for a later one of a lesser kind.
    """
    if len(text) <= limit:
        return text
    segments = Segments(text)
    whole = _last(segments.sentence_ends, least, limit)
    if whole is not None:
        return text[:whole].rstrip()
    clause = _last((start for start, _ in segments.separators), least, limit)
    if clause is not None and text[:clause].strip(_LEFT_OVER):
        return text[:clause].rstrip(_LEFT_OVER)
    graphemes = {0} | {match.end() for match in _GRAPHEME.finditer(text[: limit + 64])}
    edges = {match.end() for match in _WORD_EDGE.finditer(text[: limit + 64])} & graphemes
    for places in ({edge for edge in edges if not segments.inside(edge)}, edges):
        word = _last(sorted(places), max(least, 1), limit)
        if word is not None and text[:word].strip(_LEFT_OVER):
            return text[:word].rstrip(_LEFT_OVER)
    return text[: _last(sorted(graphemes), 0, limit) or 0]


def _last(places: Iterable[int], least: int, limit: int) -> int | None:
    return max((place for place in places if max(least, 1) <= place <= limit), default=None)
