"""Calls of many attempts: what is asked again, for how long, and what meter and ledger are told."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence

import pytest

from resources.endpoints.faults import CallFault
from resources.endpoints.flow import Answer, Call, Caller, Patience
from resources.endpoints.interface import Usage
from resources.errors import EndpointStoppedError
from tests.endpoints.flow.recording import RecordingMeter, endpoint
from tests.endpoints.flow.virtual_time import run

BUSY = CallFault("rate_limited", "busy", "slow down")
PASSING = CallFault("server_error", "passing", "HTTP 503")
LASTING = CallFault("content_filtered", "lasting", "not this photo", usage=Usage(70, 0, 0.07))
GOOD = Answer("a chair", Usage(100, 10, 0.11))

Attempt = Callable[[], Awaitable[Answer[str]]]


def _now() -> float:
    return asyncio.get_running_loop().time()


def _in_turn(*outcomes: Answer[str] | Exception, seconds: float = 0.1) -> Attempt:
    """Attempts that end so, one after the other; the last outcome again and again."""
    left = list(outcomes)

    async def attempt() -> Answer[str]:
        await asyncio.sleep(seconds)
        outcome = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(outcome, Answer):
            return outcome
        raise outcome

    return attempt


def _call(
    attempt: Attempt, patience: Patience | None = None, **changes: object
) -> tuple[Call[str], RecordingMeter, float]:
    """One call in virtual time: how it ended, what the meter was told, and the seconds it took."""
    meter = RecordingMeter()

    async def call() -> tuple[Call[str], float]:
        caller = Caller(endpoint(**changes), meter, patience or Patience())
        return await caller.call(attempt, images=2, tags=3), _now()

    ended, seconds = run(call())
    assert meter.is_balanced
    return ended, meter, seconds


def test_an_answer_ends_the_call_and_the_ledger_is_told_all_of_it() -> None:
    call, meter, _ = _call(_in_turn(GOOD))
    assert call == Call("attempt-1", 1, GOOD.usage, value="a chair")
    (told,) = meter.ended
    assert (told.outcome, told.usage, told.images, told.tags) == ("ok", GOOD.usage, 2, 3)
    assert told.latency_ms == pytest.approx(100)
    assert told.began_at.tzinfo is not None


def test_what_passes_is_asked_again_and_usage_is_of_all_attempts() -> None:
    truncated = CallFault("malformed_response", "passing", usage=Usage(100, 1, 0.1))
    call, meter, _ = _call(_in_turn(truncated, PASSING, GOOD))
    assert call == Call("attempt-3", 3, truncated.usage + GOOD.usage, value="a chair")
    assert meter.outcomes == ["malformed_response", "server_error", "ok"]


def test_passing_faults_end_the_call_after_most_attempts() -> None:
    call, meter, _ = _call(_in_turn(PASSING), Patience(most_attempts=3, failures_to_open=9))
    assert (call.attempts, call.fault, call.value) == (3, PASSING, None)
    assert meter.outcomes == ["server_error"] * 3


def test_busy_answers_are_not_counted_as_attempts_that_failed() -> None:
    call, _, _ = _call(_in_turn(*[BUSY] * 20, PASSING, GOOD), Patience(most_attempts=2))
    assert (call.value, call.attempts) == ("a chair", 22)


def test_busy_answers_use_up_the_time_of_the_call() -> None:
    call, meter, seconds = _call(_in_turn(BUSY), Patience(whole_call=60.0))
    assert call.fault is BUSY
    assert call.attempts == len(meter.ended) > 3
    assert 30 < seconds <= 60


def test_a_call_that_could_not_be_asked_again_in_time_ends_at_once() -> None:
    busy = CallFault("rate_limited", "busy", retry_after_seconds=59.95)
    call, _, seconds = _call(_in_turn(busy), Patience(whole_call=60.0))
    assert call.fault is busy
    assert seconds < 1


def test_waiting_for_the_endpoint_uses_up_the_time_of_a_call_that_was_asked_before() -> None:
    busy = CallFault("rate_limited", "busy", retry_after_seconds=18.0)

    async def main() -> float:
        random.seed(2)  # the failed call rests for longer than a tenth of a second
        caller = Caller(endpoint(), RecordingMeter(), Patience(whole_call=20.0))
        refused = caller.call(_in_turn(busy, seconds=4.0))
        failed = caller.call(_in_turn(PASSING, seconds=3.9))
        _, call = await asyncio.gather(refused, failed)
        assert (call.fault, call.attempts) == (PASSING, 1), "nothing leaves from 4.0 to 22.0"
        return _now()

    assert run(main()) == pytest.approx(20.0)


def test_a_lasting_fault_is_not_asked_again() -> None:
    call, meter, _ = _call(_in_turn(LASTING, GOOD))
    assert call == Call("attempt-1", 1, LASTING.usage, fault=LASTING)
    assert meter.outcomes == ["content_filtered"]


def test_an_attempt_without_an_answer_in_time_is_given_up_and_asked_again() -> None:
    asked = []

    async def attempt() -> Answer[str]:
        asked.append(_now())
        if len(asked) == 1:
            await asyncio.sleep(3_600)
        return GOOD

    call, meter, _ = _call(attempt, timeout_ms=7_000)
    assert call.value == "a chair"
    assert meter.outcomes == ["timed_out", "ok"]
    assert meter.ended[0].latency_ms == pytest.approx(7_000)
    assert asked[1] >= 7.0


def test_the_time_of_the_whole_call_ends_an_attempt_too() -> None:
    call, _, seconds = _call(_in_turn(GOOD, seconds=3_600), Patience(whole_call=2.0))
    assert seconds == pytest.approx(2.0)
    assert call.fault is not None
    assert (call.fault.code, call.fault.kind, call.attempts) == ("timed_out", "passing", 1)


def test_a_request_may_take_as_long_as_its_timeout_says_even_half_an_hour() -> None:
    call, _, _ = _call(_in_turn(GOOD, seconds=1_790), timeout_ms=1_800_000)
    assert call.value == "a chair"


def test_a_bug_in_an_attempt_is_a_lasting_fault_with_the_name_of_its_type() -> None:
    bug = KeyError("sk-secret in a message")
    call, meter, _ = _call(_in_turn(bug))
    assert call.fault is not None
    assert (call.fault.code, call.fault.kind) == ("unexpected", "lasting")
    assert call.fault.words == "KeyError"
    assert call.fault.__cause__ is bug
    assert meter.outcomes == ["unexpected"]


def test_cancelling_is_told_to_the_meter_and_gives_the_room_back() -> None:
    meter = RecordingMeter()

    async def main() -> str | None:
        caller = Caller(endpoint(concurrency=1), meter)
        flying = asyncio.create_task(caller.call(_in_turn(GOOD, seconds=4.0)))
        waiting = asyncio.create_task(caller.call(_in_turn(GOOD)))
        await asyncio.sleep(1)
        flying.cancel()
        waiting.cancel()
        ended = await asyncio.gather(flying, waiting, return_exceptions=True)
        assert [type(each) for each in ended] == [asyncio.CancelledError] * 2
        return (await caller.call(_in_turn(GOOD))).value

    assert run(main()) == "a chair"
    assert meter.outcomes == ["cancelled", "ok"]
    assert meter.is_balanced


def test_a_call_that_is_cancelled_just_as_it_may_leave_gives_its_room_back() -> None:
    meter = RecordingMeter()

    async def main() -> str | None:
        caller, answered = Caller(endpoint(concurrency=1), meter), asyncio.Event()

        async def attempt() -> Answer[str]:
            await answered.wait()
            return GOOD

        async def cancel_then() -> None:
            await answered.wait()
            waiting.cancel()

        flying = asyncio.create_task(caller.call(attempt))
        await asyncio.sleep(0)
        waiting = asyncio.create_task(caller.call(attempt))
        cancelling = asyncio.create_task(cancel_then())
        await asyncio.sleep(1)
        answered.set()
        ended = await asyncio.gather(flying, waiting, cancelling, return_exceptions=True)
        assert isinstance(ended[1], asyncio.CancelledError)
        return (await caller.call(attempt)).value

    assert run(main()) == "a chair"
    assert meter.outcomes == ["ok", "ok"]


@pytest.mark.parametrize("rate", ["requests_per_minute", "tokens_per_minute"])
def test_a_meter_that_stops_a_request_gives_its_room_and_rate_back(rate: str) -> None:
    meter = RecordingMeter()
    refusals = [EndpointStoppedError(f"the budget is spent, {number}") for number in range(3)]
    meter.errors += refusals

    async def main() -> tuple[list[object], float]:
        caller = Caller(endpoint(concurrency=1, **{rate: 1}), meter)
        calls = (caller.call(_in_turn(GOOD), tokens=1) for _ in range(4))
        return list(await asyncio.gather(*calls, return_exceptions=True)), _now()

    ended, seconds = run(main())
    assert ended[:3] == refusals, "the very same errors, so that their types tell why"
    assert isinstance(ended[3], Call)
    assert seconds < 1
    assert meter.outcomes == ["ok"]


def test_requests_that_leave_as_the_last_the_ceiling_allows_are_marked() -> None:
    meter = RecordingMeter()

    async def main() -> None:
        caller = Caller(endpoint(concurrency=3), meter)
        await asyncio.gather(*(caller.call(_in_turn(GOOD)) for _ in range(4)))

    run(main())
    marks = {attempt.attempt_id: attempt.at_ceiling for attempt in meter.ended}
    assert [marks[attempt] for attempt in meter.begun] == [False, False, True, True]


def test_the_whole_endpoint_waits_as_long_as_retry_after_says() -> None:
    asked: list[float] = []

    async def main() -> None:
        caller = Caller(endpoint(), RecordingMeter())

        async def attempt() -> Answer[str]:
            asked.append(_now())
            if len(asked) == 1:
                raise CallFault("rate_limited", "busy", retry_after_seconds=20.0)
            return GOOD

        refused = asyncio.create_task(caller.call(attempt))
        await asyncio.sleep(1)
        await asyncio.gather(refused, *(caller.call(attempt) for _ in range(5)))

    run(main())
    assert asked[0] == 0.0
    assert len(asked) == 7
    assert min(asked[1:]) == pytest.approx(20.0)
    assert max(asked) < 40.0


def test_calls_that_ask_again_go_before_new_ones() -> None:
    asked: list[str] = []

    def named(name: str, *outcomes: Answer[str] | Exception) -> Attempt:
        attempt = _in_turn(*outcomes, seconds=1.0)

        async def noted() -> Answer[str]:
            asked.append(name)
            return await attempt()

        return noted

    async def main() -> None:
        caller = Caller(endpoint(concurrency=1), RecordingMeter())
        await asyncio.gather(
            caller.call(named("old", PASSING, GOOD)),
            *(caller.call(named(f"new {number}", GOOD)) for number in range(3)),
        )

    run(main())
    assert asked == ["old", "new 0", "old", "new 1", "new 2"]


def _departures(calls: int, **changes: object) -> list[float]:
    """When each of many calls made at once left."""
    left: list[float] = []

    async def attempt() -> Answer[str]:
        left.append(_now())
        await asyncio.sleep(0.5)
        return Answer("a chair", Usage(300, 0))

    async def main() -> None:
        caller = Caller(endpoint(concurrency=64, **changes), RecordingMeter())
        await asyncio.gather(*(caller.call(attempt, tokens=100) for _ in range(calls)))

    run(main())
    return left


def test_requests_per_minute_hold_from_the_first_second_on() -> None:
    left = _departures(120, requests_per_minute=600)
    assert left[-1] == pytest.approx(11.9)
    for begin in left:
        assert sum(begin <= moment < begin + 1 - 1e-6 for moment in left) <= 10


def test_tokens_per_minute_hold_by_what_requests_used_not_by_their_estimate() -> None:
    left = _departures(100, tokens_per_minute=60_000)
    used = 300 * len([moment for moment in left if moment <= 20])
    assert 18_000 <= used <= 22_000


def test_a_caller_is_made_outside_of_any_loop_and_used_in_one() -> None:
    caller = Caller(endpoint(), RecordingMeter())
    assert asyncio.run(caller.call(_in_turn(GOOD, seconds=0.0))).value == "a chair"


def _shared(calls: Sequence[tuple[str | None, Attempt]]) -> tuple[list[object], RecordingMeter]:
    meter = RecordingMeter()

    async def main() -> list[object]:
        caller = Caller(endpoint(), meter)
        made = (caller.call(attempt, share=key) for key, attempt in calls)
        return list(await asyncio.gather(*made, return_exceptions=True))

    return run(main()), meter


def test_equal_calls_in_flight_make_one_request_that_is_counted_once() -> None:
    (first, second, other, own), meter = _shared(
        [
            ("a", _in_turn(GOOD)),
            ("a", _in_turn(GOOD)),
            ("b", _in_turn(GOOD)),
            (None, _in_turn(GOOD)),
        ]
    )
    assert len(meter.begun) == 3
    assert first == Call("attempt-1", 1, GOOD.usage, value="a chair")
    assert second == Call("attempt-1", 0, Usage(), value="a chair")
    assert isinstance(other, Call)
    assert isinstance(own, Call)
    assert other.attempts == own.attempts == 1


def test_equal_calls_share_a_failure_too() -> None:
    (first, second), meter = _shared([("a", _in_turn(LASTING)), ("a", _in_turn(GOOD))])
    assert meter.outcomes == ["content_filtered"]
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert first.fault is second.fault is LASTING


def test_equal_calls_one_after_the_other_are_made_each() -> None:
    meter = RecordingMeter()

    async def main() -> None:
        caller = Caller(endpoint(), meter)
        for _ in range(2):
            assert (await caller.call(_in_turn(GOOD), share="a")).attempts == 1

    run(main())
    assert len(meter.begun) == 2


def test_cancelling_the_one_that_makes_a_shared_call_harms_no_other() -> None:
    meter = RecordingMeter()

    async def main() -> Sequence[Call[str]]:
        caller = Caller(endpoint(), meter)
        tasks = [asyncio.create_task(caller.call(_in_turn(GOOD), share="a")) for _ in range(4)]
        await asyncio.sleep(0.05)
        tasks[0].cancel()
        await asyncio.sleep(0.01)
        tasks[2].cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(ended[0], asyncio.CancelledError)
        assert isinstance(ended[2], asyncio.CancelledError)
        return [each for each in ended if isinstance(each, Call)]

    calls = run(main())
    assert [call.value for call in calls] == ["a chair", "a chair"]
    assert sorted(call.attempts for call in calls) == [0, 1]
    assert meter.outcomes == ["cancelled", "ok"]


def test_a_shared_call_that_the_meter_stops_is_made_by_the_next() -> None:
    meter = RecordingMeter()
    meter.errors.append(EndpointStoppedError("the budget is spent"))

    async def main() -> list[object]:
        caller = Caller(endpoint(), meter)
        made = (caller.call(_in_turn(GOOD), share="a") for _ in range(2))
        return list(await asyncio.gather(*made, return_exceptions=True))

    stopped, answered = run(main())
    assert isinstance(stopped, EndpointStoppedError)
    assert isinstance(answered, Call)
    assert answered.attempts == 1
