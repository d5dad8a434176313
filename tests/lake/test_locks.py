"""Leases: one holder at a time, on one lake, across processes."""

import itertools
import multiprocessing
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from resources.errors import VersionBusyError
from resources.lake import Lake
from resources.lake.keys import POSITION


def hold(uri: str, name: str, entered, seconds: float) -> None:
    with Lake(uri).lease(name, "test", wait_seconds=30):
        entered.put((os.getpid(), time.time()))
        time.sleep(seconds)
        entered.put((os.getpid(), time.time()))


def test_a_second_holder_is_told_who_holds_it(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    with (
        lake.lease("photos@v1", "run 7"),
        pytest.raises(VersionBusyError, match=rf"process {os.getpid()} .*run 7"),
        lake.lease("photos@v1", "run 8"),
    ):
        pass


def test_leases_of_other_names_do_not_wait(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    with lake.lease("photos@v1", "a"), lake.lease("photos@v2", "b"):
        pass


def test_a_released_lease_can_be_taken_again(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    for _ in range(3):
        with lake.lease("photos@v1", "again"):
            pass


def test_holders_in_several_processes_never_overlap(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    entered = context.Queue()
    holders = [
        context.Process(target=hold, args=(str(tmp_path), "model m", entered, 0.3))
        for _ in range(3)
    ]
    for holder in holders:
        holder.start()
    times = [entered.get(timeout=60) for _ in range(6)]
    for holder in holders:
        holder.join(30)
    spans = {}
    for pid, moment in times:
        spans.setdefault(pid, []).append(moment)
    ordered = sorted(spans.values())
    assert len(ordered) == 3
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(ordered))


def test_the_table_of_leases_can_be_made_by_many_at_one_moment(tmp_path: Path) -> None:
    def take(number: int) -> int:
        with Lake(str(tmp_path)).lease(f"name {number}", "first"):
            return number

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(take, range(8))) == list(range(8))
    table = Lake(str(tmp_path)).open("leases")
    assert POSITION.encode() in table.schema.field("name").metadata
    assert table.count_rows() == 8


def test_the_lease_of_a_killed_process_is_free_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    entered = context.Queue()
    holder = context.Process(target=hold, args=(str(tmp_path), "photos@v1", entered, 60))
    holder.start()
    entered.get(timeout=60)
    assert holder.pid is not None
    os.kill(holder.pid, signal.SIGKILL)
    holder.join(10)
    began = time.monotonic()
    with Lake(str(tmp_path)).lease("photos@v1", "after the kill", wait_seconds=5):
        assert time.monotonic() - began < 5
