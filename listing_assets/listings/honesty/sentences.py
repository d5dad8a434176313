"""Where sentences and clauses of English and Chinese end, and which brackets belong together."""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Final

Span = tuple[int, int]

_PAIRS: Final = {
    "(": ")",
    "（": "）",
    "[": "]",
    "【": "】",
    "“": "”",
    "「": "」",
    "『": "』",
    "《": "》",
}
ASIDES: Final = "(（[【"
"""Brackets whose content can be left out of a sentence."""
_CLOSING: Final = {closing: opening for opening, closing in _PAIRS.items()}
_END: Final = re.compile(
    r"[。！？!?…]+[”’」』）)】\"']*|\.+(?=[”’」』）)\]\"']*(?:\s|$))[”’」』）)\]\"']*|\n+"
)
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(（/])(?:[A-Za-z]|e\.g|i\.e|a\.k\.a|[A-Z](?:\.[A-Z])+|mr|mrs|ms|dr|st|vs|approx|incl|excl|inc|ltd"
    r"|co|corp|dept|est|fig|max|min|vol|oz|lb|lbs|ft|sq|orig|misc|jr|sr)$",
    re.IGNORECASE,
)
_BEFORE_A_NUMBER: Final = re.compile(r"(?:^|\s)(?:no|nr|art|ref|p|pp|ca|c)$", re.IGNORECASE)
_CLAUSE: Final = re.compile(r"[，；;|]|,(?!\d)|(?<!\d),|[ \t][-–—][ \t]|—{1,2}")


@dataclass(frozen=True)
class Segments:
    """A text and its parts. Punctuation inside brackets or quotation marks parts nothing."""

    text: str

    @cached_property
    def pairs(self) -> tuple[Span, ...]:
        """The spans of matched brackets and quotation marks, with their signs."""
        found: list[Span] = []
        opened: list[tuple[str, int]] = []
        for place, sign in enumerate(self.text):
            if sign == "\n":
                opened.clear()
            elif sign in _PAIRS:
                opened.append((sign, place))
            elif sign in _CLOSING and opened and opened[-1][0] == _CLOSING[sign]:
                found.append((opened.pop()[1], place + 1))
            elif sign == '"' and not self.text[place - 1 : place].isdigit():
                if opened and opened[-1][0] == sign:
                    found.append((opened.pop()[1], place + 1))
                else:
                    opened.append((sign, place))
        return tuple(sorted(found))

    @cached_property
    def sentence_ends(self) -> tuple[int, ...]:
        """The places behind a sentence, its closing marks included."""
        return tuple(
            match.end()
            for match in _END.finditer(self.text)
            if not self.inside(match.end()) and not self._abbreviates(match)
        )

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences, each with the blanks before it; together they are the text."""
        return _parts(0, len(self.text), self.sentence_ends)

    @cached_property
    def separators(self) -> tuple[Span, ...]:
        """The signs between clauses."""
        return tuple(
            match.span() for match in _CLAUSE.finditer(self.text) if not self.inside(match.end())
        )

    def clauses(self, sentence: Span) -> tuple[Span, ...]:
        """The clauses of a sentence, each with the separator behind it."""
        start, end = sentence
        return _parts(start, end, tuple(at for _, at in self.separators if start < at < end))

    def inside(self, place: int) -> bool:
        """Whether brackets or quotation marks are open before the character at `place`."""
        return 0 <= place < len(self._depths) and self._depths[place] > 0

    @cached_property
    def _depths(self) -> list[int]:
        """How many pairs are open before each character."""
        changes = [0] * (len(self.text) + 1)
        for start, end in self.pairs:
            changes[start + 1] += 1
            changes[end] -= 1
        return list(accumulate(changes))

    def _abbreviates(self, match: re.Match[str]) -> bool:
        """Whether a full stop ends an abbreviation in the middle of a text."""
        if match[0][0] != "." or match[0][:2] == ".." or match.end() >= len(self.text.rstrip()):
            return False
        before = self.text[max(0, match.start() - 12) : match.start()]
        numbered = _BEFORE_A_NUMBER.search(before) and re.match(r"\s?\d", self.text[match.end() :])
        return bool(_ABBREVIATION.search(before) or numbered)


def _parts(start: int, end: int, ends: tuple[int, ...]) -> tuple[Span, ...]:
    places = [start, *ends] if not ends or ends[-1] >= end else [start, *ends, end]
    places = places if places[-1] == end else [*places, end]
    return tuple((a, b) for a, b in pairwise(places) if a < b)
