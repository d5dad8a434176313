"""Backoff: full jitter under a bound that doubles, and never before Retry-After."""

import random

from hypothesis import given
from hypothesis import strategies as st

from resources.endpoints.flow.backoff import backoff
from resources.endpoints.flow.patience import Patience

PATIENCE = Patience(first_backoff=0.5, longest_backoff=30.0)


@given(st.integers(0, 5_000), st.integers())
def test_it_is_never_longer_than_its_bound(failures: int, seed: int) -> None:
    random.seed(seed)
    bound = min(30.0, 0.5 * 2 ** (min(max(failures, 1), 20) - 1))
    assert 0.0 <= backoff(PATIENCE, failures) <= bound


def test_it_spreads_over_the_whole_of_its_bound() -> None:
    random.seed(1)
    drawn = [backoff(PATIENCE, 3) for _ in range(1_000)]
    assert min(drawn) < 0.1
    assert max(drawn) > 1.9


@given(st.floats(0.001, 1_000), st.integers(1, 20), st.integers())
def test_it_is_at_least_retry_after_and_at_most_twice_as_long(
    retry_after: float, failures: int, seed: int
) -> None:
    random.seed(seed)
    assert retry_after <= backoff(PATIENCE, failures, retry_after) <= 2 * retry_after


def test_a_retry_after_of_nothing_still_backs_off() -> None:
    random.seed(1)
    assert max(backoff(PATIENCE, 5, 0.0) for _ in range(100)) > 5.0
