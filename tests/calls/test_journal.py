"""The journal: what was written outlives the process, what is settled is forgotten."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from listing_assets.calls import journal
from listing_assets.calls.journal import Journal, left_behind

WRITER = """
import os, signal, sys
from pathlib import Path
from listing_assets.calls.journal import Journal
journal = Journal(Path(sys.argv[1]), {"context": {"model": "m"}})
for number in range(5):
    journal.write(str(number), {"number": number})
journal.settle(["0", "1"])
os.kill(os.getpid(), signal.SIGKILL)
"""


def records(folder: Path) -> list[dict]:
    return [record for segment in left_behind(folder) for record in segment.records]


def test_what_was_written_outlives_a_kill(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", WRITER, str(tmp_path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    (segment,) = left_behind(tmp_path)
    assert segment.heading == {"context": {"model": "m"}}
    assert [record["number"] for record in segment.records] == [0, 1, 2, 3, 4]


def test_a_journal_that_is_settled_leaves_nothing(tmp_path: Path) -> None:
    written = Journal(tmp_path, {})
    written.write("a", {"x": 1})
    written.write("b", {"x": 2})
    written.settle(["a", "b"])
    written.close()
    assert list(tmp_path.iterdir()) == []


def test_a_journal_that_writes_nothing_makes_no_file(tmp_path: Path) -> None:
    Journal(tmp_path / "none", {}).close()
    assert not (tmp_path / "none").exists()


def test_what_is_not_settled_stays(tmp_path: Path) -> None:
    written = Journal(tmp_path, {})
    written.write("a", {"x": 1})
    written.write("b", {"x": 2})
    written.settle(["a"])
    written.close()
    assert {"x": 2} in records(tmp_path)


def test_settled_segments_are_deleted_while_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "SEGMENT_LINES", 10)
    written = Journal(tmp_path, {})
    for number in range(500):
        written.write(str(number), {"number": number})
        if number >= 5:
            written.settle([str(number - 5)])
    assert len(list(tmp_path.iterdir())) <= 3
    written.settle(str(number) for number in range(500))
    written.close()
    assert list(tmp_path.iterdir()) == []


def test_a_key_in_two_segments_keeps_both_until_it_is_settled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "SEGMENT_LINES", 2)
    written = Journal(tmp_path, {})
    written.write("call", {"begun": True})
    written.write("call", {"ended": True})
    written.close()
    assert {"begun": True} in records(tmp_path)
    assert {"ended": True} in records(tmp_path)


def test_a_torn_line_is_passed_over(tmp_path: Path) -> None:
    written = Journal(tmp_path, {"context": {}})
    written.write("a", {"x": 1})
    written.close()
    (path,) = tmp_path.iterdir()
    with path.open("ab") as file:
        file.write(b'{"x": 2, "torn')
    assert records(tmp_path) == [{"x": 1}]


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    Journal(tmp_path, {}).write("a", {})
    (path,) = tmp_path.iterdir()
    assert path.stat().st_mode & 0o077 == 0
    assert os.access(path, os.R_OK)
