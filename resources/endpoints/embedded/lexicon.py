"""Terms, and the places where they stand in a line of text, in English and Chinese.

A term is a tuple of tokens: English words without their plural endings, single Chinese characters.
What terms a tag definition gives, and what it means to find one, is `matching`'s part.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

Tokens = tuple[str, ...]

_TOKEN = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")
_JOINED = 6
"""Letters from which a term counts inside a longer word: recognition drops spaces."""
_MISSPELT = 7
"""Letters from which one wrong letter is forgiven."""


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a line, in tokens from `start` to before `end`, where a term stands."""

    start: int
    end: int
    term: Tokens


class Lexicon:
    """A set of terms that lines are searched for, all at once."""

    def __init__(self, terms: Iterable[Tokens]) -> None:
        self._by_first: dict[str, list[Tokens]] = {}
        self._joined: dict[str, Tokens] = {}
        self._misspelt: dict[str, str] = {}
        self._words: set[str] = set()
        for term in sorted(set(terms)):
            self._by_first.setdefault(term[0], []).append(term)
            self._words.update(term)
            joined = "".join(term)
            if joined.isascii() and (len(term) > 1 or len(joined) >= _JOINED):
                self._joined.setdefault(joined, term)
        for word in sorted(self._words):
            if len(word) >= _MISSPELT and word.isalpha():
                for misspelling in _one_letter_open(word):
                    self._misspelt.setdefault(misspelling, word)

    def spans(self, line: Tokens) -> list[Span]:
        """Where terms stand in a line, in order; none that lies inside a longer one.

        Recognition's usual faults are allowed for: one wrong letter in a long word, and words run
        together ("FACEMASK", "LIPSTICKMATTE").
        """
        words = tuple(self._meant(word) for word in line)
        found = {
            Span(start, start + len(term), term)
            for start, word in enumerate(words)
            for term in self._by_first.get(word, ())
            if words[start : start + len(term)] == term
        }
        for start, word in enumerate(words):
            if term := self._inside(word):
                found.add(Span(start, start + 1, term))
        longest = [span for span in found if not any(_covers(other, span) for other in found)]
        return sorted(longest, key=lambda span: (span.start, span.term))

    def _meant(self, word: str) -> str:
        """The word of the lexicon that differs by one letter, or the word as it is."""
        if word in self._words or len(word) < _MISSPELT or not word.isalpha():
            return word
        matches = (self._misspelt.get(opened) for opened in _one_letter_open(word))
        return next((match for match in matches if match), word)

    def _inside(self, word: str) -> Tokens | None:
        """The longest term that a word is, begins with or ends with when written together."""
        if (word,) in self._by_first.get(word, ()):
            return None
        if word in self._joined:
            return self._joined[word]
        for length in range(len(word) - 1, _JOINED - 1, -1):
            for part in (word[:length], word[-length:]):
                if part in self._joined:
                    return self._joined[part]
        return None


def tokens(text: str) -> Tokens:
    """Words and Chinese characters of a text: lower case, no accents, English plurals cut."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return tuple(_singular(token) for token in _TOKEN.findall(plain))


def mentions(text: str, words: tuple[str, ...]) -> bool:
    """Whether a text has one of the words or phrases."""
    return bool(_lexicon_of(words).spans(tokens(text)))


@functools.cache
def _lexicon_of(words: tuple[str, ...]) -> Lexicon:
    return Lexicon(tokens(word) for word in words)


def _covers(longer: Span, span: Span) -> bool:
    inside = longer.start <= span.start and span.end <= longer.end
    return inside and longer.end - longer.start > span.end - span.start


def _one_letter_open(word: str) -> list[str]:
    """The word with each letter in turn left open."""
    return [f"{word[:place]}?{word[place + 1 :]}" for place in range(len(word))]


def _singular(word: str) -> str:
    """An English word without its plural ending; the same rule serves both sides of a match."""
    if len(word) > 4 and word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
