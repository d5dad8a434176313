"""Bounded streams: run a function or a coroutine over many items, few at a time, as they finish.

Both take items only as they have room, so that a version of any size flows through constant memory,
and both yield results in the order they finish.
"""

import asyncio
import queue
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

READ_AHEAD = 16
"""Items that wait in memory for a call to end."""


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
) -> Iterator[R]:
    """Results of `call`, awaited in an event loop of its own thread, `concurrency` at a time.

    At most `READ_AHEAD` items more than are in flight are read beforehand, in a thread of their
    own, so that no call waits for the lake. After an error no further item is begun; the calls in
    flight finish and their results are yielded before the error is raised, because they may have
    been paid for. `close` is awaited last, in the same loop.
    """
    results: queue.SimpleQueue[R | _Ended] = queue.SimpleQueue()
    room = threading.Semaphore(concurrency + READ_AHEAD)
    errors: list[BaseException] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()
        waiting: asyncio.Queue[T | _Ended] = asyncio.Queue()

        def read() -> None:
            iterator = iter(items)
            try:
                while room.acquire() and not errors:
                    item = next(iterator, _END)
                    loop.call_soon_threadsafe(waiting.put_nowait, item)
                    if isinstance(item, _Ended):
                        return
            except Exception as failure:
                errors.append(failure)
            loop.call_soon_threadsafe(waiting.put_nowait, _END)

        async def work() -> None:
            while not errors and not isinstance(item := await waiting.get(), _Ended):
                try:
                    results.put(await call(item))
                except Exception as failure:
                    errors.append(failure)
            # The end is for every worker: pass it on.
            waiting.put_nowait(_END)

        reader = asyncio.ensure_future(asyncio.to_thread(read))
        await asyncio.gather(*(work() for _ in range(concurrency)))
        room.release()
        await reader
        if close is not None:
            await close()

    def target() -> None:
        try:
            asyncio.run(run())
        except BaseException as failure:
            errors.append(failure)
        finally:
            results.put(_END)

    thread = threading.Thread(target=target, name="event loop of calls", daemon=True)
    thread.start()
    while not isinstance(result := results.get(), _Ended):
        room.release()
        yield result
    thread.join()
    if errors:
        raise errors[0]


class _Ended:
    """Marks the end of a stream."""


_END = _Ended()
