"""The limit on requests in flight: doubling, growing, shrinking, never above the ceiling."""

import heapq
import random
from collections import deque
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.endpoints.flow.concurrency import START, Concurrency, Place


def _fill(concurrency: Concurrency) -> list[Place]:
    places = []
    while concurrency.has_room:
        places.append(concurrency.begin())
    return places


def _serve(
    concurrency: Concurrency, latency: Callable[[int], float], count: int, now: float = 0.0
) -> list[tuple[float, int]]:
    """Moment and limit after each of `count` answers, with as many in flight as there may be.

    `latency` tells how long an answer takes, by the number in flight when it is asked for.
    """
    flying: list[tuple[float, int, float, Place]] = []
    history = []
    for _ in range(count):
        for place in _fill(concurrency):
            due = now + latency(place.in_flight)
            heapq.heappush(flying, (due, place.number, now, place))
        now, _, began, place = heapq.heappop(flying)
        concurrency.answered(place, now, now - began)
        history.append((now, concurrency.limit))
    for _, _, _, place in flying:
        concurrency.ended(place, 0.0)
    return history


def _limits_after_trips(history: list[tuple[float, int]], trips: int) -> list[int]:
    """The limit at the end of each round trip of 0.2 seconds."""
    return [
        max(limit for moment, limit in history if moment < history[0][0] + 0.2 * trip - 0.1)
        for trip in range(1, trips + 1)
    ]


def _full_at(limit: int, ceiling: int = 64) -> tuple[Concurrency, list[Place]]:
    """Doubled up to at least `limit`, and full."""
    concurrency = Concurrency(ceiling)
    while concurrency.limit < limit:
        _serve(concurrency, lambda _: 0.2, 1)
    return concurrency, _fill(concurrency)


def test_it_starts_with_few_and_doubles_each_round_trip_up_to_the_ceiling() -> None:
    concurrency = Concurrency(100)
    assert concurrency.limit == START
    history = _serve(concurrency, lambda _: 0.2, 500)
    assert _limits_after_trips(history, 5) == [16, 32, 64, 100, 100]


def test_it_starts_no_higher_than_the_ceiling() -> None:
    assert Concurrency(3).limit == 3


def test_a_limit_that_is_not_reached_does_not_grow() -> None:
    concurrency = Concurrency(64)
    for _ in range(100):
        concurrency.answered(concurrency.begin(), 0.0, 0.2)
    assert concurrency.limit == START


def test_a_refusal_shows_how_many_are_taken() -> None:
    concurrency, places = _full_at(60)
    forty_first = next(place for place in places if place.in_flight == 41)
    concurrency.refused(forty_first, 1.0)
    assert concurrency.limit == 36


def test_a_refusal_never_takes_more_than_a_little_over_half() -> None:
    concurrency, places = _full_at(60)
    concurrency.refused(Place(places[-1].number, 1), 1.0)
    assert concurrency.limit == 27


def test_refusals_of_what_left_before_shrinking_change_nothing() -> None:
    concurrency, places = _full_at(60)
    concurrency.refused(places[-1], 1.0)
    lower = concurrency.limit
    for place in places[:-1]:
        concurrency.refused(place, 100.0)
    assert concurrency.limit == lower


def test_it_shrinks_once_a_round_trip() -> None:
    concurrency, places = _full_at(60)
    concurrency.refused(places.pop(), 1.0)
    lower = concurrency.limit
    while not concurrency.has_room:
        concurrency.ended(places.pop(), 0.0)
    concurrency.refused(concurrency.begin(), 1.1)
    assert concurrency.limit == lower
    concurrency.refused(concurrency.begin(), 1.3)
    assert concurrency.limit < lower


def test_it_shrinks_sooner_where_most_are_refused() -> None:
    concurrency, places = _full_at(60)
    concurrency.refused(places.pop(), 1.0)
    while concurrency.in_flight:
        concurrency.ended(places.pop(), 0.0)
    lower = concurrency.limit
    for place in _fill(concurrency):
        concurrency.refused(place, 1.01)
    assert concurrency.limit < lower


def test_after_trouble_it_grows_by_one_a_round_trip_and_faster_when_it_is_long_quiet() -> None:
    concurrency, places = _full_at(60, ceiling=1_000)
    concurrency.refused(places.pop(), 0.0)
    for place in places:
        concurrency.ended(place, 0.0)
    assert concurrency.limit == 54
    limits = _limits_after_trips(_serve(concurrency, lambda _: 0.2, 5_000, now=10.0), 40)
    assert limits[9] - limits[0] in {8, 9, 10}
    assert 17 <= limits[19] - limits[9] <= 22
    assert 60 <= limits[39] - limits[29] <= 90


def test_after_an_outage_it_starts_low_and_doubles_to_half_of_what_it_had() -> None:
    concurrency, places = _full_at(60)
    concurrency.restart()
    assert concurrency.limit == START
    for place in places:
        concurrency.ended(place, 0.0)
    history = _serve(concurrency, lambda _: 0.2, 200, now=10.0)
    assert _limits_after_trips(history, 4) == [16, 30, 31, 32]


