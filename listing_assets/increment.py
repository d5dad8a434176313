"""The kernel: compute what is missing, commit it in small windows, report.

`normalized_images`, `smart_tags` and `embeddings` are this one loop with three computations. The
computation hands over an iterator of outcomes; on what it runs (threads, coroutines, processes, a
cluster) is its own affair. Memory does not grow with the version: outcomes wait in a bounded queue.

What is missing, what is computed and where it is kept is told by the caller; nothing here knows
photos, models or tables.
"""

import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

T = TypeVar("T")
R = TypeVar("R")

Mode = Literal["incremental", "full"]


@dataclass(frozen=True, slots=True)
class Spent:
    """What computing one outcome consumed. `cost` is None where no price is known."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = 0.0


@dataclass(frozen=True, slots=True)
class Outcome(Generic[R]):
    """One computed result: what is to be stored, and how it went.

    `failure` is a reason code where there is no usable result; the row that says so is stored all
    the same.
    """

    result: R
    failure: str | None = None
    spent: Spent = Spent()


@dataclass(frozen=True, slots=True)
class Increment(Generic[T]):
    """What a version needs and what of it the store lacks.

    `missing` is read once, lazily; `needed` and `to_compute` count it beforehand.
    """

    needed: int
    to_compute: int
    missing: Iterable[T]

    @property
    def reused(self) -> int:
        """How many results of earlier runs serve again."""
        return self.needed - self.to_compute


@dataclass(frozen=True, slots=True)
class Window:
    """How much may be uncommitted: `rows` outcomes or `seconds`, whichever comes first."""

    rows: int = 500
    seconds: float = 2.0


@dataclass(slots=True)
class Report:
    """What an increment did. `failed` counts outcomes by reason code."""

    needed: int = 0
    reused: int = 0
    computed: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = 0.0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Computed results per second."""
        return self.computed / self.seconds if self.seconds else 0.0

    def add(self, outcome: Outcome[R]) -> None:
        """Count one outcome."""
        self.computed += 1
        if outcome.failure:
            self.failed[outcome.failure] += 1
        spent = outcome.spent
        self.calls += spent.calls
        self.input_tokens += spent.input_tokens
        self.output_tokens += spent.output_tokens
        known = self.cost is not None and spent.cost is not None
        self.cost = (self.cost or 0.0) + (spent.cost or 0.0) if known else None


Listener = Callable[[Report, int], None]
"""Told the report so far and how many results are to be computed, a few times a second."""

GRACE_SECONDS = 20.0
"""How long calls in flight may still finish after the run was asked to stop."""


def run_increment(
    increment: Increment[T],
    compute: Callable[[Iterator[T]], Iterator[Outcome[R]]],
    commit: Callable[[Sequence[Outcome[R]]], None],
    *,
    window: Window = Window(),
    listener: Listener | None = None,
    on_stop: Callable[[], None] = lambda: None,
) -> Report:
    """Compute what is missing and commit as it comes.

    `compute` must be lazy: it takes items only as it has room for them. `commit` stores a batch in
    one append; it is called from one thread at a time. When the calling thread is interrupted
    (Ctrl-C, SIGTERM turned into an exception), no further items are begun, those in flight have
    `GRACE_SECONDS` to finish, all that is finished is committed, and the interrupt goes on;
    `on_stop` is called first, so that calls in flight are not tried again.

    Raises:
        whatever `compute` or `commit` raised, once everything finished is committed.
    """
    report = Report(needed=increment.needed, reused=increment.reused)
    started = time.monotonic()
    run = _Run(increment.missing, compute, commit, window, report)
    try:
        while run.is_going(wait_seconds=0.2):
            report.seconds = time.monotonic() - started
            if listener:
                listener(report, increment.to_compute)
    except BaseException:
        on_stop()
        raise
    finally:
        run.stop(GRACE_SECONDS)
        report.seconds = time.monotonic() - started
    run.raise_failure()
    if listener:
        listener(report, increment.to_compute)
    return report


class _End:
    """Marks the end of the outcomes in the queue."""


class _Run(Generic[T, R]):
    """Two threads of one increment: one computes into a bounded queue, one commits from it."""

    def __init__(
        self,
        missing: Iterable[T],
        compute: Callable[[Iterator[T]], Iterator[Outcome[R]]],
        commit: Callable[[Sequence[Outcome[R]]], None],
        window: Window,
        report: Report,
    ) -> None:
        self._missing = missing
        self._compute = compute
        self._commit = commit
        self._window = window
        self._report = report
        self._stopping = threading.Event()
        self._failure: BaseException | None = None
        self._finished: queue.Queue[Outcome[R] | _End] = queue.Queue(maxsize=2 * window.rows)
        # Events, not Thread.join: an interrupted join takes a running thread for an ended one.
        self._all_computed = threading.Event()
        self._all_committed = threading.Event()
        threading.Thread(target=self._fill, name="increment compute", daemon=True).start()
        threading.Thread(target=self._drain, name="increment commit").start()

    def is_going(self, wait_seconds: float) -> bool:
        """Wait a little; tell whether outcomes are still to be committed."""
        return not self._all_committed.wait(wait_seconds)

    def stop(self, grace_seconds: float) -> None:
        """Begin nothing more, give what is in flight its grace, commit what is finished."""
        self._stopping.set()
        if not self._all_computed.wait(grace_seconds):  # hangs in a call: leave it behind
            self._finished.put(_End())
        self._all_committed.wait()

    def raise_failure(self) -> None:
        """Raise what went wrong in either thread."""
        if self._failure is not None:
            raise self._failure

    def _items(self) -> Iterator[T]:
        for item in self._missing:
            if self._stopping.is_set():
                return
            yield item

    def _fill(self) -> None:
        try:
            for outcome in self._compute(self._items()):
                self._finished.put(outcome)
        except BaseException as error:
            self._failure = self._failure or error
        finally:
            self._finished.put(_End())
            self._all_computed.set()

    def _drain(self) -> None:
        try:
            self._commit_windows()
        finally:
            self._all_committed.set()

    def _commit_windows(self) -> None:
        batch: list[Outcome[R]] = []
        due = time.monotonic() + self._window.seconds
        ended = False
        while not ended:
            try:
                outcome = self._finished.get(timeout=max(0.0, due - time.monotonic()))
            except queue.Empty:
                pass
            else:
                ended = isinstance(outcome, _End)
                if not isinstance(outcome, _End):
                    batch.append(outcome)
            if ended or len(batch) >= self._window.rows or time.monotonic() >= due:
                # What could not be stored was paid for: it stays in the batch for another try.
                if self._store(batch):
                    batch = []
                due = time.monotonic() + self._window.seconds

    def _store(self, batch: Sequence[Outcome[R]]) -> bool:
        if not batch:
            return True
        try:
            self._commit(batch)
        except Exception as error:
            self._failure = self._failure or error
            self._stopping.set()
            return False
        for outcome in batch:
            self._report.add(outcome)
        return True
