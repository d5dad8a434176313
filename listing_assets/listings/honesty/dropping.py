"""Takes statements out of a text so that the rest reads well.

What goes is the least that can stand alone: an aside in brackets, else the clause between commas,
else the sentence or line. Where the main clause goes, clauses that hang on it (`which …`) go too.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from listing_assets.listings.draft import Claim
from listing_assets.listings.honesty.sentences import ASIDES, Segments, Span

_HANGING: Final = re.compile(
    r"\s*(?:(?:which|who|whose|where|that|with|including|featuring|making|giving|so\sthat|as|because"
    r"|while|though|although|since|for|in|on|from|by|to|than|[a-z]{3,12}ing)\b|其中|使得|让它|从而)"
)
_JOINING: Final = re.compile(
    r"\s*(?:(?:and|but|so|plus|also|or)\b\s*|而且|并且|但是?|不过|所以|因此|同时)"
)
_SEPARATOR: Final = re.compile(r"(?:[\s,，;；、|]|[-–—](?=[\s—-]*$))+$")
_TERMINATOR: Final = re.compile(r"(?:[。！？!?….]+[”’」』）)\"']*)?\s*$")
_BULLET: Final = re.compile(r"\s*(?:[-*•·●◆✅✨▪]\s*)?")


class Dropped(NamedTuple):
    """What is left of a text, and what was taken out of it, in its order."""

    text: str
    removed: tuple[str, ...]


def without_unsupported(text: str, claims: Iterable[Claim]) -> Dropped:
    """The text without its flagged claims. Trace what is left again: its places have moved."""
    return drop(text, [(claim.start, claim.end) for claim in claims if claim.flagged])


def drop(text: str, spans: Sequence[Span]) -> Dropped:
    """The text without the asides, clauses or sentences that hold any of `spans`."""
    segments = Segments(text)
    asides = [_aside(segments, span) for span in spans]
    others = [span for span, aside in zip(spans, asides, strict=True) if aside is None]
    cuts = [aside for aside in asides if aside is not None]
    kept: list[str] = []
    gone: list[tuple[int, str]] = [(start, text[start:end]) for start, end in _outer(cuts)]
    for sentence in segments.sentences:
        clauses = segments.clauses(sentence)
        stays = [not any(_meet(clause, span) for span in others) for clause in clauses]
        stays = [
            stay and bool(_without(text, clause, cuts).strip(" \n\t,，;；.。!！|"))
            for stay, clause in zip(stays, clauses, strict=True)
        ]
        if all(stays):
            kept.append(_without(text, sentence, cuts))
            continue
        stays = _with_hanging(text, clauses, stays)
        gone += [
            (clause[0], text[slice(*clause)])
            for clause, stay in zip(clauses, stays, strict=True)
            if not stay
        ]
        parts = [_without(text, c, cuts) for c, stay in zip(clauses, stays, strict=True) if stay]
        kept.append(_rejoined(text[slice(*sentence)], parts, head_stays=stays[0]))
    gone = [(at, words) for at, words in gone if words.strip()]
    removed = tuple(words.strip(" \n\t,，;；|") for _, words in sorted(gone))
    return Dropped(re.sub(r"[ \t]{2,}", " ", "".join(kept)).strip(), removed)


def _aside(segments: Segments, span: Span) -> Span | None:
    """The innermost brackets around a span, with the blanks before them."""
    around = [
        pair
        for pair in segments.pairs
        if pair[0] < span[0] and span[1] < pair[1] and segments.text[pair[0]] in ASIDES
    ]
    if not around:
        return None
    start, end = min(around, key=lambda pair: pair[1] - pair[0])
    before = segments.text[:start]
    return len(before.rstrip(" ")), end


def _outer(spans: Iterable[Span]) -> list[Span]:
    """The spans that lie in no other, once each."""
    every = sorted(set(spans))
    return [a for a in every if not any(b != a and b[0] <= a[0] and a[1] <= b[1] for b in every)]


def _meet(part: Span, span: Span) -> bool:
    return part[0] < span[1] and span[0] < part[1]


def _without(text: str, part: Span, cuts: Iterable[Span]) -> str:
    start, end = part
    left = ""
    for first, last in _outer(cuts):
        if _meet(part, (first, last)):
            left += text[start : max(start, first)]
            start = max(start, last)
    return left + text[min(start, end) : end]


def _with_hanging(text: str, clauses: Sequence[Span], stays: list[bool]) -> list[bool]:
    """Nothing of a sentence stays whose first clause goes and whose next hangs on it."""
    first = stays.index(True) if True in stays else len(stays)
    hangs = 0 < first < len(stays) and _HANGING.match(text[slice(*clauses[first])])
    return [False] * len(stays) if hangs else stays


def _rejoined(sentence: str, parts: list[str], *, head_stays: bool) -> str:
    """The clauses that stay as one sentence, with its bullet, its end and its first capital."""
    bullet = _BULLET.match(sentence)
    opening = bullet[0] if bullet else ""
    if not parts:
        blanks = opening.rstrip("-*•·●◆✅✨▪ ") if "\n" not in sentence.strip(" ") else ""
        return blanks + ("\n" if sentence.endswith("\n") and blanks.endswith("\n") else "")
    end = _TERMINATOR.search(sentence)
    body = _SEPARATOR.sub("", _TERMINATOR.sub("", "".join(parts)))
    if not head_stays:
        body = _JOINING.sub("", body, count=1) if _JOINING.match(body) else body
        body = body.lstrip()
        if sentence[len(opening) : len(opening) + 1].isupper():
            body = body[:1].upper() + body[1:]
        body = opening + body
    return body + (end[0] if end else "")
