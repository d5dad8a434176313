"""Whether values agree with those of people: attributes of drafts, tags of photos."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from listing_assets.listings.definitions import AttributeTemplates
from listing_assets.listings.definitions.names import name_key
from listing_assets.listings.honesty.amounts import amounts, same_amount
from listing_assets.listings.honesty.plain import plain
from listing_assets.listings.honesty.statements import Amount
from listing_assets.tagging.wording import folded

_PARTS: Final = re.compile(r"\s+/\s+|[;；、|]|,(?!\d)|，")
_SIGNS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How often a value was right.

    `told` counts what people told, `answered` how much of it was answered at all, `right` how much
    of it rightly. `left_out` counts what people told and no answer could have equalled.
    """

    name: str
    told: int
    answered: int
    right: int
    left_out: int = 0

    @property
    def accuracy(self) -> float:
        """The share of what people told that was answered rightly; at least one was told."""
        return self.right / self.told

    @property
    def precision(self) -> float | None:
        """The share of the answers that are right; None without an answer."""
        return self.right / self.answered if self.answered else None


def accuracies(
    compared: Iterable[tuple[Mapping[str, str], Mapping[str, str]]],
) -> tuple[Accuracy, ...]:
    """The accuracy of each attribute over listings, each with its values and those of a person.

    The attributes that people tell most often come first.
    """
    counts: dict[str, list[int]] = {}
    for values, human in compared:
        for name, value in human.items():
            count = counts.setdefault(name, [0, 0, 0])
            count[0] += 1
            count[1] += name in values
            count[2] += name in values and same_values(values[name], value)
    ordered = sorted(counts, key=lambda name: -counts[name][0])
    return tuple(Accuracy(name, *counts[name]) for name in ordered)


def same_values(value: str, human: str) -> bool:
    """Whether all that `value` says is among what a person says.

    Several values are separated by commas, semicolons or ` / `. Case, width, blanks and signs do
    not count, and 0.5 L is 500 ml.
    """
    told = _parts(human)
    said = _parts(value)
    return bool(said) and all(any(_same(one, other) for other in told) for one in said)


def same_category(one: str, other: str, templates: AttributeTemplates) -> bool:
    """Whether two names mean one category: the same name, or the same template is for both."""
    if name_key(one) == name_key(other):
        return True
    template = templates.own(one)
    return template is not None and template is templates.own(other)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in _PARTS.split(text) if part.strip()]


def _same(one: str, other: str) -> bool:
    (words, figures), (other_words, others) = _read(one), _read(other)
    if words != other_words or len(figures) != len(others):
        return False
    alike = (same_amount(figure, its) for figure, its in zip(figures, others, strict=True))
    return bool(words or figures) and all(alike)


def _read(text: str) -> tuple[str, list[Amount]]:
    """The words of a value without its amounts, and these."""
    original = plain(text).text
    figures = []
    rest, end = [], 0
    for said in sorted(amounts(original), key=lambda one: one.start):
        if isinstance(said.meaning, Amount) and said.start >= end:
            figures.append(said.meaning)
            rest.append(original[end : said.start])
            end = said.end
    return _SIGNS.sub("", folded("".join([*rest, original[end:]]))), figures
