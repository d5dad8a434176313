"""Flow control as a whole, in virtual time: it finds out what an endpoint takes and holds to it."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.endpoints.faults import CallFault
from resources.endpoints.flow import Answer, Call, Caller, Patience
from resources.endpoints.interface import Usage
from resources.endpoints.metering import Unmetered
from resources.errors import EndpointStoppedError
from tests.endpoints.flow.recording import RecordingMeter, endpoint
from tests.endpoints.flow.virtual_time import run

GOOD = Answer("a chair", Usage(100, 10))


class Endpoint:
    """Takes `limit` requests at once, answers each after 0.2 seconds, refuses others at once."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.in_flight = self.most = self.refused = 0
        self._area, self._changed = 0.0, 0.0

    async def attempt(self) -> Answer[str]:
        if self.in_flight >= self.limit:
            self.refused += 1
            await asyncio.sleep(0.002)
            raise CallFault("rate_limited", "busy")
        self._change(1)
        try:
            await asyncio.sleep(0.2)
        finally:
            self._change(-1)
        return GOOD

    def mean_since_last_asked(self, seconds: float) -> float:
        self._change(0)
        mean, self._area = self._area / seconds, 0.0
        return mean

    def _change(self, by: int) -> None:
        now = asyncio.get_running_loop().time()
        self._area += self.in_flight * (now - self._changed)
        self._changed = now
        self.in_flight += by
        self.most = max(self.most, self.in_flight)


def _means(limit: int, ceiling: int, seconds: int) -> tuple[list[float], Endpoint]:
    """Mean requests in flight in each second under a load of `ceiling` calls, and the endpoint."""
    random.seed(1)
    served = Endpoint(limit)

    async def main() -> list[float]:
        caller = Caller(endpoint(ceiling), Unmetered())

        async def work() -> None:
            while True:
                await caller.call(served.attempt)

        workers = [asyncio.create_task(work()) for _ in range(ceiling)]
        means = []
        for _ in range(seconds):
            await asyncio.sleep(1)
            means.append(served.mean_since_last_asked(1.0))
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        return means

    return run(main()), served


@pytest.mark.parametrize("ceiling", [48, 64, 256])
def test_a_hidden_limit_is_found_soon_and_held(ceiling: int) -> None:
    means, served = _means(40, ceiling, 30)
    assert min(means[3:]) >= 0.9 * 40
    assert served.refused < 0.03 * sum(means) / 0.2, "few requests are wasted on finding it"


@pytest.mark.parametrize("ceiling", [1, 5, 64, 256])
def test_a_healthy_endpoint_is_used_up_to_the_ceiling_and_never_above(ceiling: int) -> None:
    means, served = _means(10_000, ceiling, 10)
    assert means[3:] == pytest.approx([ceiling] * 7)
    assert served.most == ceiling


def test_a_limit_that_falls_is_followed_down_and_up_again() -> None:
    random.seed(1)
    served = Endpoint(60)

    async def main() -> list[float]:
        caller = Caller(endpoint(64), Unmetered())

        async def work() -> None:
            while True:
                await caller.call(served.attempt)

        workers = [asyncio.create_task(work()) for _ in range(64)]
        means = []
        for limit in (60, 10, 60):
            served.limit = limit
            await asyncio.sleep(25)
            served.mean_since_last_asked(25.0)
            await asyncio.sleep(5)
            means.append(served.mean_since_last_asked(5.0))
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        return means

    high, low, high_again = run(main())
    assert high >= 54
    assert 8 <= low <= 10
    assert high_again >= 54


FAULTS = {
    "busy": CallFault("rate_limited", "busy"),
    "wait": CallFault("rate_limited", "busy", retry_after_seconds=3.0),
    "passing": CallFault("server_error", "passing"),
    "lasting": CallFault("bad_request", "lasting"),
    "stopping": CallFault("key_refused", "stopping"),
}
ENDS = st.sampled_from([*["ok"] * 12, *FAULTS, "stall", "bug", "cancel"])


def _attempt_that(
    end: str, seconds: float, counted: list[int]
) -> Callable[[], Awaitable[Answer[str]]]:
    async def attempt() -> Answer[str]:
        counted[0] += 1
        counted[1] = max(counted)
        try:
            await asyncio.sleep(100 if end == "stall" else seconds)
        finally:
            counted[0] -= 1
        if end == "bug":
            raise ZeroDivisionError
        if end in FAULTS and random.random() < 0.7:
            raise FAULTS[end]
        return GOOD

    return attempt


@settings(max_examples=60, deadline=None)
@given(
    ceiling=st.integers(1, 20),
    calls=st.lists(
        st.tuples(ENDS, st.floats(0, 9), st.floats(0, 9), st.sampled_from([None, None, "a", "b"])),
        max_size=60,
    ),
    per_minute=st.sampled_from([None, None, 600]),
    seed=st.integers(),
)
def test_whatever_happens_every_call_ends_every_begin_has_one_end_and_the_ceiling_holds(
    ceiling: int,
    calls: list[tuple[str, float, float, str | None]],
    per_minute: int | None,
    seed: int,
) -> None:
    random.seed(seed)
    meter, counted = RecordingMeter(), [0, 0]
    config = endpoint(ceiling, requests_per_minute=per_minute, timeout_ms=5_000)
    patience = Patience(most_attempts=3, failures_to_open=4, whole_call=60.0, down=30.0)

    async def main() -> list[object]:
        caller = Caller(config, meter, patience)

        async def call(end: str, start: float, seconds: float, share: str | None) -> object:
            await asyncio.sleep(start)
            attempt = _attempt_that(end, seconds, counted)
            task = asyncio.create_task(caller.call(attempt, share=share))
            if end == "cancel":
                asyncio.get_running_loop().call_later(seconds / 2, task.cancel)
            return await asyncio.wait_for(task, 1_000)

        made = (call(*one) for one in calls)
        return list(await asyncio.gather(*made, return_exceptions=True))

    ended = run(main())
    allowed = (Call, EndpointStoppedError, asyncio.CancelledError)
    assert all(isinstance(each, allowed) for each in ended)
    assert meter.is_balanced
    assert counted[1] <= ceiling
    own = [each.attempts for each in ended if isinstance(each, Call)]
    assert sum(own) <= len(meter.begun)
