"""Worker processes for decoding, so that a file that crashes or hangs a decoder costs itself only.

Each worker is a fresh interpreter (never a fork) at the end of a socket of its own, and works on
one file at a time. So a dead worker always names its file, it leaves no shared lock behind, and
when the parent is gone it sees the end of its socket and leaves. `serve` runs in there.

Not multiprocessing's processes, nor a pool built on them: those import the parent's main module
again in every worker, which is all of Dagster in a step, and the lake in the command line.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import warnings
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self

from listing_assets.imaging.normalize import Normalized, normalize
from listing_assets.imaging.reasons import Reason, Rejected
from listing_assets.imaging.spec import NormalizationSpec
from resources.errors import ListingError

Work = Callable[[bytes, NormalizationSpec], Normalized | Rejected]

_START_SECONDS = 120.0
_ENVIRONMENT = {
    # One photo at a time: threads of the matrix library only cost start-up.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # glibc gives memory back after every photo and faults it in again for the next, which takes
    # 4% of the time. These keep up to 64 MB a worker.
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024**2),
    "MALLOC_TRIM_THRESHOLD_": str(64 * 1024**2),
}
_SERVE = "import sys; from listing_assets.imaging.workers import serve; serve(int(sys.argv[1]))"


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux, where a container may be given fewer
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class DecodePool:
    """Normalizes photos in worker processes. A context manager, for any number of threads.

    Each caller waits for its own photo, and for a free worker where all are busy; so `workers`
    bounds the memory that decoding takes. A worker starts when it is first needed.
    """

    def __init__(
        self,
        workers: int | None = None,
        timeout_seconds: float = 60.0,
        *,
        work: Work = normalize,
    ) -> None:
        """Plan for `workers` processes; None means one for each processor that is ours to use.

        `timeout_seconds` is the longest that one photo may take in a worker. `work` is what is
        done there: a function that a fresh interpreter can import by its name.
        """
        self._timeout = timeout_seconds
        self._work = work
        self._closed = False
        self._changing = threading.Lock()
        self._alive: set[_Worker] = set()
        # A place is a worker, or None where one may be started. The last one given back is taken
        # first, so that one caller alone keeps one worker warm and starts no second.
        self._free: list[_Worker | None] = [None] * (workers or processors())
        self._waiting: deque[SimpleQueue[_Worker | None]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def normalize(self, data: bytes, spec: NormalizationSpec) -> Normalized | Rejected:
        """What the work gives for `data`; blocks until it is there.

        A photo whose worker dies is tried once more in a fresh worker, because a machine that
        runs out of memory kills innocents too. When that one dies as well, or the photo takes
        longer than the timeout, it is rejected as `decoder_crashed`.

        Raises:
            ListingError: workers cannot start, or the pool is closed.
        """
        try:
            try:
                return self._attempt(data, spec)
            except _WorkerDiedError:
                return self._attempt(data, spec)
        except _WorkerDiedError as error:
            return Rejected(Reason.DECODER_CRASHED, f"The decoder crashed, twice: {error}.")
        except TimeoutError:
            return Rejected(
                Reason.DECODER_CRASHED, f"The decoder gave no answer in {self._timeout:g} s."
            )

    def close(self) -> None:
        """End all workers. Callers that still wait get a `ListingError`."""
        with self._changing:
            self._closed = True
            idle = [worker for worker in self._free if worker]
            self._free = [None] * len(self._free)
            for worker in self._alive:
                worker.process.kill()  # a busy one is cleared away by the thread that waits for it
            while self._waiting:
                self._waiting.popleft().put(None)
        for worker in idle:
            self._clear_away(worker)

    def _take_place(self) -> "_Worker | None":
        with self._changing:
            self._raise_if_closed()
            if self._free:
                return self._free.pop()
            mine: SimpleQueue[_Worker | None] = SimpleQueue()
            self._waiting.append(mine)
        return mine.get()

    def _give_back(self, place: "_Worker | None") -> None:
        """Hand the place to who has waited longest: a queue would let newcomers pass for ever."""
        with self._changing:
            if self._waiting:
                self._waiting.popleft().put(place)
            else:
                self._free.append(place)

    def _attempt(self, data: bytes, spec: NormalizationSpec) -> Normalized | Rejected:
        worker, fit = self._take_place(), None
        try:
            if worker is None:
                worker = self._start()
            result = worker.run(data, spec, self._timeout)
            fit = worker
        except _WorkerDiedError:
            self._raise_if_closed()
            raise
        finally:
            if worker is not None and (fit is None or self._closed):
                self._clear_away(worker)
                fit = None
            self._give_back(fit)
        return result

    def _start(self) -> "_Worker":
        with self._changing:
            self._raise_if_closed()
            worker = _Worker()
            self._alive.add(worker)
        try:
            worker.prepare(self._work, self._timeout)
        except BaseException as error:
            self._clear_away(worker)
            if isinstance(error, _WorkerDiedError | TimeoutError):
                self._raise_if_closed()
                raise ListingError(
                    f"The decoding processes cannot start: {error}.",
                    "Check that this Python can import listing_assets, pillow and numpy.",
                ) from error
            raise
        return worker

    def _raise_if_closed(self) -> None:
        if self._closed:
            raise ListingError("The decode pool is closed.", "Normalize photos before closing it.")

    def _clear_away(self, worker: "_Worker") -> None:
        with self._changing:
            self._alive.discard(worker)
        worker.clear_away()


class _WorkerDiedError(Exception):
    """A worker ended by itself; says how."""


class _Worker:
    """One process and the socket to it, used by one thread at a time."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        # What libraries print, and a dying process' last words; never the user's terminal.
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the worker
        search = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - this interpreter, our own words
                [sys.executable, "-P", "-c", _SERVE, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                pass_fds=[theirs.fileno()],
                env={**os.environ, **_ENVIRONMENT, "PYTHONPATH": search},
            )
        self._link = Connection(ours.detach())

    def prepare(self, work: Work, timeout: float) -> None:
        """Hand over the work, and wait until the process has imported what it needs."""
        self._exchange((work, timeout), _START_SECONDS)

    def run(self, data: bytes, spec: NormalizationSpec, timeout: float) -> Normalized | Rejected:
        """The result for one photo. Raises TimeoutError, or _WorkerDiedError with the cause."""
        os.lseek(self._said.fileno(), 0, os.SEEK_SET)
        os.ftruncate(self._said.fileno(), 0)
        result = self._exchange((data, spec), timeout)
        assert isinstance(result, Normalized | Rejected)
        return result

    def clear_away(self) -> None:
        """End the process, whatever it does, and give back its descriptors."""
        self.process.kill()
        self.process.wait()
        self._link.close()
        self._said.close()

    def _exchange(self, message: object, timeout: float) -> object:
        try:
            self._link.send(message)
            if not self._link.poll(timeout):
                raise TimeoutError
            return self._link.recv()
        except (EOFError, ConnectionError):
            raise _WorkerDiedError(self._how_it_ended()) from None

    def _how_it_ended(self) -> str:
        try:
            status = self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "its process closed the connection"
        words = f"exit status {status}" if status >= 0 else signal.strsignal(-status)
        size = os.fstat(self._said.fileno()).st_size
        tail = os.pread(self._said.fileno(), 2000, max(0, size - 2000)).decode(errors="replace")
        last = tail.strip().splitlines()[-1:]
        return ": ".join([words or f"signal {-status}", *last])[:300]


def serve(descriptor: int) -> None:
    """Work for the parent at the other end of the socket `descriptor` until it goes away.

    The first message is the work and its timeout in seconds, each further one a photo's bytes
    and its spec; each is answered.
    """
    # Ctrl-C and a service manager's SIGTERM reach the whole process group. The parent decides
    # when work ends, and a worker that ended by itself would blame the photo.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    warnings.simplefilter("ignore")
    with suppress(OSError):  # out of memory, Linux should end the decoder rather than the run
        Path("/proc/self/oom_score_adj").write_text("500")
    link = Connection(descriptor)
    with suppress(EOFError, ConnectionError):
        work: Work
        work, timeout = link.recv()
        link.send(None)
        while True:
            task: Any = link.recv()
            # The parent's own timeout comes first, unless it died while the decoder hangs; the
            # alarm's default action ends the process even inside a decoder.
            signal.setitimer(signal.ITIMER_REAL, timeout + 2)
            result = work(*task)
            signal.setitimer(signal.ITIMER_REAL, 0)
            link.send(result)
