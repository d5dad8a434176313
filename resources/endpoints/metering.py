"""Who watches requests leave and come back: the ledger, the budget and the stop of a run."""

import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol, TypeVar

from resources.endpoints.interface import Usage

T = TypeVar("T")

OK: Final = "ok"
TRUNCATED: Final = "truncated"
"""The outcome of a request whose answer the limit of tokens cut off."""
ANSWERED: Final = (OK, TRUNCATED)
"""The outcomes of requests that were answered; every other one is the reason of a failure."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request that left for the endpoint, and how it ended: one of `ANSWERED`, or a reason."""

    attempt_id: str
    began_at: datetime
    latency_ms: float
    outcome: str
    usage: Usage
    at_ceiling: bool
    """Whether as many requests were in flight as the endpoint's ceiling allows."""
    images: int = 1
    tags: int = 0


class Meter(Protocol):
    """Told of every attempt, from the event loop that makes it; must be quick."""

    def begin(self) -> str:
        """A request is about to leave; returns the attempt's id.

        Raises:
            EndpointStoppedError: it must not leave: the budget is spent or the run is stopping.
        """
        ...

    def end(self, attempt: Attempt) -> None:
        """The request came back, or failed."""
        ...


class Unmetered:
    """Lets every request pass and keeps nothing: for a look at an endpoint."""

    def begin(self) -> str:
        """A fresh id."""
        return uuid.uuid4().hex

    def end(self, attempt: Attempt) -> None:
        """Nothing is kept."""


UNMETERED = Unmetered()


async def metered(
    meter: Meter,
    work: Callable[[], Awaitable[T]],
    outcome: Callable[[T], str],
    *,
    images: int,
    tags: int = 0,
) -> tuple[str, T]:
    """Do work of this process as one attempt that costs nothing; its id and what it brought.

    `outcome` tells how it ended: `ok` or a reason code. Work that raises counts as `interrupted`.

    Raises:
        EndpointStoppedError: the meter lets nothing begin.
    """
    attempt_id = meter.begin()
    began_at, began = datetime.now(UTC), time.monotonic()
    ended = "interrupted"
    try:
        value = await work()
        ended = outcome(value)
    finally:
        latency_ms = (time.monotonic() - began) * 1000
        usage = Usage(cost=0.0)
        meter.end(Attempt(attempt_id, began_at, latency_ms, ended, usage, False, images, tags))
    return attempt_id, value
