"""The gate that every request to one endpoint passes: who waits, and who is let through when.

Requests leave in order of coming, those of calls that ask again before those of new calls.
"""

import asyncio
import contextlib
import math
from collections import deque
from dataclasses import dataclass

from resources.endpoints.flow.admission import Admission, Ticket
from resources.errors import EndpointStoppedError


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    leave: asyncio.Future[Ticket]
    tokens: int


class Gate:
    """Asks `Admission`, on the clock of the event loop that waits here."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission
        self._waiting: deque[_Waiting] = deque()
        self._resting: set[asyncio.Future[None]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def enter(self, tokens: int, *, again: bool = False) -> Ticket:
        """Wait until one request may leave. `again` lets it go before those of new calls.

        Raises:
            EndpointStoppedError: none may leave any more.
        """
        self.raise_if_stopped()
        loop = asyncio.get_running_loop()
        if not self._waiting:
            now = loop.time()
            if self._admission.wait(now) <= 0:
                return self._admission.begin(now, tokens)
        waiting = _Waiting(loop.create_future(), tokens)
        if again:
            self._waiting.appendleft(waiting)
        else:
            self._waiting.append(waiting)
        self.changed()
        try:
            ticket = await waiting.leave
        except asyncio.CancelledError:
            self._give_up(waiting)
            raise
        if self._admission.stopped:
            self.unsent(ticket)
            self.raise_if_stopped()
        return ticket

    def unsent(self, ticket: Ticket) -> None:
        """The request that was let through did not leave after all."""
        self._admission.unsent(ticket, asyncio.get_running_loop().time())
        self.changed()

    async def rest(self, seconds: float) -> None:
        """Sleep; a stop of the endpoint ends it early.

        Raises:
            EndpointStoppedError: no request may leave any more.
        """
        self.raise_if_stopped()
        loop = asyncio.get_running_loop()
        end: asyncio.Future[None] = loop.create_future()
        timer = loop.call_later(seconds, _wake, end)
        self._resting.add(end)
        try:
            await end
        finally:
            timer.cancel()
            self._resting.discard(end)
        self.raise_if_stopped()

    def changed(self) -> None:
        """A request ended or came to wait: let those leave that may now."""
        if self._admission.stopped:
            self._dismiss()
            return
        loop = asyncio.get_running_loop()
        while self._waiting:
            now = loop.time()
            wait = self._admission.wait(now)
            if wait > 0:
                self._look_again_at(now + wait)
                return
            waiting = self._waiting.popleft()
            if not waiting.leave.done():
                waiting.leave.set_result(self._admission.begin(now, waiting.tokens))
        self._look_again_at(math.inf)

    def raise_if_stopped(self) -> None:
        """Raise the stop, each time as an error of its own with the same words."""
        if self._admission.stopped:
            raise _copy(self._admission.stopped)

    def _look_again_at(self, moment: float) -> None:
        """Have one timer, for the moment when the first who waits may leave; inf: none."""
        if self._timer is not None:
            if self._timer.when() == moment:
                return
            self._timer.cancel()
            self._timer = None
        if moment < math.inf:
            self._timer = asyncio.get_running_loop().call_at(moment, self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        self.changed()

    def _give_up(self, waiting: _Waiting) -> None:
        """The call of `waiting` was cancelled, perhaps after it was let through."""
        leave = waiting.leave
        if leave.cancelled() or leave.exception() is not None:
            with contextlib.suppress(ValueError):
                self._waiting.remove(waiting)
        else:
            self._admission.unsent(leave.result(), asyncio.get_running_loop().time())
        self.changed()

    def _dismiss(self) -> None:
        stopped = self._admission.stopped
        assert stopped is not None
        for waiting in self._waiting:
            if not waiting.leave.done():
                waiting.leave.set_exception(_copy(stopped))
        self._waiting.clear()
        for end in self._resting:
            _wake(end)
        self._look_again_at(math.inf)


def _wake(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_result(None)


def _copy(error: EndpointStoppedError) -> EndpointStoppedError:
    return EndpointStoppedError(error.problem, error.remedy)
