"""What benchmarks measure with: peak memory, and a scratch folder."""

import tempfile
import threading
from pathlib import Path

import psutil


class PeakMemory:
    """The most memory that this process and its children held together, in MB, sampled."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._stop = threading.Event()
        self.peak = 0.0
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            total = 0
            for process in [self._process, *self._process.children(recursive=True)]:
                try:
                    total += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.peak = max(self.peak, total / 1e6)


def own_peak_mb() -> float:
    """The most memory that this process ever held, in MB.

    Not `ru_maxrss`: a process that is started inherits that of the one that started it.
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1000
    return 0.0


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder for one benchmark's lake."""
    return tempfile.TemporaryDirectory(prefix="listing-bench-")
