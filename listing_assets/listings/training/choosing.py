"""Chooses the listings that are taught: all are judged, then a balanced sample is drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from listing_assets.listings.training.cleaning import (
    Cleaning,
    Removed,
    Step,
    StepName,
    told,
    too_many,
)
from listing_assets.listings.training.listings import Listings
from listing_assets.listings.training.request import InstructionRequest

LOADED: Final = 32
"""Listings whose photos are read from the lake at once."""


@dataclass(frozen=True)
class Chosen:
    """What became of the listings, by number: the `categories` of those that are kept, and the
    step and reason of those that were removed.
    """

    found: int
    categories: dict[int, str]
    outcomes: dict[int, tuple[StepName, str]]
    removed: tuple[Removed, ...]

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps for the manifest; what they removed and what is left add up."""
        return told(self.removed, self.found)


def choose(
    listings: Listings,
    steps: tuple[Step, ...],
    request: InstructionRequest,
    passed: Callable[[int], None],
) -> Chosen:
    """Judge all listings by the steps and balance the rest. `passed` is told how many were."""
    cleaning = Cleaning(steps)
    categories: dict[int, str] = {}
    outcomes: dict[int, tuple[StepName, str]] = {}
    for start in range(0, len(listings), LOADED):
        batch = listings.load(range(start, min(start + LOADED, len(listings))))
        for listing, outcome in zip(batch, cleaning.judge(batch), strict=True):
            if outcome is None:
                categories[listing.number] = listing.category
            else:
                outcomes[listing.number] = outcome
        passed(len(batch))
    names = {number: listings.listing_ids[number] for number in categories}
    balance = Removed("balance")
    for number, reason in too_many(categories, names, request).items():
        del categories[number]
        outcomes[number] = ("balance", reason)
        balance.reasons[reason] += 1
    return Chosen(len(listings), categories, outcomes, (*cleaning.removed, balance))
