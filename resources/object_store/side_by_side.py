"""Lists the folders of a bucket side by side: what a plain listing gives, but in no order.

A plain listing asks for each page when the one before is there: 1,000,000 keys are 1,000 answers
that are waited for one after the other. Pages with a delimiter tell the folders of a folder and its
own objects; the folders are then listed by several threads. Where there are many folders, such as
one a product, neighbours are listed together, as a range of keys, so that few pages are asked for
more than a plain listing would. One folder that holds all objects itself is listed plainly.

Keys are those of the bucket here, and an answer is what botocore makes of it.
"""

import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from botocore.exceptions import ClientError

from resources.object_store.s3_errors import is_denied

LISTERS: Final = 8
"""Threads that list: parsing what 8 answer in 100 ms each takes a whole processor."""
WAITING: Final = 16
"""Pages that wait to be taken: memory does not grow with the bucket."""
LOOKED_INTO: Final = 64
"""Folders whose own folders are looked for; what lies deeper is listed as ranges of keys."""
LEAST_FOLDERS: Final = 32
MOST_RANGES: Final = 16
"""Into how many ranges the folders of one page are put, of at least so many folders each."""

Entry = Mapping[str, Any]
Pages = Callable[[str, str, str], Iterator[Mapping[str, Any]]]
"""The pages of a prefix, after a key, with a delimiter; an empty text stands for none."""


def list_side_by_side(pages: Pages, prefix: str, after: str) -> Iterator[Sequence[Entry]]:
    """The objects that begin with `prefix` and come after `after`, each once, a page at a time.

    A source of one page costs one request. Raises what `pages` raises.
    """
    plain = pages(prefix, after, "")
    first = next(plain, {})
    entries = first.get("Contents", [])
    yield entries
    if not first.get("IsTruncated"):
        return
    if entries and all(one["Key"] < other["Key"] for one, other in pairwise(entries)):
        yield from _Listing(pages, prefix).after(entries[-1]["Key"])
    else:  # A store that keeps no order has no ranges of keys.
        yield from (page.get("Contents", []) for page in plain)


@dataclass(frozen=True, slots=True)
class _Part:
    """The keys after `after` and before `until`; all to the end where that is None.

    With `folder`, they are those of a folder whose own folders are to be looked for.
    """

    after: str
    until: str | None
    folder: str | None = None


class _Listing:
    """Threads that list parts, and the pages that they have found."""

    def __init__(self, pages: Pages, prefix: str) -> None:
        self._pages = pages
        self._prefix = prefix
        self._found: queue.Queue[Sequence[Entry] | BaseException | None] = queue.Queue(WAITING)
        self._threads = ThreadPoolExecutor(LISTERS, thread_name_prefix="list")
        self._lock = threading.Lock()
        self._parts = 0
        self._looked_into = 0
        self._stopping = threading.Event()

    def after(self, key: str) -> Iterator[Sequence[Entry]]:
        """What comes after `key`."""
        try:
            self._begin(_Part(key, None, self._prefix))
            while (found := self._found.get()) is not None:
                if isinstance(found, BaseException):
                    raise found
                yield found
        finally:
            self._stopping.set()
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _begin(self, part: _Part) -> None:
        with self._lock:
            self._parts += 1
        self._threads.submit(self._work, part)

    def _work(self, part: _Part) -> None:
        try:
            if part.folder is None or not self._look_into(part, part.folder):
                self._list(part)
        except BaseException as error:
            self._give(error)
        with self._lock:
            self._parts -= 1
            ended = not self._parts
        if ended:
            self._give(None)

    def _list(self, part: _Part) -> None:
        for page in self._pages(self._prefix, part.after, ""):
            entries = page.get("Contents", [])
            reached = bool(entries and part.until and entries[-1]["Key"] >= part.until)
            if reached:
                entries = [entry for entry in entries if entry["Key"] < (part.until or "")]
            self._give(entries)
            if reached or self._stopping.is_set():
                return

    def _look_into(self, part: _Part, folder: str) -> bool:
        """Take a folder's own objects and begin its folders; False where it must not be asked."""
        pages = self._pages(folder, "", "/")
        try:
            page = next(pages, None)
        except ClientError as fault:
            # A policy may allow the listing of the source and no other.
            if is_denied(fault):
                return False
            raise
        before = part.after
        while page is not None and not self._stopping.is_set():
            entries = [entry for entry in page.get("Contents", []) if entry["Key"] > part.after]
            self._give(entries)
            folders = [found["Prefix"] for found in page.get("CommonPrefixes", [])]
            before = self._begin_folders(before, entries, folders)
            page = next(pages, None)
        return True

    def _begin_folders(self, before: str, entries: Sequence[Entry], folders: Sequence[str]) -> str:
        """Begin the folders of a page, which come after `before`; the end of that page."""
        each = self._may_look_into(len(folders))
        size = 1 if each else max(LEAST_FOLDERS, -(-len(folders) // MOST_RANGES))
        names = {*folders}
        run: list[str] = []
        after = before
        for name in sorted([*(entry["Key"] for entry in entries), *folders]):
            if name in names and _end(name) > before:
                run.append(name)
            elif name not in names:
                self._begin_run(after, run, each)
                run, after = [], name
            if len(run) == size:
                self._begin_run(after, run, each)
                run, after = [], _end(name)
        self._begin_run(after, run, each)
        return _end(run[-1]) if run else after

    def _begin_run(self, after: str, run: Sequence[str], each: bool) -> None:
        if run:
            self._begin(_Part(after, _end(run[-1]), run[0] if each else None))

    def _may_look_into(self, folders: int) -> bool:
        with self._lock:
            if self._looked_into + folders > LOOKED_INTO:
                return False
            self._looked_into += folders
            return True

    def _give(self, found: Sequence[Entry] | BaseException | None) -> None:
        while not self._stopping.is_set():
            try:
                self._found.put(found, timeout=0.1)
            except queue.Full:
                continue
            return


def _end(folder: str) -> str:
    """The first key after all of a folder, whose name ends in a slash."""
    return folder[:-1] + chr(ord("/") + 1)
