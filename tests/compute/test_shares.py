"""What tasks are given to do, and whose work a photo is."""

import pickle
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from listing_assets.imaging.on_cluster import (
    FEWEST_ROWS,
    MOST_BYTES,
    MOST_ROWS,
    SharedClaims,
    cut,
)
from listing_assets.imaging.spec import NormalizationSpec
from resources.endpoints.complaints import RequestRefused
from resources.endpoints.faults import CallFault
from resources.endpoints.interface import Usage

sizes = st.lists(st.integers(0, 2**20) | st.integers(0, 2 * MOST_BYTES), max_size=400)


@given(sizes, st.integers(0, 1000), st.integers(1, 8))
def test_batches_hold_every_row_once_in_order_and_are_bounded(
    sizes: list[int], expected: int, shares: int
) -> None:
    rows = [{"key": str(place), "size": size} for place, size in enumerate(sizes)]
    batches = list(cut(iter(rows), expected, shares))
    assert [row for batch in batches for row in batch.rows] == rows
    assert len({batch.id for batch in batches}) == len(batches)
    for batch in batches:
        assert 1 <= len(batch.rows) <= MOST_ROWS
        assert len(batch.rows) == 1 or sum(row["size"] for row in batch.rows) <= MOST_BYTES


def test_batches_grow_small_towards_the_end_so_that_no_processor_waits_long() -> None:
    rows = [{"key": str(place), "size": 1} for place in range(1200)]
    held = [len(batch.rows) for batch in cut(iter(rows), len(rows), shares=4)]
    assert held[0] == 256
    assert held == sorted(held, reverse=True)
    assert max(held[-4:]) <= 2 * FEWEST_ROWS


def test_a_batch_gets_again_what_it_had_claimed_and_no_other_does(tmp_path: Any) -> None:
    claims = SharedClaims(str(tmp_path), NormalizationSpec(), work_again=False)
    photo, other = "ab" * 32, "cd" * 32
    assert claims.claim("first", {photo}) == {photo}
    assert not claims.claim("second", {photo})
    assert claims.claim("first", {photo}) == {photo}, "its task was lost and is done again"
    claims.finished("first")
    assert claims.claim("third", {photo, other}) == {other}


def test_faults_travel_whole() -> None:
    fault = CallFault(
        "rate_limited",
        "busy",
        "slower, please",
        retry_after_seconds=2.5,
        usage=Usage(7, 1, 0.5),
        may_be_input=True,
    )
    there = pickle.loads(pickle.dumps(fault))
    assert type(there) is CallFault and str(there) == str(fault)
    assert vars(there) == vars(fault)
    refused = RequestRefused("schema", "invalid_schema")
    again = pickle.loads(pickle.dumps(refused))
    assert type(again) is RequestRefused and vars(again) == vars(refused)
