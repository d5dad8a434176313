"""The kernel: bounded, committed in windows, and nothing finished is ever lost."""

import itertools
import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listing_assets.increment import Increment, Outcome, Spent, Window, run_increment


class Store:
    """Collects what is committed."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    def commit(self, outcomes) -> None:
        self.batches.append([outcome.result for outcome in outcomes])

    @property
    def rows(self) -> list[int]:
        return list(itertools.chain(*self.batches))


def squares(items: Iterator[int]) -> Iterator[Outcome[int]]:
    for item in items:
        yield Outcome(item * item, spent=Spent(calls=1, input_tokens=2, cost=0.5))


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 60), st.integers(1, 20))
def test_every_missing_item_is_computed_and_committed_once(missing: int, rows: int) -> None:
    store = Store()
    report = run_increment(
        Increment(100, missing, range(missing)), squares, store.commit, window=Window(rows, 60)
    )
    assert store.rows == [item * item for item in range(missing)]
    assert all(len(batch) <= rows for batch in store.batches)
    assert (report.needed, report.reused, report.computed) == (100, 100 - missing, missing)
    assert (report.calls, report.input_tokens, report.cost) == (missing, 2 * missing, missing / 2)


def test_a_result_is_committed_after_the_window_even_if_the_next_one_takes_long() -> None:
    store = Store()
    first_stored = threading.Event()

    def commit(outcomes) -> None:
        store.commit(outcomes)
        first_stored.set()

    def one_then_wait(items: Iterator[int]) -> Iterator[Outcome[int]]:
        yield Outcome(next(items))
        assert first_stored.wait(20), "the first result was not committed while the second ran"
        yield Outcome(next(items))

    run_increment(Increment(2, 2, range(2)), one_then_wait, commit, window=Window(500, 0.2))
    assert store.batches == [[0], [1]]


def test_what_was_finished_before_an_error_is_committed() -> None:
    store = Store()

    def fail_after_three(items: Iterator[int]) -> Iterator[Outcome[int]]:
        yield from (Outcome(next(items)) for _ in range(3))
        raise RuntimeError("the endpoint is gone")

    with pytest.raises(RuntimeError, match="endpoint is gone"):
        run_increment(Increment(9, 9, range(9)), fail_after_three, store.commit)
    assert store.rows == [0, 1, 2]


def test_an_interrupt_begins_nothing_new_and_commits_what_is_in_flight() -> None:
    store = Store()
    begun: list[int] = []

    def slow(items: Iterator[int]) -> Iterator[Outcome[int]]:
        for item in items:
            begun.append(item)
            time.sleep(0.02)
            yield Outcome(item)

    def interrupt_soon(report, to_compute) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_increment(
            Increment(10_000, 10_000, range(10_000)), slow, store.commit, listener=interrupt_soon
        )
    assert 0 < len(begun) < 1_000
    assert store.rows == begun


def test_a_failed_commit_is_tried_again_and_reported() -> None:
    store = Store()
    tries = itertools.count()

    def commit_fails_once(outcomes) -> None:
        if next(tries) == 0:
            raise OSError("disk full")
        store.commit(outcomes)

    with pytest.raises(OSError, match="disk full"):
        run_increment(Increment(4, 4, range(4)), squares, commit_fails_once, window=Window(2, 60))
    assert sorted(store.rows)[:2] == [0, 1], "what was paid for is stored by the second try"


def test_memory_is_bounded_when_commits_are_slower_than_results() -> None:
    produced = itertools.count()
    ahead: list[int] = []
    committed = 0

    def fast(items: Iterator[int]) -> Iterator[Outcome[int]]:
        for item in items:
            next(produced)
            yield Outcome(item)

    def slow_commit(outcomes) -> None:
        nonlocal committed
        time.sleep(0.01)
        committed += len(outcomes)
        ahead.append(next(produced) - committed)

    run_increment(Increment(2_000, 2_000, range(2_000)), fast, slow_commit, window=Window(10, 60))
    assert committed == 2_000
    # Counting itself advances the counter by one a commit: 200 commits at most.
    assert max(ahead) <= 200 + 2 * 10 + 2 * 10


def test_failures_are_counted_by_reason_and_an_unknown_cost_stays_unknown() -> None:
    def mixed(items: Iterator[int]) -> Iterator[Outcome[int]]:
        for item in items:
            yield Outcome(item, failure="late" if item % 2 else None, spent=Spent(1, cost=None))

    report = run_increment(Increment(4, 4, range(4)), mixed, lambda outcomes: None)
    assert report.failed == {"late": 2}
    assert report.cost is None


def test_a_real_signal_while_waiting_loses_nothing() -> None:
    """An interrupted `Thread.join` once took the running threads for ended ones."""
    store = Store()
    begun: list[int] = []

    def slow(items: Iterator[int]) -> Iterator[Outcome[int]]:
        for item in items:
            begun.append(item)
            time.sleep(0.05)
            yield Outcome(item)

    # A process that a shell began in the background ignores SIGINT unless told otherwise.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        threading.Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            run_increment(
                Increment(400, 400, range(400)), slow, store.commit, window=Window(500, 600)
            )
    finally:
        signal.signal(signal.SIGINT, before)
    assert begun
    assert store.rows == begun
