"""What measuring one feature gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Measured:
    """A value from 0 to 1, None where it cannot be known, and what would raise it."""

    value: float | None
    advice: str = ""


def share(part: float, whole: float) -> float:
    """How much of the whole a part is, from 0 to 1; of nothing, nothing is missing."""
    return min(1.0, max(0.0, part / whole)) if whole > 0 else 1.0


def listed(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    told = ", ".join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return f"{told} and {more} more" if more > 0 else told
