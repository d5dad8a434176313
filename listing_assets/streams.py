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

    After an error no further item is begun; the calls in flight finish and their results are
    yielded before the error is raised, because they may have been paid for. `close` is awaited
    last, in the same loop.
    """
    results: queue.Queue[R | _Ended] = queue.Queue(maxsize=max(2 * concurrency, 64))

    async def run() -> None:
        iterator = iter(items)
        flying: set[asyncio.Task[R]] = set()
        error: BaseException | None = None
        exhausted = False
        while flying or not (exhausted or error):
            while len(flying) < concurrency and not (exhausted or error):
                try:
                    # Reading the next item may read from the lake: not in the event loop.
                    item = await asyncio.to_thread(next, iterator, _END)
                except Exception as failure:
                    error = failure
                    break
                if isinstance(item, _Ended):
                    exhausted = True
                else:
                    flying.add(asyncio.ensure_future(call(item)))
            if flying:
                landed, flying = await asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)
                for task in landed:
                    raised = task.exception()
                    if raised is None:
                        await asyncio.to_thread(results.put, task.result())
                    else:
                        error = error or raised
        if close is not None:
            await close()
        if error is not None:
            raise error

    outcome: list[BaseException] = []

    def target() -> None:
        try:
            asyncio.run(run())
        except BaseException as failure:
            outcome.append(failure)
        finally:
            results.put(_END)

    thread = threading.Thread(target=target, name="event loop of calls", daemon=True)
    thread.start()
    while not isinstance(result := results.get(), _Ended):
        yield result
    thread.join()
    if outcome:
        raise outcome[0]


class _Ended:
    """Marks the end of a stream."""


_END = _Ended()
