"""Numbers that are told by their form and check digit, however they are spaced or written.

Digits may be Chinese (一三八, 幺) and stand apart by blanks or signs. How they are grouped counts:
five prices in a row are no telephone number.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from listing_assets.listings.honesty.rules.schema import Digits

Span = tuple[int, int]

_SIGNS: Final = "0123456789零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"
_VALUES: Final = str.maketrans(_SIGNS, "0123456789001234567891123456789")
_APART: Final = r"[\s.\-–—_*·•|/()~☀-➿🌀-🫿]"
_RUN: Final = re.compile(rf"[{_SIGNS}](?:{_APART}{{0,2}}[{_SIGNS}])*[xX]?")
_GROUP: Final = re.compile(rf"[{_SIGNS}]+")
BEGINNING: Final = rf"[+(（]?[{_SIGNS}](?:{_APART}{{0,2}}[{_SIGNS}]){{0,18}}{_APART}{{0,2}}[xX]?"
"""The pattern of what could still become one of these numbers; the longest has 19 digits."""

_MOBILE: Final = re.compile(r"(?:00?86|86)?1[3-9]\d{9}")
_SERVICE: Final = re.compile(r"[48]00[1-9]\d{6}")
_LANDLINE: Final = re.compile(r"0[1-9]\d{1,2}[2-8]\d{6,7}")
_MOBILE_GROUPS: Final = frozenset(
    {(11,), (3, 4, 4), (3, 8), (7, 4), (4, 4, 3), (3, 3, 5), (5, 6), (6, 5), (3, 5, 3), (4, 3, 4)}
    | {(2, 11), (2, 3, 4, 4), (4, 11), (13,), (3, 2, 3, 3), (3, 3, 3, 2), (3, 2, 2, 2, 2)}
)
_CARD: Final = re.compile(r"[2-6]\d{15,18}")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class _Number:
    """Some groups of digits, one behind the other."""

    digits: str
    lengths: tuple[int, ...]
    text: str
    before: str

    @property
    def one_by_one(self) -> bool:
        return len(self.lengths) > 1 and set(self.lengths) == {1}


def found(kind: Digits, text: str) -> Iterator[Span]:
    """The numbers of a kind in a plain text; none overlaps another."""
    (told, lengths), behind = _TOLD[kind], 0
    for run in _RUN.finditer(text):
        groups = [match.span() for match in _GROUP.finditer(text, *run.span())]
        for first in range(len(groups)):
            if groups[first][0] < behind:
                continue
            for number, end in _numbers(text, groups, first, run.end(), lengths):
                if told(number):
                    start = groups[first][0] - (number.before in "+(" and bool(number.before))
                    yield start, end
                    behind = end
                    break


def _numbers(
    text: str, groups: list[Span], first: int, run_end: int, lengths: range
) -> Iterator[tuple[_Number, int]]:
    """The numbers of such lengths that begin with a group, the longest first, each with its end."""
    numbers: list[tuple[_Number, int]] = []
    sizes: list[int] = []
    digits = ""
    start = groups[first][0]
    before = text[start - 1 : start]
    for a, b in groups[first : first + lengths.stop]:
        sizes.append(b - a)
        digits += text[a:b]
        if len(digits) >= lengths.stop:
            break
        ends_in_x = b + 1 == run_end and text[b] in "xX"
        whole = digits.translate(_VALUES) + "X" * ends_in_x
        if len(whole) in lengths:
            number = _Number(whole, tuple(sizes), text[start:b], before)
            numbers.append((number, b + ends_in_x))
    return reversed(numbers)


def _is_telephone(number: _Number) -> bool:
    digits = number.digits
    if number.before == "+":
        return digits.isdigit() and 9 <= len(digits) <= 15
    if _MOBILE.fullmatch(digits):
        return number.one_by_one or number.lengths in _MOBILE_GROUPS
    if _SERVICE.fullmatch(digits):
        return number.lengths in {(10,), (3, 3, 4), (3, 4, 3), (3, 7)} or number.one_by_one
    if _LANDLINE.fullmatch(digits):
        by_area = number.lengths[0] in {3, 4} and len(number.lengths) in {2, 3}
        return by_area or number.one_by_one
    between = re.sub(rf"[{_SIGNS}]", "", number.text)
    written_as_one = bool(between) and (not between.isspace() or number.before == "(")
    return number.lengths == (3, 3, 4) and written_as_one and digits[0] in "23456789"


def _is_identity_card(number: _Number) -> bool:
    digits = number.digits
    if len(digits) != 18 or digits[0] == "0" or not digits[:17].isdigit():
        return False
    try:
        born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))
    return born.year >= 1900 and digits[17] == "10X98765432"[total % 11]


def _is_bank_card(number: _Number) -> bool:
    fours = set(number.lengths[:-1]) == {4} and number.lengths[-1] <= 4
    grouped = len(number.lengths) == 1 or fours or number.one_by_one
    if not grouped or not _CARD.fullmatch(number.digits):
        return False
    doubled = (
        sum(divmod(2 * int(digit), 10)) if place % 2 else int(digit)
        for place, digit in enumerate(reversed(number.digits))
    )
    return sum(doubled) % 10 == 0


_TOLD: Final[dict[Digits, tuple[Callable[[_Number], bool], range]]] = {
    "telephone": (_is_telephone, range(9, 16)),
    "identity card": (_is_identity_card, range(18, 19)),
    "bank card": (_is_bank_card, range(16, 20)),
}
"""How each kind is told, and how many digits it has."""
