"""Bounded streams: few in flight, results as they finish, paid results before errors."""

import asyncio
import threading
import time

import pytest

from listing_assets.streams import in_event_loop, in_threads


def test_threads_yield_every_result_and_never_exceed_the_concurrency() -> None:
    flying, most, lock = 0, 0, threading.Lock()

    def work(item: int) -> int:
        nonlocal flying, most
        with lock:
            flying += 1
            most = max(most, flying)
        time.sleep(0.005)
        with lock:
            flying -= 1
        return item

    assert sorted(in_threads(range(50), work, 4)) == list(range(50))
    assert 1 < most <= 4


def test_threads_take_items_only_as_they_have_room() -> None:
    taken: list[int] = []

    def items():
        for item in range(100):
            taken.append(item)
            yield item

    results = in_threads(items(), lambda item: item, 3)
    next(results)
    assert len(taken) <= 4


def test_calls_never_exceed_the_concurrency_and_all_come_back() -> None:
    flying = most = 0

    async def call(item: int) -> int:
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        await asyncio.sleep(0.002)
        flying -= 1
        return item

    assert sorted(in_event_loop(range(60), call, 5)) == list(range(60))
    assert 1 < most <= 5


def test_results_in_flight_come_before_the_error_because_they_were_paid() -> None:
    closed: list[bool] = []

    async def call(item: int) -> int:
        if item == 2:
            raise RuntimeError("refused")
        await asyncio.sleep(0.05)
        return item

    async def close() -> None:
        closed.append(True)

    got = []
    with pytest.raises(RuntimeError, match="refused"):
        # Not extend(): what came before the error is looked at.
        for result in in_event_loop(range(100), call, 4, close):
            got += [result]
    assert {0, 1} <= set(got)
    assert len(got) <= 4
    assert closed == [True]


def test_an_error_of_the_items_ends_the_stream_with_it() -> None:
    def items():
        yield 1
        raise ValueError("the lake is gone")

    async def call(item: int) -> int:
        return item

    results = in_event_loop(items(), call, 2)
    assert next(results) == 1
    with pytest.raises(ValueError, match="lake is gone"):
        next(results)


def test_a_stop_cancels_the_calls_that_go_on_and_keeps_what_is_there() -> None:
    stopping = threading.Event()

    async def call(item: int) -> int:
        await asyncio.sleep(0.01 if item < 3 else 60)
        return item

    results = in_event_loop(range(10), call, 4, None, stopping)
    got = [next(results) for _ in range(3)]
    began = time.monotonic()
    stopping.set()
    with pytest.raises(InterruptedError):
        next(results)
    assert time.monotonic() - began < 10
    assert sorted(got) == [0, 1, 2]
