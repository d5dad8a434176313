"""Tells by its script whether a text may be in a language.

A Latin word counts as one, as a character of Chinese, Japanese or Korean does. Digits and signs do
not count; nor do words that look like names or units, such as `Nike`, `iPhone` or `ml`, where
another script is demanded.
"""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

_SCRIPTS = {
    "zh": {"CJK"},
    "yue": {"CJK"},
    "ja": {"CJK", "HIRAGANA", "KATAKANA"},
    "ko": {"HANGUL", "CJK"},
    "ru": {"CYRILLIC"},
    "uk": {"CYRILLIC"},
    "be": {"CYRILLIC"},
    "bg": {"CYRILLIC"},
    "mk": {"CYRILLIC"},
    "sr": {"CYRILLIC", "LATIN"},
    "kk": {"CYRILLIC", "LATIN"},
    "mn": {"CYRILLIC"},
    "el": {"GREEK"},
    "ar": {"ARABIC"},
    "fa": {"ARABIC"},
    "ur": {"ARABIC"},
    "he": {"HEBREW"},
    "th": {"THAI"},
    "hi": {"DEVANAGARI"},
    "mr": {"DEVANAGARI"},
    "ne": {"DEVANAGARI"},
    "bn": {"BENGALI"},
    "ta": {"TAMIL"},
    "te": {"TELUGU"},
    "ka": {"GEORGIAN"},
    "hy": {"ARMENIAN"},
}
"""The scripts of languages that are not written in Latin letters."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LONGEST_UNIT = 2
_BY_CHARACTER = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI"})
"""Scripts of which a character, not a word, counts as one."""


def may_be_in(text: str, language: str) -> bool:
    """Whether at least half of what counts in `text` is in the script of `language`.

    `language` is a BCP 47 tag such as `en` or `zh-CN`; one without an entry above is taken to be
    written in Latin letters. A text in which nothing counts may be in any language.
    """
    primary = re.split(r"[-_]", language.strip().lower())[0]
    wanted = _SCRIPTS.get(primary, {"LATIN"})
    counts = _counts(unicodedata.normalize("NFKC", text), names_count="LATIN" in wanted)
    if primary in {"zh", "yue"} and 3 * (counts["HIRAGANA"] + counts["KATAKANA"]) > counts["CJK"]:
        return False
    total = counts.total()
    return 2 * sum(counts[script] for script in wanted) >= total


def _counts(text: str, *, names_count: bool) -> Counter[str]:
    """How much of a text is in each script."""
    counts: Counter[str] = Counter()
    for match in _WORD.finditer(text):
        word = match[0]
        scripts = [script for character in word if (script := _script(character))]
        by_character = [script for script in scripts if script in _BY_CHARACTER]
        counts.update(by_character)
        spelled = [script for script in scripts if script not in _BY_CHARACTER]
        if spelled and (names_count or not _is_name_or_unit(word, spelled[0])):
            counts[spelled[0]] += 1
    return counts


def _is_name_or_unit(word: str, script: str) -> bool:
    return script == "LATIN" and (not word.islower() or len(word) <= _LONGEST_UNIT)


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    """The script of a letter by its Unicode name; empty for anything else."""
    if not character.isalpha():
        return ""
    first = re.split("[ -]", unicodedata.name(character, ""))[0]
    return "CJK" if first == "IDEOGRAPHIC" else first
