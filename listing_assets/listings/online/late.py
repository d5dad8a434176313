"""Work that is waited for only so long, and goes on after that: what it asked for is paid."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from resources.errors import ListingError

log = logging.getLogger(__name__)

T = TypeVar("T")

LONGEST: Final = 120.0
"""Seconds that nobody waits for a model any longer, however paid it is."""


class Late:
    """The work in hand, whether or not somebody still waits for it."""

    def __init__(self) -> None:
        self._going: set[asyncio.Task[Any]] = set()

    def begin(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Begin work that outlives who waits for it, but not `LONGEST`. Wait with a shield."""

        async def bounded() -> T:
            async with asyncio.timeout(LONGEST):
                return await work

        task = asyncio.ensure_future(bounded())
        self._going.add(task)
        task.add_done_callback(self._ended)
        return task

    async def within(self, work: Coroutine[Any, Any, T], seconds: float) -> T | None:
        """What `work` gives in time, else None; what it raises in time is raised."""
        task = self.begin(work)
        done, _ = await asyncio.wait({task}, timeout=max(0.0, seconds))
        return task.result() if done else None

    async def settle(self, seconds: float) -> None:
        """Wait so long for what is still going on, then give it up."""
        if self._going:
            _, lost = await asyncio.wait(set(self._going), timeout=seconds)
            for task in lost:
                task.cancel()
            await asyncio.gather(*lost, return_exceptions=True)

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self._going.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, ListingError | TimeoutError):
            log.error("work on a listing failed", exc_info=error)
