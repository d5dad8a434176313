"""What benchmarks measure with: peak memory, and a scratch folder."""

import tempfile
import threading
import time
from pathlib import Path

import psutil


class PeakMemory:
    """The most memory that this process and its children held together, in MB, sampled.

    `samples` are moments (seconds since 1970), what was held then, and the processor seconds that
    this process had taken by then: on a busy machine these tell more than the clock.
    """

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._stop = threading.Event()
        self.peak = 0.0
        self.samples: list[tuple[float, float, float]] = []
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
            cpu = self._process.cpu_times()
            self.samples.append((time.time(), total / 1e6, cpu.user + cpu.system))

    def between(self, began: float, ended: float) -> float:
        """The most memory between two moments, or at the last sample before them."""
        held = [mb for moment, mb, _ in self.samples if began <= moment <= ended]
        before = [mb for moment, mb, _ in self.samples if moment < began]
        return max(held or before[-1:] or [0.0])

    def cpu_since(self, began: float) -> float:
        """Processor seconds that this process has taken since a moment."""
        before = [cpu for moment, _, cpu in self.samples if moment <= began]
        return self.samples[-1][2] - before[-1] if before else 0.0


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
