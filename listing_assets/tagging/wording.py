"""Texts that mean the same however they are written: letter case, width, quotes; words for null."""

import unicodedata

_CLOSING = dict(zip("\"'`*«“‘「『《【([", "\"'`*»”’」』》】)]", strict=True))
_SENTENCE_SIGNS = ".。,，;；:：、!！"
_UNKNOWN = frozenset(
    {
        *("null", "none", "n/a", "unknown", "undetermined", "indeterminate", "not applicable"),
        *("not visible", "not known", "cannot tell", "can't tell", "cannot be determined"),
        *("未知", "不明", "不详", "无法判断", "无法确定", "无法识别", "无法辨认", "不确定"),
        "看不清",
    }
)
_LONGEST = 2_000
"""Characters that are looked at."""


def folded(text: str) -> str:
    """A text without what does not change its meaning: case, blanks, width of characters."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def bare(text: str) -> str:
    """A text without the signs that close a sentence, and without quotes or brackets around it."""
    text = text[:_LONGEST]
    while True:
        inner = text.strip().rstrip(_SENTENCE_SIGNS).rstrip()
        if len(inner) > 1 and _CLOSING.get(inner[0]) == inner[-1]:
            inner = inner[1:-1]
        if inner == text:
            return text
        text = inner


def says_unknown(text: str) -> bool:
    """Whether a text says no more than that the answer cannot be known."""
    return folded(bare(text)) in _UNKNOWN
