"""Lines on the local disk that outlive the process, until the lake holds what they say.

A line is written before a request leaves and when its answer is there, so that a kill loses neither
an answer that was paid for nor the trace of a call that was in flight. Lines are gathered in
segments; a segment is deleted once all of its keys are settled. Only lines of one writer are in a
folder at a time: the lease of the model sees to that.
"""

import json
import os
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

SEGMENT_LINES = 2_000


class Journal:
    """Appends records under keys. Safe to use from several threads."""

    def __init__(self, folder: Path, heading: Mapping[str, Any]) -> None:
        """`heading` is the first line of every segment: what all its records have in common."""
        self._folder = folder
        self._heading = heading
        self._lock = threading.Lock()
        self._unsettled: dict[Path, set[str]] = {}
        self._path: Path | None = None
        self._file = -1
        self._lines = 0

    def write(self, key: str, record: Mapping[str, Any]) -> None:
        """Append `record` under `key`; it has reached the system when this returns."""
        with self._lock:
            if self._path is None or self._lines >= SEGMENT_LINES:
                self._begin_segment()
            self._append(record)
            assert self._path is not None
            self._unsettled[self._path].add(key)

    def settle(self, keys: Iterable[str]) -> None:
        """The lake holds what was written under `keys`; forget it."""
        keys = set(keys)
        with self._lock:
            for path, unsettled in list(self._unsettled.items()):
                unsettled.difference_update(keys)
                if not unsettled and path != self._path:
                    self._delete(path)

    def close(self) -> None:
        """Write no more. What is not settled stays for the next run."""
        with self._lock:
            if self._path is None:
                return
            os.close(self._file)
            path, self._path = self._path, None
            if not self._unsettled[path]:
                self._delete(path)

    def _begin_segment(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        before = self._path
        if before is not None:
            os.close(self._file)
        self._path = self._folder / f"{uuid.uuid4().hex}.jsonl"
        self._file = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
        self._unsettled[self._path] = set()
        self._lines = 0
        self._append(self._heading)
        if before is not None and not self._unsettled[before]:
            self._delete(before)

    def _append(self, record: Mapping[str, Any]) -> None:
        os.write(self._file, json.dumps(record, ensure_ascii=False).encode() + b"\n")
        self._lines += 1

    def _delete(self, path: Path) -> None:
        del self._unsettled[path]
        path.unlink(missing_ok=True)


class Segment:
    """A segment that an earlier process left behind."""

    def __init__(self, path: Path) -> None:
        self.path = path
        lines = list(_whole_lines(path))
        self.heading: dict[str, Any] = lines[0] if lines else {}
        self.records = lines[1:]

    def delete(self) -> None:
        """Forget it: the lake holds what it says."""
        self.path.unlink(missing_ok=True)


def left_behind(folder: Path) -> list[Segment]:
    """The segments in `folder`; call before a journal writes there."""
    return [Segment(path) for path in sorted(folder.glob("*.jsonl"))]


def _whole_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a segment; the last line may be torn by the kill."""
    for line in path.read_bytes().split(b"\n"):
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            yield record
