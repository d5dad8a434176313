"""Patterns of rules, searched by RE2: its time grows with the text, whatever the pattern."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import re2  # type: ignore[import-untyped]

Span = tuple[int, int]

GAP: Final = r"[\s.·•*_~|/\\+=^'`’‘ˊˋ☀-➿⬀-⯿🌀-🫿-]{0,2}"
"""Signs that are put between characters to hide a word."""

_OPTIONS: Final = re2.Options()
_OPTIONS.case_sensitive = False
_OPTIONS.log_errors = False


class Pattern:
    """One pattern or several, in any case of letters."""

    def __init__(self, sources: Iterable[str]) -> None:
        """Compile. Raises `ValueError` where RE2 cannot read a pattern."""
        try:
            self._compiled: Any = re2.compile(
                "|".join(f"(?:{source})" for source in sources), _OPTIONS
            )
        except re2.error as error:
            said = error.args[0] if error.args else error
            said = said.decode() if isinstance(said, bytes) else said
            raise ValueError(f"not a regular expression that RE2 reads: {said}") from None

    def spans(self, text: str) -> Iterator[Span]:
        """The matches, by their first group where they have one."""
        for match in self._compiled.finditer(text):
            group = match.lastindex or 0
            if match.start(group) < match.end(group):
                yield match.span(group)

    def first(self, text: str) -> int | None:
        """Where the first match begins, even an empty one."""
        match = self._compiled.search(text)
        return None if match is None else match.start()


def with_gaps(pattern: str) -> str:
    """The pattern with `{gap}` replaced by what it stands for."""
    return pattern.replace("{gap}", GAP)


def of_word(word: str, *, spaced: bool) -> str:
    """The pattern of a word. Latin letters and digits beside it would make it part of another."""
    first, last = word[0], word[-1]
    before = r"\b" if first.isascii() and first.isalnum() else ""
    after = r"\b" if last.isascii() and last.isalnum() else ""
    signs = (r"\s+" if sign.isspace() else re2.escape(sign) for sign in word)
    return before + (GAP if spaced else "").join(signs) + after


def checked(pattern: str) -> None:
    """Raises `ValueError` where a pattern cannot be searched for, or finds what is nothing."""
    from listing_assets.listings.honesty.rules.beginnings import beginning_of

    source = with_gaps(pattern)
    if Pattern([source]).first("") is not None:
        raise ValueError(f"{pattern!r} is found in an empty text")
    try:
        beginning_of(source)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
