"""Who has the lake alone has it alone: leases of others are refused or waited for, both ways."""

import logging
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from listing_assets.maintenance import maintain_lake
from resources.errors import VersionBusyError
from resources.lake import Lake, locks
from resources.lake.compaction import compact

NOTHING = timedelta(0)


def test_maintenance_does_not_begin_while_a_run_writes_and_says_who(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    with (
        lake.lease("photos@v1", "run 7"),
        pytest.raises(
            VersionBusyError,
            match=rf"the lake is in use: photos@v1 is held by process {os.getpid()} .*\(run 7\)",
        ),
    ):
        maintain_lake(lake, NOTHING, "a test")
    assert [one.table for one in maintain_lake(lake, NOTHING, "a test").tables] == ["leases"]


def test_a_lake_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path / "lake"))
    for dry_run in (True, False):
        assert maintain_lake(lake, NOTHING, "a test", dry_run=dry_run).tables == ()
    assert list(tmp_path.iterdir()) == []


def test_a_run_waits_until_maintenance_has_ended_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lake, taken = Lake(str(tmp_path)), threading.Event()

    def run() -> None:
        with Lake(str(tmp_path)).lease("photos@v1", "run 7"):
            taken.set()

    with caplog.at_level(logging.INFO, "resources.lake"):
        with lake.alone("listing maintain"):
            thread = threading.Thread(target=run)
            thread.start()
            assert not taken.wait(1.0)
        thread.join(30)
    assert taken.is_set()
    first, last = caplog.records
    assert "listing maintain" in first.getMessage()
    assert first.waits_for
    assert last.waits_for is None


def test_a_run_that_waited_long_enough_is_refused_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "ALONE_SECONDS", 0.2)
    lake = Lake(str(tmp_path))
    with (
        lake.alone("listing maintain"),
        pytest.raises(VersionBusyError, match=r"the whole lake is held by .*\(listing maintain\)"),
        lake.lease("photos@v1", "run 7"),
    ):
        pass


def test_one_maintenance_at_a_time(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    with lake.alone("the first"), pytest.raises(VersionBusyError, match=r"\(the first\)"):
        maintain_lake(lake, NOTHING, "the second")


def test_leases_and_maintenance_never_overlap_while_leases_are_compacted(tmp_path: Path) -> None:
    inside, overlaps, turns = set(), [], 4
    guard = threading.Lock()

    def enter(name: str) -> None:
        with guard:
            inside.add(name)
            if "alone" in inside and len(inside) > 1:
                overlaps.append(set(inside))

    def leave(name: str) -> None:
        with guard:
            inside.remove(name)

    def run(number: int) -> None:
        for _ in range(turns):
            with Lake(str(tmp_path)).lease(f"photos@v{number}", "run", wait_seconds=60):
                enter(f"run {number}")
                time.sleep(0.05)
                leave(f"run {number}")

    def maintain() -> None:
        for _ in range(turns):
            with Lake(str(tmp_path)).alone("maintain", wait_seconds=60):
                enter("alone")
                compact(Lake(str(tmp_path)), "leases")
                leave("alone")

    with ThreadPoolExecutor(3) as threads:
        for done in [threads.submit(run, 1), threads.submit(run, 2), threads.submit(maintain)]:
            done.result(timeout=120)
    assert overlaps == []
