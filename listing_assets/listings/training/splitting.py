"""Splits products by their names, so that a product is where it is whatever others there are."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Final

import numpy as np

from listing_assets.hashing import digest
from listing_assets.listings.training.request import InstructionRequest, Split
from listing_assets.publishing.statistics import CROWDED, NEAR_BITS

HEX_DIGITS: Final = 13
"""52 bits of a hash make a number from 0 to 1 without rounding."""


def share_of(*name: object) -> float:
    """A number from 0 to 1, below 1, that a name has once and for all."""
    return int(digest(*name, length=HEX_DIGITS), 16) / 16**HEX_DIGITS


def split_of(name: str, request: InstructionRequest) -> Split:
    """The split of the products that go by a name."""
    place = share_of("split", request.seed, name)
    if place < request.test_share:
        return "test"
    return "validation" if place < request.test_share + request.validation_share else "train"


def connected(count: int, links: Iterable[tuple[int, int]]) -> np.ndarray:
    """For each of `count` things the smallest number of those that links join it to, int64."""
    roots = np.arange(count)

    def root(one: int) -> int:
        while roots[one] != one:
            roots[one] = roots[roots[one]]
            one = int(roots[one])
        return one

    for first, second in links:
        small, large = sorted((root(first), root(second)))
        roots[large] = small
    return np.array([root(one) for one in range(count)], dtype=np.int64)


def equal(values: Iterable[Hashable]) -> Iterator[tuple[int, int]]:
    """Links between the places of equal values; an empty or missing value is equal to none."""
    first: dict[Hashable, int] = {}
    for place, value in enumerate(values):
        if value:
            seen = first.setdefault(value, place)
            if seen != place:
                yield seen, place


def near_duplicates(hashes: Sequence[str | None]) -> Iterator[tuple[int, int]]:
    """Links between photos whose perceptual hashes (16 hex digits) differ in three bits at most.

    Two such hashes agree in at least one of their four quarters. A quarter that very many photos
    share, such as blank ones do, tells nothing.
    """
    known = np.array([place for place, one in enumerate(hashes) if one], dtype=np.int64)
    values = np.array([int(one, 16) for one in hashes if one], dtype=np.uint64)
    for quarter in range(4):
        parts = (values >> np.uint64(16 * quarter)) & np.uint64(0xFFFF)
        order = np.argsort(parts, kind="stable")
        starts = np.flatnonzero(np.diff(parts[order].astype(np.int64))) + 1
        for run in np.split(order, starts):
            if 2 <= len(run) <= CROWDED:
                distances = np.bitwise_count(values[run][:, None] ^ values[run][None, :])
                for one, other in np.argwhere(np.triu(distances <= NEAR_BITS, 1)):
                    yield int(known[run[one]]), int(known[run[other]])
