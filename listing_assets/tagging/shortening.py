"""Shortens a text to a limit at the end of a sentence or of a word."""

import re
import unicodedata

_SENTENCE_END = re.compile(r"[。！？!?…]+[”’」』）)]*|\.(?=\s|$)[”’)]*|\n")
_LEAST_SENTENCE = 0.5
"""Share of the limit that a sentence must fill, so that little is lost for its sake."""
_LEFT_OVER = ' \t\n,;:-–—，、；：·&/(（"“‘「『'
"""Signs that make no sense at an end."""
_BY_CHARACTER = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
"""Letters of scripts that put no blanks between words."""


def shortened(text: str, limit: int) -> str | None:
    """The beginning of `text`, at most `limit` characters; None where no word of it fits."""
    if len(text) <= limit:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text[: limit + 1])]
    whole = [end for end in ends if _LEAST_SENTENCE * limit <= end <= limit]
    if whole:
        return text[: whole[-1]].strip() or None
    place = next((place for place in range(limit, 0, -1) if _may_part(text, place)), 0)
    return text[:place].rstrip(_LEFT_OVER) or None


def _may_part(text: str, place: int) -> bool:
    """Whether a word ends before `place`."""
    before, after = text[place - 1], text[place]
    if after.isspace() or before.isspace():
        return True
    if unicodedata.combining(after) or after in "\u200d\ufe0e\ufe0f" or before == "\u200d":
        return False
    if _BY_CHARACTER.match(before) or _BY_CHARACTER.match(after):
        return True
    return before in ",;，、；/" and not after.isdigit()