def test_it_goes_down_to_one_and_no_further() -> None:
    concurrency = Concurrency(64)
    for moment in range(1_000):
        concurrency.refused(concurrency.begin(), float(moment))
    assert concurrency.limit == 1
    assert concurrency.has_room


@pytest.mark.parametrize("seconds", [0.05, 30.0])
def test_a_queueing_endpoint_is_not_given_ever_more(seconds: float) -> None:
    """It works on four at once, so that answers come the later the more are in flight."""
    concurrency = Concurrency(256)
    _serve(concurrency, lambda in_flight: seconds * max(1, in_flight / 4), 3_000)
    assert concurrency.limit <= 32


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0, 1.5])
@pytest.mark.parametrize("ceiling", [64, 256])
def test_answers_that_take_different_times_shrink_nothing(spread: float, ceiling: int) -> None:
    rng = random.Random(7)
    history = _serve(
        Concurrency(ceiling), lambda _: 0.2 * rng.lognormvariate(0, spread), 12 * ceiling
    )
    assert {limit for _, limit in history[2 * ceiling :]} == {ceiling}


@pytest.mark.parametrize("seed", range(5))
def test_answers_that_take_either_short_or_long_shrink_nothing(seed: int) -> None:
    rng = random.Random(seed)
    history = _serve(Concurrency(64), lambda _: rng.choice((0.2, 3.0)), 1_000)
    limits = [limit for _, limit in history]
    assert limits == sorted(limits)
    assert limits[-1] == 64


def test_a_chance_row_of_short_answers_is_no_measure_for_the_others() -> None:
    """One answer in five takes fifteen times as long; in some runs none of the first does."""
    lowest = []
    for seed in range(40):
        rng = random.Random(seed)
        history = _serve(Concurrency(64), lambda _: 3.0 if rng.random() < 0.2 else 0.2, 768)  # noqa: B023
        lowest.append(min(limit for _, limit in history[192:]))
    assert min(lowest) >= 48
    assert lowest.count(64) >= 35


def test_an_endpoint_that_becomes_slower_by_itself_is_not_given_fewer() -> None:
    concurrency, rng = Concurrency(64), random.Random(3)
    _serve(concurrency, lambda _: 0.2 * rng.uniform(0.5, 1.5), 1_000)
    history = _serve(concurrency, lambda _: 1.0 * rng.uniform(0.5, 1.5), 1_000, now=100.0)
    assert {limit for _, limit in history} == {64}


def test_what_an_endpoint_could_do_once_is_forgotten() -> None:
    """It becomes slower at a time when the limit is still low; the limit grows nevertheless."""
    concurrency, places = _full_at(60, ceiling=256)
    concurrency.refused(places[-1], 0.0)
    for place in places:
        concurrency.ended(place, 0.0)
    _serve(concurrency, lambda _: 0.2, 500, now=10.0)
    assert concurrency.limit < 80
    _serve(concurrency, lambda _: 1.0, 20_000, now=100.0)
    assert concurrency.limit == 256


def test_queueing_shows_among_requests_that_fail() -> None:
    """Every fourth one fails at once and tells nothing."""
    concurrency, flying, now = Concurrency(256), deque[tuple[float, Place]](), 0.0
    for _ in range(2_000):
        flying.extend((now, place) for place in _fill(concurrency))
        began, place = flying.popleft()
        if place.number % 4:
            now += 0.05
            concurrency.answered(place, now, now - began)
        else:
            concurrency.ended(place, now)
    assert concurrency.limit < 100


def test_an_engine_that_batches_is_given_all_it_can_use() -> None:
    """More in flight makes each answer later, and still brings more of them a second."""
    concurrency = Concurrency(64)
    _serve(concurrency, lambda in_flight: 0.2 + 0.01 * in_flight, 3_000)
    assert concurrency.limit == 64


def test_where_a_third_times_out_the_limit_is_halved() -> None:
    concurrency = Concurrency(START)
    for number, place in enumerate(_fill(concurrency)):
        if number % 2:
            concurrency.timed_out(place, 5.0, 5.0)
        else:
            concurrency.answered(place, 5.0, 4.0)
    assert concurrency.limit == START // 2


@settings(max_examples=100)
@given(
    st.integers(1, 300),
    st.lists(st.tuples(st.sampled_from("aaaaaarteo"), st.integers(0, 400)), max_size=400),
)
def test_in_flight_is_never_above_the_ceiling(ceiling: int, events: list[tuple[str, int]]) -> None:
    """Whatever happens, in whatever order requests come back."""
    concurrency, flying = Concurrency(ceiling), []
    for now, (event, which) in enumerate(events):
        flying += _fill(concurrency)
        assert len(flying) == concurrency.in_flight <= ceiling
        assert 1 <= concurrency.limit <= ceiling
        if event == "o":
            concurrency.restart()
            continue
        if not flying:
            continue
        place = flying.pop(which % len(flying))
        if event == "a":
            concurrency.answered(place, now, which / 100)
        elif event == "r":
            concurrency.refused(place, now)
        elif event == "t":
            concurrency.timed_out(place, now, 5.0)
        else:
            concurrency.ended(place, now)
