import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from listing_assets.imaging.normalize import Normalized, Rejected, normalize
from listing_assets.imaging.reasons import Reason
from listing_assets.imaging.spec import NormalizationSpec
from listing_assets.imaging.workers import DecodePool
from resources.errors import ListingError
from tests.imaging.misbehaving import work

SPEC = NormalizationSpec(width=64, height=64)
ROOT = Path(__file__).resolve().parents[2]


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until_gone(pid: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while is_running(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not is_running(pid)


def told(outcome: Normalized | Rejected) -> str:
    assert isinstance(outcome, Rejected), outcome
    return outcome.detail


@pytest.fixture(scope="module")
def pool():
    with DecodePool(2, timeout_seconds=30, work=work) as pool:
        yield pool


def test_a_worker_gives_what_the_same_process_gives(pool, encoded, scene):
    for data in (encoded(scene, "JPEG"), encoded(scene, "PNG"), b"", b"text", b"\xff\xd8\xff"):
        assert pool.normalize(data, SPEC) == normalize(data, SPEC)


def test_many_threads_each_get_their_own_photo(pool, encoded, scene):
    photos = [encoded(scene.resize((20 + i, 30)), "PNG") for i in range(40)]
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda data: pool.normalize(data, SPEC), photos))
    assert [outcome.facts.width for outcome in outcomes] == [20 + i for i in range(40)]


def test_no_more_workers_run_than_planned(pool):
    with ThreadPoolExecutor(6) as threads:
        told_pids = {
            told(o) for o in threads.map(lambda _: pool.normalize(b"pid:", SPEC), range(8))
        }
    assert len(told_pids) == 2
    assert str(os.getpid()) not in told_pids


def test_no_caller_is_passed_over():
    with DecodePool(1, work=work) as pool, ThreadPoolExecutor(3) as threads:
        order: list[int] = []

        def ask(caller: int) -> None:
            for _ in range(5):
                pool.normalize(b"pid:", SPEC)
                order.append(caller)

        list(threads.map(ask, range(3)))
    # In turns: nobody is served twice while another one waits.
    assert all(len(set(order[i : i + 3])) == 3 for i in range(0, 12, 3))


@pytest.mark.parametrize(
    ("crash", "words"),
    [
        (b"segfault", "Segmentation fault"),
        (b"killed", "Killed"),
        (b"abort", "Aborted: free(): invalid pointer"),
        (b"exit", "exit status 3"),
        (b"raise", "RuntimeError: a bug, not a broken file"),
    ],
)
def test_a_crash_costs_its_file_only(pool, encoded, scene, crash, words):
    photo = encoded(scene, "JPEG")
    expected = normalize(photo, SPEC)
    files = [photo] * 6 + [crash] + [photo] * 6
    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(lambda data: pool.normalize(data, SPEC), files))
    crashed = outcomes.pop(6)
    assert isinstance(crashed, Rejected)
    assert crashed.reason is Reason.DECODER_CRASHED
    assert words in crashed.detail
    assert outcomes == [expected] * 12


@pytest.mark.parametrize("hang", [b"hang", b"hang_with_lock"])
def test_a_hang_costs_its_file_and_the_timeout_only(encoded, scene, hang):
    photo = encoded(scene, "JPEG")
    with DecodePool(2, timeout_seconds=1, work=work) as pool, ThreadPoolExecutor(3) as threads:
        pool.normalize(photo, SPEC)
        began = time.monotonic()
        hanging = threads.submit(pool.normalize, hang, SPEC)
        others = list(threads.map(lambda data: pool.normalize(data, SPEC), [photo] * 8))
        assert told(hanging.result()) == "The decoder gave no answer in 1 s."
        assert hanging.result().reason is Reason.DECODER_CRASHED
        assert time.monotonic() - began < 8
        assert others == [normalize(photo, SPEC)] * 8
        assert pool.normalize(photo, SPEC) == normalize(photo, SPEC)


