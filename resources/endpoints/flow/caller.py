"""`Caller`: one call over as many attempts as it takes, within the endpoint's ceilings."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Generic, TypeVar

from resources.endpoints.config import EndpointConfig
from resources.endpoints.faults import CallFault
from resources.endpoints.flow.admission import UNEXPECTED, Admission, Ticket
from resources.endpoints.flow.backoff import backoff
from resources.endpoints.flow.gate import Gate
from resources.endpoints.flow.patience import DEFAULT_PATIENCE, Patience
from resources.endpoints.flow.sharing import Sharing
from resources.endpoints.interface import Usage
from resources.endpoints.metering import OK, Attempt, Meter

T = TypeVar("T")


ATTEMPTS_WHILE_DOWN = 2
"""Attempts of a call whose input may be to blame, while nothing else is answered either."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What one successful attempt brought, what it used, and what the ledger says of it."""

    value: T
    usage: Usage
    outcome: str = OK


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """How a call ended: a value, or the fault that was the last. `usage` is of all attempts."""

    call_id: str
    attempts: int
    usage: Usage
    value: T | None = None
    fault: CallFault | None = None


@dataclass(frozen=True, slots=True)
class _Asked(Generic[T]):
    """What is asked: how to attempt it, the estimate of its tokens, and what the ledger is told."""

    attempt: Callable[[], Awaitable[Answer[T]]]
    tokens: int
    images: int
    tags: int


@dataclass(frozen=True, slots=True)
class _Ended(Generic[T]):
    """How one attempt ended; `counts` tells whether its failure counts against the call."""

    attempt_id: str
    result: Answer[T] | CallFault
    counts: bool = False


class Caller:
    """Makes calls to one endpoint. All calls of one model in a process go through one of these.

    It can be made anywhere, and is used from one event loop.
    """

    def __init__(
        self, config: EndpointConfig, meter: Meter, patience: Patience = DEFAULT_PATIENCE
    ) -> None:
        self._meter = meter
        self._patience = patience
        self._timeout = config.timeout_ms / 1000
        self._call_seconds = patience.call_seconds(self._timeout)
        self._admission = Admission(config, patience)
        self._gate = Gate(self._admission)
        self._sharing = Sharing()

    async def call(
        self,
        attempt: Callable[[], Awaitable[Answer[T]]],
        *,
        tokens: int = 0,
        images: int = 1,
        tags: int = 0,
        share: str | None = None,
    ) -> Call[T]:
        """Attempt until there is an answer or patience ends.

        `tokens` is an estimate for the tokens-per-minute ceiling; `images` and `tags` are for the
        ledger. Calls with the same `share` that are under way at once are made once: all get the
        result, and all but one with no attempts and no usage, so that nothing is counted twice.

        Raises:
            EndpointStoppedError: no call can succeed until the user acts.
        """
        asked = _Asked(attempt, tokens, images, tags)
        if share is None:
            return await self._call(asked)
        call: Call[T]
        call, is_own = await self._sharing.once(share, lambda: self._call(asked))
        return call if is_own else replace(call, attempts=0, usage=Usage())

    async def _call(self, asked: _Asked[T]) -> Call[T]:
        ticket = await self._gate.enter(asked.tokens)
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._call_seconds
        used, attempts, failures, refusals = Usage(), 0, 0, 0
        while True:
            ended = await self._attempt(asked, ticket, deadline, is_first=attempts == 0)
            attempts += 1
            result = ended.result
            used = used + result.usage
            if isinstance(result, Answer):
                return Call(ended.attempt_id, attempts, used, value=result.value)
            failed: Call[T] = Call(ended.attempt_id, attempts, used, fault=result)
            if result.kind == "lasting":
                return failed
            self._gate.raise_if_stopped()
            failures += ended.counts
            refusals += result.kind == "busy"
            rest = backoff(self._patience, failures + refusals, result.retry_after_seconds)
            enough = self._patience.most_attempts
            if self._admission.is_down and result.may_be_input:
                enough = ATTEMPTS_WHILE_DOWN  # let another input show whether the endpoint is down
            if failures >= enough or clock() + rest >= deadline:
                return failed
            try:
                async with asyncio.timeout_at(deadline):
                    await self._gate.rest(rest)
                    is_next = not self._admission.is_down
                    ticket = await self._gate.enter(asked.tokens, again=is_next)
            except TimeoutError:
                return failed

    async def _attempt(
        self, asked: _Asked[T], ticket: Ticket, deadline: float, *, is_first: bool
    ) -> _Ended[T]:
        """One request, told to the meter and to what is known of the endpoint."""
        admission, gate = self._admission, self._gate
        try:
            attempt_id = self._meter.begin()
        except BaseException:
            gate.unsent(ticket)
            raise
        clock = asyncio.get_running_loop().time
        began_at, began = datetime.now(UTC), clock()
        result: Answer[T] | CallFault | None = None
        outcome, usage, counts = "cancelled", Usage(), False
        try:
            result = await _result(asked.attempt, min(self._timeout, deadline - began))
        finally:
            now = clock()
            seconds = now - began
            if isinstance(result, Answer):
                outcome, usage = result.outcome, result.usage
                admission.answered(ticket, now, seconds, usage)
            elif isinstance(result, CallFault):
                outcome, usage = result.code, result.usage
                counts = admission.failed(ticket, now, seconds, result, is_first=is_first)
            else:
                admission.abandoned(ticket, now)
            gate.changed()
            self._meter.end(
                Attempt(
                    attempt_id=attempt_id,
                    began_at=began_at,
                    latency_ms=seconds * 1000,
                    outcome=outcome,
                    usage=usage,
                    at_ceiling=admission.at_ceiling(ticket),
                    images=asked.images,
                    tags=asked.tags,
                )
            )
        return _Ended(attempt_id, result, counts)


async def _result(
    attempt: Callable[[], Awaitable[Answer[T]]], seconds: float
) -> Answer[T] | CallFault:
    """The answer, or the fault: that of the attempt, of time, or of the code that made it."""
    try:
        async with asyncio.timeout(seconds):
            return await attempt()
    except CallFault as fault:
        return fault
    except TimeoutError:
        return CallFault("timed_out", "passing", f"no answer within {seconds:.1f} s")
    except Exception as error:
        unexpected = CallFault(UNEXPECTED, "lasting", type(error).__name__)
        unexpected.__cause__ = error
        return unexpected
