"""Matching the values of a choice with the words read on a photo.

The values' descriptions are lists of terms ("skincare, face mask, 面膜 口红"). How a term is found
in a line is `lexicon`'s part, what follows from a find `answering`'s.
"""

import functools
import itertools
import re

from resources.endpoints.embedded.lexicon import Lexicon, Span, Tokens, tokens
from resources.endpoints.embedded.reading import Line, Reading
from resources.endpoints.interface import TagValue

_SEPARATOR = re.compile(r"[,;:.!?()/|\n，、；：。！？（）]|[-–—]\s|\s[-–—]")
_STRETCH = re.compile(r"\S*[\u3400-\u9fff]\S*|(?:(?!\S*[\u3400-\u9fff])\S+\s*)+")
"""A Chinese word, which may have Latin letters in it (T恤), or English words in a row."""
_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and any are as at be by eg else for from in into is it its of on or other others "
        "such than that the these things this those to which with all above none used every goods "
        "products items anything everything",
    )
)
_LONGEST_PHRASE = 3
"""English words that a term may have; a longer stretch between separators is prose."""
_LONGEST_WORD = 6
"""The same for Chinese characters."""
_LEAST_EVIDENCE = 1.0
"""One listed term, or two words out of prose."""
_SMALL_PRINT = 0.2
"""What a line of no height would count, against 1 for the tallest line."""


def matched(values: tuple[TagValue, ...], reading: Reading) -> dict[str, float]:
    """How prominently each value is written on a photo, by the value's name.

    Prominence sums the weights of the value's terms that were read, each times the height of its
    line relative to the tallest, so that a headline outweighs the small print. Values of which too
    little was read to be evidence are left out.

    A term that several values share tells nothing and is passed over. Where terms overlap the
    longest counts: "pet food" does not speak of food. Where terms of two values adjoin the last
    counts, since compounds end with what they are: 牛奶面膜 (milk face mask) is a mask.
    """
    known = _known_terms(values)
    tallest = max((_height(line) for line in reading.lines), default=0.0)
    found: dict[str, dict[Tokens, float]] = {}
    for line in reading.lines:
        relative = _height(line) / tallest if tallest else 1.0
        scale = _SMALL_PRINT + (1 - _SMALL_PRINT) * relative
        for span in known.telling(line):
            scales = found.setdefault(known.owner[span.term], {})
            scales[span.term] = max(scale, scales.get(span.term, 0.0))
    return {
        name: sum(known.weight[term] * scale for term, scale in scales.items())
        for name, scales in found.items()
        if sum(known.weight[term] for term in scales) >= _LEAST_EVIDENCE
    }


def terms(value: TagValue) -> dict[Tokens, float]:
    """The terms that a value's name and description give, each with its weight as evidence.

    A listed term weighs 1, and more the longer it is. A word out of prose, a pair out of a long
    Chinese run and a single Chinese character weigh 0.5: one alone is no evidence.
    """
    found: dict[Tokens, float] = {}
    for part in _SEPARATOR.split(f"{value.name}\n{value.description}"):
        for stretch in _STRETCH.findall(part):
            for term, weight in _terms_of_stretch(stretch).items():
                found[term] = max(weight, found.get(term, 0.0))
    return found


class _KnownTerms:
    """The terms of all values of a choice, with the value that each speaks for."""

    def __init__(self, values: tuple[TagValue, ...]) -> None:
        by_value = {value.name: terms(value) for value in values}
        names: dict[Tokens, list[str]] = {}
        for name, weights in by_value.items():
            for term in weights:
                names.setdefault(term, []).append(name)
        self.owner = {term: owners[0] for term, owners in names.items() if len(owners) == 1}
        self.weight = {term: by_value[name][term] for term, name in self.owner.items()}
        self._lexicon = Lexicon(names)

    def telling(self, line: Line) -> list[Span]:
        """The terms in a line that speak for one value and are not followed by another's."""
        spans = self._lexicon.spans(tokens(line.text))
        starts: dict[int, set[str | None]] = {}
        for span in spans:
            starts.setdefault(span.start, set()).add(self.owner.get(span.term))
        return [
            span
            for span in spans
            if span.term in self.owner
            and starts.get(span.end, set()) <= {self.owner[span.term], None}
        ]


@functools.lru_cache(maxsize=256)
def _known_terms(values: tuple[TagValue, ...]) -> _KnownTerms:
    return _KnownTerms(values)


def _terms_of_stretch(stretch: str) -> dict[Tokens, float]:
    """The terms of a stretch between separators."""
    words = tokens(stretch)
    if not all(map(str.isascii, words)):
        if len(words) == 1:
            return {words: 0.5}
        if len(words) <= _LONGEST_WORD:
            return {words: 0.5 + 0.25 * len(words)}
        return dict.fromkeys(itertools.pairwise(words), 0.5)
    words = tuple(word for word in words if word not in _STOP_WORDS)
    if not words:
        return {}
    if len(words) <= _LONGEST_PHRASE:
        return {words: 0.5 + 0.5 * len(words)}
    return dict.fromkeys(((word,) for word in words), 0.5)


def _height(line: Line) -> float:
    return line.box[3] - line.box[1]