def test_a_photo_that_was_not_to_blame_is_tried_again(pool, tmp_path):
    marker = tmp_path / "crashed"
    outcome = pool.normalize(b"crash_once:" + os.fsencode(marker), SPEC)
    assert marker.exists()
    assert isinstance(outcome, Rejected)
    assert outcome.reason is Reason.NOT_AN_IMAGE


def test_a_worker_that_was_killed_while_idle_harms_no_photo(encoded, scene):
    with DecodePool(1, work=work) as pool:
        os.kill(int(told(pool.normalize(b"pid:", SPEC))), signal.SIGKILL)
        assert isinstance(pool.normalize(encoded(scene, "JPEG"), SPEC), Normalized)


def test_signals_to_the_whole_process_group_blame_no_photo(encoded, scene):
    with DecodePool(1, work=work) as pool:
        pid = int(told(pool.normalize(b"pid:", SPEC)))
        os.kill(pid, signal.SIGINT)
        os.kill(pid, signal.SIGTERM)
        assert isinstance(pool.normalize(encoded(scene, "JPEG"), SPEC), Normalized)
        assert told(pool.normalize(b"pid:", SPEC)) == str(pid)


def test_closing_ends_the_workers():
    with DecodePool(1, work=work) as pool:
        pid = int(told(pool.normalize(b"pid:", SPEC)))
        assert is_running(pid)
    assert not is_running(pid)
    with pytest.raises(ListingError, match="closed"):
        pool.normalize(b"pid:", SPEC)


def test_closing_sets_free_whoever_waits():
    pool = DecodePool(1, timeout_seconds=30, work=work)
    pid = int(told(pool.normalize(b"pid:", SPEC)))
    errors: list[BaseException] = []

    def wait() -> None:
        try:
            pool.normalize(b"hang", SPEC)
        except ListingError as error:
            errors.append(error)

    threads = [threading.Thread(target=wait) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    pool.close()
    for thread in threads:
        thread.join(10)
    assert len(errors) == 3
    assert not is_running(pid)


PARENT = """
import sys, threading, time
from listing_assets.imaging.spec import NormalizationSpec
from listing_assets.imaging.workers import DecodePool
from tests.imaging.misbehaving import work

pool = DecodePool(2, timeout_seconds=1.5, work=work)
pids = set()
def ask():
    pids.add(pool.normalize(b"pid:", NormalizationSpec()).detail)
threads = [threading.Thread(target=ask) for _ in range(2)]
[t.start() for t in threads]; [t.join() for t in threads]
threading.Thread(target=pool.normalize, args=(b"hang_with_lock", NormalizationSpec())).start()
time.sleep(0.2)
print(*pids, flush=True)
time.sleep(60)
"""


def test_workers_leave_when_their_parent_is_killed():
    parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout
    with parent.stdout as said:
        pids = [int(pid) for pid in said.readline().split()]
    assert len(pids) == 2
    parent.kill()
    parent.wait()
    assert all(wait_until_gone(pid, 15) for pid in pids)


def test_a_worker_imports_no_more_than_it_needs(pool):
    imported = set(told(pool.normalize(b"imported:", SPEC)).split())
    assert "PIL.JpegImagePlugin" in imported
    assert not imported & {"pandas", "pyarrow", "lance", "lancedb", "dagster", "pytest"}


def test_work_that_no_worker_can_import_is_an_error_of_ours_and_not_of_the_photo():
    script = (
        "from listing_assets.imaging.workers import DecodePool\n"
        "from listing_assets.imaging.spec import NormalizationSpec\n"
        "def mine(data, spec): ...\n"
        "DecodePool(1, work=mine).normalize(b'', NormalizationSpec())\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], check=False, cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    assert "ListingError: The decoding processes cannot start" in ended.stderr
    assert "Can't get attribute 'mine'" in ended.stderr
