"""Keeps the view of a version on disk, as columns, and the last one for whoever asks next.

The steps and checks of a run look at one version one after the other, and mostly nothing has been
stored in between. The view is written once and read by all of them; each reads the columns that it
needs, and none holds the rows in memory.
"""

import shutil
import threading
import weakref
from collections.abc import Callable, Hashable
from pathlib import Path

from resources.scratch import scratch_path


class StoredView:
    """A folder of Parquet files, which goes when the last who uses it is done."""

    def __init__(self) -> None:
        self._folder = scratch_path("view")
        self._folder.mkdir(mode=0o700)
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)

    def path(self, name: str) -> Path:
        """Where the rows of a table are."""
        return Path(self._folder, f"{name}.parquet")


class LastView:
    """The last view that was made in this process; for any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: tuple[Hashable, StoredView] | None = None

    def get(self, key: Hashable, make: Callable[[], StoredView]) -> StoredView:
        """The view of `key`, made where the last one is another's.

        `key` tells all that the view is made of; what is stored after it was told may be in it.
        """
        with self._lock:
            if self._last is not None and self._last[0] == key:
                return self._last[1]
        made = make()
        with self._lock:
            self._last = (key, made)
        return made
