"""The breaker opens after a row of failures, probes one at a time, and tells when to give up."""

import math

import pytest

from resources.endpoints.flow.breaker import Breaker, Outage
from resources.endpoints.flow.patience import Patience

PATIENCE = Patience(failures_to_open=3, pause=5.0, down=60.0)


def _opened_at(now: float) -> Breaker:
    breaker = Breaker(PATIENCE)
    for _ in range(3):
        assert breaker.failed(now, probe=breaker.begin()) is None
    assert breaker.is_open
    return breaker


def test_it_opens_after_so_many_failures_in_a_row() -> None:
    breaker = Breaker(PATIENCE)
    for _ in range(2):
        breaker.failed(0.0, probe=False)
    breaker.answered()
    for _ in range(2):
        breaker.failed(1.0, probe=False)
    assert not breaker.is_open
    assert breaker.wait(1.0) == 0.0
    breaker.failed(1.0, probe=False)
    assert breaker.is_open
    assert breaker.wait(1.0) == 5.0


def test_one_request_at_a_time_probes_after_the_pause() -> None:
    breaker = _opened_at(0.0)
    assert breaker.wait(4.0) == 1.0
    assert breaker.wait(5.0) == 0.0
    assert breaker.begin()
    assert breaker.wait(5.0) == math.inf
    breaker.failed(6.0, probe=True)
    assert breaker.wait(6.0) == 10.0


def test_each_failed_probe_doubles_the_pause_and_the_last_one_is_when_patience_ends() -> None:
    breaker, now, probes = _opened_at(0.0), 0.0, []
    down = None
    while down is None:
        now += breaker.wait(now)
        probes.append(now)
        down = breaker.failed(now, probe=breaker.begin())
    assert probes == [5.0, 15.0, 35.0, 60.0]
    assert down == 60.0


def test_failures_that_left_before_it_opened_do_not_lengthen_the_pause() -> None:
    breaker = _opened_at(0.0)
    assert breaker.failed(3.0, probe=False) is None
    assert breaker.wait(3.0) == 2.0


def test_any_answer_closes_it_and_the_next_outage_begins_with_the_first_pause() -> None:
    breaker = _opened_at(0.0)
    breaker.begin()
    breaker.failed(5.0, probe=True)
    breaker.begin()
    breaker.answered()
    assert not breaker.is_open
    for _ in range(3):
        breaker.failed(100.0, probe=False)
    assert breaker.wait(100.0) == 5.0


def test_a_probe_that_tells_nothing_lets_another_one_go() -> None:
    breaker = _opened_at(0.0)
    breaker.abandoned(probe=breaker.begin())
    assert breaker.is_open
    assert breaker.wait(5.0) == 0.0


def test_a_refusal_is_a_sign_of_life_and_its_time_counts_until_an_answer() -> None:
    breaker = _opened_at(0.0)
    breaker.begin()
    assert breaker.refused(10.0) == 0.0
    assert not breaker.is_open
    assert breaker.refused(25.0) == 15.0
    breaker.answered()
    assert breaker.refused(30.0) == 0.0


def _fail(breaker: Breaker, now: float, *, is_unreached: bool, is_first: bool = True) -> None:
    breaker.failed(now, probe=breaker.begin(), is_first=is_first, is_unreached=is_unreached)


def test_where_nothing_was_ever_reached_fewer_failures_of_any_call_open_it() -> None:
    breaker = Breaker(Patience(failures_to_open=8, unreached_to_open=3))
    _fail(breaker, 0.0, is_unreached=True)
    _fail(breaker, 1.0, is_unreached=True, is_first=False)
    assert not breaker.is_open
    _fail(breaker, 2.0, is_unreached=True, is_first=False)
    assert breaker.outage(3.0) == Outage(lasted=3.0, next_try=4.0, left=12.0)


def test_where_nothing_was_ever_reached_it_gives_up_sooner() -> None:
    breaker, now, down = Breaker(Patience(unreached=15.0, down=120.0)), 0.0, None
    while down is None:
        now += breaker.wait(now)
        down = breaker.failed(now, probe=breaker.begin(), is_unreached=True)
    assert down == now == 15.0


@pytest.mark.parametrize("sign", ["answered", "refused", "failed"])
def test_any_sign_of_life_gives_it_the_usual_time(sign: str) -> None:
    breaker = Breaker(Patience(failures_to_open=3, unreached=15.0, down=120.0))
    if sign == "failed":
        _fail(breaker, 0.0, is_unreached=False)
    elif sign == "refused":
        breaker.refused(0.0)
    else:
        breaker.answered()
    for _ in range(3):
        _fail(breaker, 0.0, is_unreached=True)
    outage = breaker.outage(0.0)
    assert outage is not None and outage.left == 120.0


def test_a_closed_one_has_no_outage() -> None:
    assert Breaker(PATIENCE).outage(1.0) is None


@pytest.mark.parametrize("down", [0.0, 1.0])
def test_the_first_pause_is_no_longer_than_being_down_may_last(down: float) -> None:
    breaker = Breaker(Patience(failures_to_open=1, pause=5.0, down=down))
    breaker.failed(0.0, probe=False)
    assert breaker.wait(0.0) == down
    assert breaker.failed(down, probe=breaker.begin()) == down
