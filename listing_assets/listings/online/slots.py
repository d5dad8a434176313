"""A folder for the journals of one process, which the next process takes over after its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from filelock import FileLock, Timeout


@contextmanager
def slot(folder: Path) -> Iterator[Path]:
    """The first folder `0`, `1`, … of `folder` that no living process has, for this process alone.

    What a killed process left there is the next one's to bring into the lake.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number in count():
        lock = FileLock(folder / f"{number}.lock", thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        try:
            yield folder / str(number)
        finally:
            lock.release()
        return
