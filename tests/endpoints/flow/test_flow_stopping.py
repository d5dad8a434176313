"""An endpoint that is down pauses all calls, then stops them; a refused key stops them at once."""

import asyncio
from collections.abc import Callable

import pytest

from resources.endpoints.config import EndpointConfig
from resources.endpoints.faults import CallFault, FaultKind
from resources.endpoints.flow import Answer, Call, Caller, Patience
from resources.endpoints.interface import Usage
from resources.errors import EndpointStoppedError
from tests.endpoints.flow.recording import RecordingMeter, endpoint
from tests.endpoints.flow.virtual_time import run

GOOD = Answer("a chair", Usage(100, 10))
PATIENCE = Patience(failures_to_open=8, pause=5.0, down=120.0)


class Scripted:
    """Requests fail or succeed by the moment at which they are made; each takes a tenth second."""

    def __init__(self, outcome: Callable[[float], CallFault | None]) -> None:
        self._outcome = outcome
        self.asked: list[float] = []
        self.in_flight = 0
        self.most_in_flight_at: dict[float, int] = {}

    async def attempt(self) -> Answer[str]:
        now = asyncio.get_running_loop().time()
        self.asked.append(now)
        self.in_flight += 1
        self.most_in_flight_at[now] = self.in_flight
        try:
            await asyncio.sleep(0.1)
        finally:
            self.in_flight -= 1
        fault = self._outcome(now)
        if fault:
            raise fault
        return GOOD


def _many(
    server: Scripted,
    *,
    calls: int = 50,
    patience: Patience = PATIENCE,
    config: EndpointConfig | None = None,
) -> tuple[list[Call[str] | BaseException], RecordingMeter, float]:
    meter = RecordingMeter()

    async def main() -> tuple[list[Call[str] | BaseException], float]:
        caller = Caller(config or endpoint(concurrency=16), meter, patience)
        made = (caller.call(server.attempt) for _ in range(calls))
        ended = await asyncio.gather(*made, return_exceptions=True)
        before = len(server.asked)
        if any(isinstance(each, BaseException) for each in ended):
            with pytest.raises(EndpointStoppedError):
                await caller.call(server.attempt)
        assert len(server.asked) == before
        return list(ended), asyncio.get_running_loop().time()

    ended, seconds = run(main())
    assert meter.is_balanced
    return ended, meter, seconds


def _words(ended: list[Call[str] | BaseException]) -> set[str]:
    return {str(each) for each in ended if isinstance(each, EndpointStoppedError)}


def _unavailable(_: float = 0.0) -> CallFault:
    return CallFault("server_error", "passing", "HTTP 503:\n  no upstream.")


def test_an_endpoint_that_stays_down_is_paused_probed_and_then_given_up_in_one_sentence() -> None:
    server = Scripted(_unavailable)
    ended, _, seconds = _many(server)
    assert len(ended) == 50
    assert all(isinstance(each, EndpointStoppedError) for each in ended)
    assert _words(ended) == {
        "model qwen_vl: the endpoint models.example:8443 has not answered for 120 s; last seen was"
        " server_error: HTTP 503: no upstream. Check that the endpoint runs and can be reached,"
        " then run again: what is finished is kept."
    }
    assert seconds == pytest.approx(120, abs=5)
    probes = [moment for moment in server.asked if moment > 1]
    assert all(server.most_in_flight_at[moment] == 1 for moment in probes)
    assert [round(moment) for moment in probes] == [5, 15, 35, 75, 120]


def test_calls_lose_no_attempts_while_the_endpoint_is_down() -> None:
    server = Scripted(lambda now: _unavailable() if now < 60 else None)
    ended, meter, seconds = _many(server)
    assert all(isinstance(each, Call) and each.value == "a chair" for each in ended)
    assert 60 < seconds < 90
    assert meter.outcomes.count("ok") == 50
    assert meter.outcomes.count("server_error") <= 8 + 8 + 4


def test_an_endpoint_that_comes_back_is_loaded_slowly() -> None:
    server = Scripted(lambda now: _unavailable() if 3 < now < 60 else None)
    config = endpoint(concurrency=64)
    ended, _, _ = _many(server, calls=2_500, config=config)
    assert all(isinstance(each, Call) and each.value == "a chair" for each in ended)
    back = [moment for moment in server.asked if moment > 60]
    first_second = [moment for moment in back if moment < back[0] + 0.15]
    assert max(server.most_in_flight_at[moment] for moment in server.asked if moment < 3) == 64
    assert max(server.most_in_flight_at[moment] for moment in first_second) <= 9


def test_failures_among_successes_pause_nothing() -> None:
    count = 0

    def every_third(_: float) -> CallFault | None:
        nonlocal count
        count += 1
        return _unavailable() if count % 3 == 0 else None

    ended, _, seconds = _many(Scripted(every_third), calls=200)
    assert sum(isinstance(each, Call) and each.value is not None for each in ended) >= 195
    assert seconds < 10


