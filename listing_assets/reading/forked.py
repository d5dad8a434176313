"""Reads for a forked process, which must not use the lake itself: Lance does not survive a fork.

The threads and locks of the parent's tables are copied half, so that a child may hang for ever. A
fresh process (`__main__.py`) reads in its place and answers over a pipe; it ends with its asker.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from listing_assets.reading.source import RevisionSource, RowIds
from resources.errors import LakeError

_IMPORTED_IN = os.getpid()

Answer = tuple[list[dict[str, Any]], list[bytes]]
"""Rows and their photos."""


def is_forked() -> bool:
    """Whether this process is the copy of one that may have used the lake."""
    return os.getpid() != _IMPORTED_IN


def read(source: RevisionSource, rows: RowIds, photos: RowIds, columns: Sequence[str]) -> Answer:
    """Rows and photos at these row ids, in their order."""
    return source.rows(rows, columns).to_pylist(), list(source.jpegs(photos))


class ReadingProcess:
    """A process of its own that reads from `source`."""

    def __init__(self, source: RevisionSource) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "listing_assets.reading"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        self._send(source)

    def read(self, rows: RowIds, photos: RowIds, columns: Sequence[str]) -> Answer:
        """As the function `read`. Raises `LakeError` in the words of what failed there."""
        self._send((rows, photos, tuple(columns)))
        assert self._process.stdout is not None
        try:
            answer = pickle.load(self._process.stdout)  # noqa: S301 - our own process wrote it
        except EOFError:
            raise LakeError("the process that reads for this worker has ended.") from None
        if isinstance(answer, str):
            raise LakeError(answer)
        found: Answer = answer
        return found

    def _send(self, message: object) -> None:
        assert self._process.stdin is not None
        pickle.dump(message, self._process.stdin)
        self._process.stdin.flush()
