"""Finding the words of a tag definition among the words read on a photo, in English and Chinese.

A definition's descriptions are lists of terms ("skincare, face mask, 面膜 口红"); a term is found
where its words stand side by side in one line of the reading. What follows from a find is
`answering`'s part.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from resources.endpoints.embedded.reading import Reading

_TOKEN = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]")
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
_SMALL_PRINT = 0.2
"""What a line of no height would count, against 1 for the tallest line."""
_JOINED = 6
"""Letters from which a word counts inside a longer one: recognition drops spaces."""
_MISSPELT = 7
"""Letters from which one wrong letter is forgiven."""

Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What of one value's terms was read.

    `evidence` is 1 for one plain term, more for phrases and further terms, less for a word out of a
    prose description; `prominence` is the same with each term weighed by the height of its line,
    so that a headline outweighs the small print.
    """

    evidence: float
    prominence: float


def tokens(text: str) -> Tokens:
    """Words and Chinese characters of a text: lower case, no accents, English plurals cut."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return tuple(_singular(token) for token in _TOKEN.findall(plain))


def terms(name: str, description: str) -> dict[Tokens, float]:
    """The terms that a value's name and description give, each with its weight as evidence.

    A listed term weighs 1, half as much again for each further word or pair of characters. A word
    out of prose, a pair out of a long Chinese run and a single Chinese character weigh 0.5: one
    alone is no evidence.
    """
    found: dict[Tokens, float] = {}
    for part in _SEPARATOR.split(f"{name}\n{description}"):
        for stretch in _STRETCH.findall(part):
            for term, weight in _terms_of_stretch(stretch).items():
                found[term] = max(weight, found.get(term, 0.0))
    return found


def find(candidates: Mapping[str, Mapping[Tokens, float]], reading: Reading) -> dict[str, Found]:
    """What was read of each candidate's terms. Candidates of which nothing was read are left out.

    Args:
        candidates: terms, as `terms` gives them, by name of the candidate.
        reading: the words read on the photo.

    A term that several candidates share tells nothing and is passed over. Where terms overlap the
    longest counts: "pet food" does not speak of food. Where terms of two candidates adjoin the last
    counts, since compounds end with what they are: 牛奶面膜 (milk face mask) is a mask.
    """
    owners: dict[Tokens, list[str]] = {}
    for name, weights in candidates.items():
        for term in weights:
            owners.setdefault(term, []).append(name)
    tallest = max((_height(line.box) for line in reading.lines), default=0.0)
    best: dict[str, dict[Tokens, float]] = {}
    for line in reading.lines:
        scale = _SMALL_PRINT + (1 - _SMALL_PRINT) * _height(line.box) / tallest if tallest else 1.0
        spans = spans_of(tokens(line.text), owners)
        for _, end, term in spans:
            name = owners[term][0]
            head_follows = any(after == end and owners[t][0] != name for after, _, t in spans)
            if len(owners[term]) == 1 and not head_follows:
                scales = best.setdefault(name, {})
                scales[term] = max(scale, scales.get(term, 0.0))
    return {
        name: Found(
            evidence=sum(candidates[name][term] for term in scales),
            prominence=sum(candidates[name][term] * scale for term, scale in scales.items()),
        )
        for name, scales in best.items()
    }


def spans_of(line: Tokens, wanted: Iterable[Tokens]) -> list[tuple[int, int, Tokens]]:
    """(start, end, term) of the wanted terms in a line that do not lie inside a longer one."""
    spans = [
        (start, start + len(matched), term)
        for term in wanted
        for start, matched in _positions(line, term)
    ]
    return [
        (start, end, term)
        for start, end, term in spans
        if not any(a <= start and end <= b and b - a > end - start for a, b, _ in spans)
    ]


def mentions(text: str, words: Iterable[str]) -> bool:
    """Whether a text has one of the words or phrases, as whole words."""
    return bool(spans_of(tokens(text), [tokens(word) for word in words]))


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


def _positions(line: Tokens, term: Tokens) -> list[tuple[int, Tokens]]:
    """(start, the line's tokens) of each place where a term stands."""
    size = len(term)
    found = [
        (start, line[start : start + size])
        for start in range(len(line) - size + 1)
        if all(map(_same_word, line[start : start + size], term))
    ]
    joined = "".join(term)
    if joined.isascii() and (size > 1 or len(joined) >= _JOINED):
        found += [
            (start, (word,))
            for start, word in enumerate(line)
            if (start, (word,)) not in found and _holds(word, joined)
        ]
    return found


def _holds(word: str, term: str) -> bool:
    """Whether a word begins or ends with a term that is long enough not to do so by chance."""
    if len(term) < _JOINED:
        return word == term
    return word.startswith(term) or word.endswith(term)


def _same_word(read: str, meant: str) -> bool:
    if read == meant:
        return True
    if len(meant) < _MISSPELT or len(read) != len(meant):
        return False
    return sum(a != b for a, b in zip(read, meant, strict=True)) == 1


def _singular(word: str) -> str:
    """An English word without its plural ending; the same rule serves both sides of a match."""
    if len(word) > 4 and word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _height(box: tuple[float, float, float, float]) -> float:
    return box[3] - box[1]
