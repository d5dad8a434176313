"""Rates per minute hold in every second, are used in full, and tokens are settled by usage."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.endpoints.flow.rates import SMOOTHNESS, RequestRate, TokenRate

MOMENT = 1e-9
"""For sums of floats."""


def _depart(rate: RequestRate, arrivals: list[float]) -> list[float]:
    now, departures = 0.0, []
    for gap in arrivals:
        now += gap
        now += rate.wait(now)
        rate.take(now)
        departures.append(now)
    return departures


def _most_within(seconds: float, departures: list[float]) -> int:
    return max(
        sum(start <= moment < start + seconds - MOMENT for moment in departures)
        for start in departures
    )


@given(
    st.integers(1, 12_000),
    st.lists(st.one_of(st.just(0.0), st.floats(0, 3)), min_size=1, max_size=300),
)
def test_no_second_has_more_requests_than_its_share_of_the_minute(
    per_minute: int, arrivals: list[float]
) -> None:
    departures = _depart(RequestRate(per_minute), arrivals)
    share = per_minute / 60
    # Below ten a second they leave evenly; 90 a minute are then 2, 1, 2, 1 … by second.
    assert _most_within(1.0, departures) <= (share if share >= 10 else math.ceil(share))


@pytest.mark.parametrize("per_minute", [7, 60, 90, 600, 1_000, 6_000])
def test_a_steady_stream_uses_the_rate(per_minute: int) -> None:
    departures = _depart(RequestRate(per_minute), [0.0] * (2 * per_minute + 1))
    assert departures[-1] == pytest.approx(120, rel=0.05)


def test_requests_leave_evenly_and_not_in_one_burst_a_minute() -> None:
    even = _depart(RequestRate(300), [0.0] * 11)
    assert even == pytest.approx([0.2 * number for number in range(11)])
    fast = _depart(RequestRate(6_000), [0.0] * 101)
    assert _most_within(0.1, fast) == 10


def test_a_request_that_did_not_leave_makes_room_for_another() -> None:
    rate = RequestRate(60)
    rate.take(0.0)
    assert rate.wait(0.0) == pytest.approx(1.0)
    rate.give_back()
    assert rate.wait(0.0) == 0.0


def test_without_a_ceiling_nothing_waits() -> None:
    requests, tokens = RequestRate(None), TokenRate(None)
    for _ in range(100):
        requests.take(5.0)
        tokens.correct(tokens.take(5.0, 10**9), 10**9)
    assert requests.wait(5.0) == tokens.wait(5.0) == 0.0


@given(
    st.integers(600, 10**6),
    st.lists(st.tuples(st.floats(0, 2), st.integers(1, 5_000)), min_size=2, max_size=200),
)
def test_tokens_of_any_stretch_stay_within_the_rate_and_one_request(
    per_minute: int, requests: list[tuple[float, int]]
) -> None:
    rate, now, left = TokenRate(per_minute), 0.0, []
    for gap, tokens in requests:
        now += gap
        now += rate.wait(now)
        rate.take(now, tokens)
        left.append((now, tokens))
    per_second = per_minute / 60
    for index, (begin, _) in enumerate(left):
        total = 0.0
        for end, tokens in left[index:]:
            # The one that leaves last is paid for by those after it.
            assert total <= (end - begin + SMOOTHNESS) * per_second * (1 + MOMENT) + MOMENT
            total += tokens


def test_a_request_larger_than_the_minute_leaves_alone_and_is_paid_for_afterwards() -> None:
    rate = TokenRate(600)
    assert rate.wait(100.0) == 0.0
    rate.take(100.0, 6_000)
    assert rate.wait(100.0) == pytest.approx(600 - SMOOTHNESS)


def test_an_estimate_is_corrected_by_what_was_used() -> None:
    rate = TokenRate(6_000)
    charged = rate.take(0.0, 100)
    rate.correct(charged, 300)
    assert rate.wait(0.0) == pytest.approx(3.0 - SMOOTHNESS)
    rate.correct(300, 0)
    assert rate.wait(0.0) == 0.0


def test_without_an_estimate_a_request_is_charged_what_others_used() -> None:
    rate = TokenRate(6_000)
    first = rate.take(0.0, 0)
    assert first == 0.0
    rate.correct(first, 500)
    assert rate.take(10.0, 0) == 500.0


def test_tokens_of_a_request_that_did_not_leave_are_given_back() -> None:
    rate = TokenRate(6_000)
    rate.give_back(rate.take(0.0, 1_000))
    assert rate.wait(0.0) == 0.0