@pytest.mark.parametrize(
    ("code", "words", "sentences"),
    [
        (
            "key_refused",
            "Incorrect API key provided: sk-live-123",
            "model qwen_vl: the endpoint models.example:8443 refuses the key. Check the key in the"
            " environment variable FLOW_TEST_KEY, and that its account may use the model"
            " qwen-vl-max, then run again: what is finished is kept.",
        ),
        (
            "in_arrears",
            "Access denied, please make sure your account is in good standing.",
            "model qwen_vl: the endpoint models.example:8443 refuses every call: the account is in"
            " arrears: Access denied, please make sure your account is in good standing. Settle the"
            " account's bill with the provider, then run again: what is finished is kept.",
        ),
        (
            "model_unknown",
            "",
            "model qwen_vl: the endpoint models.example:8443 refuses every call (model_unknown)."
            " Mend what it complains of, then run again: what is finished is kept.",
        ),
    ],
)
def test_a_stopping_fault_stops_every_call_at_once(
    code: str, words: str, sentences: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOW_TEST_KEY", "sk-live-123")
    server = Scripted(lambda _: CallFault(code, "stopping", words))
    ended, _, seconds = _many(server)
    assert all(isinstance(each, EndpointStoppedError) for each in ended)
    assert _words(ended) == {sentences}
    assert len(server.asked) == 8, "those that were in flight; no other left"
    assert seconds == pytest.approx(0.1)


def test_a_stop_wakes_calls_that_rest_and_lets_answers_in_flight_come_home() -> None:
    refusal = CallFault("key_refused", "stopping")
    busy = CallFault("rate_limited", "busy", retry_after_seconds=500.0)

    async def attempt(seconds: float, fault: CallFault | None) -> Answer[str]:
        await asyncio.sleep(seconds)
        if fault:
            raise fault
        return GOOD

    async def main() -> tuple[list[object], list[float]]:
        caller = Caller(endpoint(), RecordingMeter())
        ended_at = []

        async def call(seconds: float, fault: CallFault | None) -> object:
            try:
                return await caller.call(lambda: attempt(seconds, fault))
            except EndpointStoppedError as error:
                return error
            finally:
                ended_at.append(asyncio.get_running_loop().time())

        calls = (call(1.0, busy), call(2.0, refusal), call(3.0, None))
        return list(await asyncio.gather(*calls)), ended_at

    (rested, refused, answered), ended_at = run(main())
    assert isinstance(rested, EndpointStoppedError)
    assert isinstance(refused, EndpointStoppedError)
    assert isinstance(answered, Call)
    assert ended_at == pytest.approx([2.0, 2.0, 3.0])


def test_a_call_that_may_leave_at_the_very_moment_of_the_stop_does_not() -> None:
    meter = RecordingMeter()

    async def main() -> list[object]:
        caller, both = Caller(endpoint(concurrency=2), meter), asyncio.Event()

        async def answer() -> Answer[str]:
            await both.wait()
            return GOOD

        async def refuse() -> Answer[str]:
            await both.wait()
            raise CallFault("key_refused", "stopping")

        calls = [caller.call(attempt) for attempt in (answer, refuse, answer)]
        tasks = [asyncio.create_task(call) for call in calls]
        await asyncio.sleep(1)
        both.set()
        return list(await asyncio.gather(*tasks, return_exceptions=True))

    answered, refused, waited = run(main())
    assert isinstance(answered, Call)
    assert isinstance(refused, EndpointStoppedError)
    assert isinstance(waited, EndpointStoppedError)
    assert meter.outcomes == ["ok", "key_refused"]


def test_a_bug_is_no_sign_of_life() -> None:
    faults = iter([*[_unavailable()] * 7, None, _unavailable()])

    async def main() -> float:
        caller = Caller(endpoint(), RecordingMeter(), Patience(most_attempts=1, pause=5.0))

        async def attempt() -> Answer[str]:
            fault = next(faults)
            raise fault or ZeroDivisionError

        for _ in range(9):
            await caller.call(attempt)
        began = asyncio.get_running_loop().time()

        async def answer() -> Answer[str]:
            return GOOD

        await caller.call(answer)
        return asyncio.get_running_loop().time() - began

    assert run(main()) == pytest.approx(5.0)


def test_a_retry_after_beyond_all_patience_stops_the_run() -> None:
    quota = CallFault("rate_limited", "busy", "daily quota used up", retry_after_seconds=40_000.0)
    ended, _, seconds = _many(Scripted(lambda _: quota))
    assert seconds < 1
    (words,) = _words(ended)
    assert "takes no request for the next 40000 s" in words
    assert "daily quota used up" in words


def test_an_endpoint_that_only_ever_says_busy_stops_the_run_at_last() -> None:
    busy = CallFault("rate_limited", "busy", "allocation quota exceeded")

    async def main() -> float:
        server = Scripted(lambda _: busy)
        caller = Caller(endpoint(), RecordingMeter(), Patience(whole_call=600.0, down=120.0))
        ended = await caller.call(server.attempt)
        assert ended.fault is busy
        with pytest.raises(EndpointStoppedError, match=r"asked to slow down for 7\d\d s"):
            await caller.call(server.attempt)
        return asyncio.get_running_loop().time()

    assert 720 <= run(main()) < 800


@pytest.mark.parametrize("kind", ["lasting", "busy"])
def test_an_endpoint_that_answers_at_all_is_not_down(kind: FaultKind) -> None:
    faults = [_unavailable(), CallFault("answered", kind)]
    count = 0

    def in_turn(_: float) -> CallFault:
        nonlocal count
        count += 1
        return faults[count % 2]

    ended, _, _ = _many(Scripted(in_turn), calls=30)
    assert all(isinstance(each, Call) for each in ended)


def test_time_outs_in_a_row_name_the_timeout_as_a_remedy() -> None:
    server = Scripted(lambda _: CallFault("timed_out", "passing", "no answer within 5.0 s"))
    ended, _, _ = _many(server)
    (words,) = _words(ended)
    assert "give its answers more time than timeout_ms 5000" in words


def test_without_an_endpoint_or_key_the_words_still_make_sense() -> None:
    config = endpoint(endpoint=None, api_key_env=None)
    ended, _, _ = _many(Scripted(lambda _: CallFault("key_refused", "stopping")), config=config)
    assert _words(ended) == {
        "model qwen_vl: the endpoint refuses the key. Name the environment variable that holds the"
        " key as 'api_key_env' of the model, then run again: what is finished is kept."
    }
