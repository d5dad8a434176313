"""A sample is spread over all that the photos show."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from listing_assets.tagging.sampling import farthest_points, hash_points


def test_the_first_is_the_most_typical_and_the_next_are_the_farthest() -> None:
    line = np.array([[0.0], [1.0], [2.0], [3.0], [10.0]], dtype=np.float32)
    assert farthest_points(line, 3) == [3, 4, 0]


def test_each_cluster_is_met_before_any_twice() -> None:
    chance = np.random.default_rng(0)
    middles = np.array([[0, 0], [50, 0], [0, 50], [50, 50]])
    points = np.concatenate([middle + chance.normal(size=(30, 2)) for middle in middles])
    assert {place // 30 for place in farthest_points(points, 4)} == {0, 1, 2, 3}


def test_equal_photos_are_taken_where_there_are_no_others() -> None:
    assert sorted(farthest_points(np.zeros((4, 3)), 3)) == [0, 1, 2]
    assert farthest_points(np.zeros((0, 3)), 3) == []


@given(
    st.lists(st.lists(st.floats(-10, 10), min_size=2, max_size=2), min_size=1, max_size=30),
    st.integers(1, 40),
)
def test_so_many_different_places_are_chosen_as_there_are(
    points: list[list[float]], count: int
) -> None:
    chosen = farthest_points(np.array(points), count)
    assert len(set(chosen)) == len(chosen) == min(count, len(points))


def test_the_distance_of_hashes_is_the_number_of_bits_that_differ() -> None:
    one, other, none = hash_points(["00000000000000ff", "000000000000000f", None])
    assert one.shape == (64,)
    assert ((one - other) ** 2).sum() == pytest.approx(4)
    assert none.sum() == 0
