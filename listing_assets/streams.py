"""Bounded streams: run a function or a coroutine over many items, few at a time, as they finish.

Both take items only as they have room, so that a version of any size flows through constant memory,
and both yield results in the order they finish.
"""

import asyncio
import queue
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

READ_AHEAD = 16
"""Items that wait in memory for a call to end."""
STOP_SECONDS = 1.5
"""How long calls in flight may still take once the stream is to stop."""


class _Ended:
    """Marks the end of a stream."""


_END = _Ended()


def in_threads(items: Iterable[T], work: Callable[[T], R], concurrency: int) -> Iterator[R]:
    """Results of `work`, with at most `concurrency` items in flight.

    Raises what `work` raised, once the items in flight have ended.
    """
    with ThreadPoolExecutor(concurrency, thread_name_prefix="stream") as pool:
        flying: set[Future[R]] = set()
        for item in items:
            flying.add(pool.submit(work, item))
            if len(flying) >= concurrency:
                landed, flying = wait(flying, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in landed)
        while flying:
            landed, flying = wait(flying, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in landed)


def in_event_loop(
    items: Iterable[T],
    call: Callable[[T], Awaitable[R]],
    concurrency: int,
    close: Callable[[], Awaitable[None]] | None = None,
    stopping: threading.Event | None = None,
) -> Iterator[R]:
    """Results of `call`, awaited in an event loop of its own thread, `concurrency` at a time.

    At most `READ_AHEAD` items more than are in flight are read beforehand, in a thread of their
    own, so that no call waits for the lake. After an error no further item is begun; the calls in
    flight finish and their results are yielded before the error is raised, because they may have
    been paid for. Once `stopping` is set, calls have `STOP_SECONDS` to finish and are then
    cancelled. `close` is awaited last, in the same loop.
    """
    calls = _Calls(items, call, concurrency, close, stopping)
    thread = threading.Thread(target=calls.run, name="event loop of calls", daemon=True)
    thread.start()
    yield from calls.results()
    thread.join()
    calls.raise_error()


class _Calls(Generic[T, R]):
    """One stream of calls: a thread reads items, the event loop's workers make a result of each."""

    def __init__(
        self,
        items: Iterable[T],
        call: Callable[[T], Awaitable[R]],
        concurrency: int,
        close: Callable[[], Awaitable[None]] | None,
        stopping: threading.Event | None,
    ) -> None:
        self._items = items
        self._call = call
        self._concurrency = concurrency
        self._close = close
        self._stopping = stopping or threading.Event()
        self._results: queue.SimpleQueue[R | _Ended] = queue.SimpleQueue()
        self._room = threading.Semaphore(concurrency + READ_AHEAD)
        self._failed: list[BaseException] = []
        """Errors of calls: no further item is begun."""
        self._unread: list[BaseException] = []
        """The error of the items: those read before it are worked on."""

    def run(self) -> None:
        """Make all calls, in this thread."""
        try:
            asyncio.run(self._run())
        except BaseException as error:
            self._failed.append(error)
        finally:
            self._results.put(_END)

    def results(self) -> Iterator[R]:
        """Results as they come."""
        while not isinstance(result := self._results.get(), _Ended):
            self._room.release()
            yield result

    def raise_error(self) -> None:
        """Raise what went wrong first."""
        for error in [*self._failed, *self._unread]:
            raise error

    async def _run(self) -> None:
        waiting: asyncio.Queue[T | _Ended] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def hand_over(item: T | _Ended) -> None:
            loop.call_soon_threadsafe(waiting.put_nowait, item)

        reader = asyncio.ensure_future(asyncio.to_thread(self._read, hand_over))
        workers = [asyncio.ensure_future(self._work(waiting)) for _ in range(self._concurrency)]
        watcher = asyncio.ensure_future(self._cancel_when_stopped(workers))
        for ended in await asyncio.gather(*workers, return_exceptions=True):
            if isinstance(ended, BaseException):
                self._failed.append(InterruptedError("the calls were stopped"))
        watcher.cancel()
        self._room.release()  # the reader may wait for it
        await reader
        if self._close is not None:
            await self._close()

    def _read(self, hand_over: Callable[[T | _Ended], None]) -> None:
        """Hand over items as there is room, in a thread: reading them may read from the lake."""
        iterator = iter(self._items)
        try:
            while self._room.acquire() and not self._failed:
                item = next(iterator, _END)
                if isinstance(item, _Ended):
                    break
                hand_over(item)
        except Exception as error:
            self._unread.append(error)
        hand_over(_END)

    async def _work(self, waiting: "asyncio.Queue[T | _Ended]") -> None:
        while not self._failed and not isinstance(item := await waiting.get(), _Ended):
            try:
                self._results.put(await self._call(item))
            except Exception as error:
                self._failed.append(error)
        # The end is for every worker: pass it on.
        waiting.put_nowait(_END)

    async def _cancel_when_stopped(self, workers: Sequence["asyncio.Task[None]"]) -> None:
        while not self._stopping.is_set():
            await asyncio.sleep(0.1)
        await asyncio.sleep(STOP_SECONDS)
        for worker in workers:
            worker.cancel()
