"""The state of an item: how worn it is, its defects, whether it works and is complete."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from listing_assets.listings.honesty.condition_words import (
    DEFECTS,
    GRADES,
    HEAVILY_WORN,
    LIKE_NEW,
    OTHERS,
)
from listing_assets.listings.honesty.plain import SEARCH
from listing_assets.listings.honesty.statements import Condition, Statement

_ABSENT: Final = re.compile(
    r"(?:\b(?:no|without|zero|not?\sa(?:ny)?|free\s(?:of|from)|never)\s(?:\w{1,12}\s){0,2}"
    r"|\bno\s\w{1,12}\s?(?:,|and|or)\s?(?:\w{1,9}\s)?|[无没零](?:有|任何|明显){0,2}|[无没][一-鿿]{2,4}[,，、和或])$",
    SEARCH,
)
_PROOF: Final = re.compile(
    r"(?:\b(?:anti|resist\w{0,6}|prevents?|against|protect\w{0,5})[\s-](?:\w{1,12}[\s,]{1,2}|to\s){0,3}"
    r"|[防抗耐])$",
    SEARCH,
)
_PROOF_AFTER: Final = re.compile(r"[\s-](?:resist\w*|proof)", SEARCH)
_BATTERY: Final = re.compile(
    r"(?:\bbattery\s(?:health|capacity|life)|电池(?:健康度?|效率|容量))\s?(?:is|at|of|[::])?\s?(\d{1,3})\s?%",
    SEARCH,
)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(words), SEARCH | re.MULTILINE)


_GRADED: Final = tuple((grade, _any_of(words)) for grade, words in GRADES.items())
_NAMED_DEFECTS: Final = tuple((name, _any_of(words)) for name, words in DEFECTS.items())
_NAMED_OTHERS: Final = tuple((about, _any_of(words)) for about, words in OTHERS.items())
_BEFORE: Final = 30


def conditions(text: str) -> Iterator[Statement]:
    """The statements on the state of the item in a plain text."""
    for match in _BATTERY.finditer(text):
        yield _statement(match.span(), Condition("battery", detail=match[1]))
    for name, defect in _NAMED_DEFECTS:
        for match in defect.finditer(text):
            before = text[max(0, match.start() - _BEFORE) : match.start()]
            if _PROOF.search(before) or _PROOF_AFTER.match(text, match.end()):
                continue
            if absent := _ABSENT.search(before):
                start = match.start() - len(absent[0])
                yield _statement((start, match.end()), Condition("no defect", detail=name))
            elif not _is_a_grade(match, text):
                yield _statement(match.span(), Condition("defect", detail=name))
    for grade, phrase in _GRADED:
        for match in phrase.finditer(text):
            start = match.start() + len(match[0]) - len(match[0].lstrip(" ,;:|("))
            yield _statement((start, match.end()), Condition("grade", grade))
    for about, words in _NAMED_OTHERS:
        for match in words.finditer(text):
            yield _statement(match.span(), Condition(about))


def _statement(span: tuple[int, int], condition: Condition) -> Statement:
    return Statement("condition", condition, *span)


def _is_a_grade(match: re.Match[str], text: str) -> bool:
    """Whether the words belong to a grade, as in `light signs of wear` or 轻微使用痕迹."""
    return any(
        found.start() < match.end() and match.start() < found.end()
        for _, phrase in _GRADED
        for found in phrase.finditer(text, max(0, match.start() - _BEFORE), match.end())
    )


def same_condition(claimed: Condition, shown: Condition) -> bool:
    """Whether what is shown bears out what is claimed.

    A grade is borne out by an equal or better one, a bad grade by a defect too; that there is no
    defect by a grade like new or better, which means that no trace is visible.
    """
    if claimed == shown:
        return True
    if claimed.about == "grade":
        better = shown.about == "grade" and shown.grade >= claimed.grade
        return better or (shown.about == "defect" and claimed.grade <= HEAVILY_WORN)
    if claimed.about == "defect":
        return claimed.detail == "wear" and shown.about == "defect"
    return claimed.about == "no defect" and shown.about == "grade" and shown.grade >= LIKE_NEW
