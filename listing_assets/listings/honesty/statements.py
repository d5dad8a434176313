"""What a statement is: some words of a text that say one thing of a product.

The finders (`amounts`, `money`, `condition`, `looks`, `names`) give statements of a plain text; the
same finders read a description and the evidence for it, so that the two can be compared by meaning.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from listing_assets.listings.draft import ClaimKind


@dataclass(frozen=True, slots=True)
class Amount:
    """Numbers with a unit, each in the base unit of its dimension.

    `dimensions` has more than one entry where the unit is ambiguous: 128G is storage or a mass.
    `exact` is whether the unit is metric: others agree with metric ones only nearly.
    """

    dimensions: tuple[tuple[str, tuple[float, ...]], ...]
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Price:
    """Sums of money. `role` is current, former, saving or discount (in percent off).

    `currency` is empty where the text names none.
    """

    role: str
    values: tuple[float, ...]
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A meaning that a word of a list has, such as the colour red, and what follows from it."""

    meaning: str
    implied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """The state of an item: a grade from 5 (new) to 1 (damaged), or something said about it.

    `about` is `grade`, `defect`, `no defect`, `works`, `battery` or `complete`; `detail` is the
    defect or the battery's health.
    """

    about: str
    grade: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A brand or a model, as it is written."""

    text: str


Meaning = Amount | Price | Words | Condition | Name


@dataclass(frozen=True, slots=True)
class Statement:
    """The characters `start` to `end` of a plain text, and what they say."""

    kind: ClaimKind
    meaning: Meaning
    start: int
    end: int


def apart(statements: Iterable[Statement]) -> list[Statement]:
    """Those that do not overlap one before them, in the order of the text.

    Give the statements in the order of precedence.
    """
    kept: list[Statement] = []
    taken: set[int] = set()
    for statement in statements:
        places = range(statement.start, statement.end)
        if taken.isdisjoint(places):
            kept.append(statement)
            taken.update(places)
    return sorted(kept, key=lambda statement: statement.start)
