"""Writes sets of files to a folder or a bucket: aside at first, then made visible together.

Sources of photos are only ever read (`interface.py`); this is for what leaves the platform. What is
not published is not there. `bucket_target.py` writes to S3 and OSS.
"""

import io
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Protocol, Self

from resources.errors import ListingError
from resources.object_store.credentials import SourceCredentials

ASIDE: Final = ".part"
FORMS = "Write a folder (export or /data/export), s3://bucket/prefix or oss://bucket/prefix."

Held = Literal["nothing", "the marker", "other files"]
"""What a target holds before it is written."""


class TargetError(ListingError):
    """A place cannot be written to."""


class Sink(Protocol):
    """What a file's bytes are written to, once through."""

    def write(self, data: bytes) -> int:
        """Append all of `data`. Raises `TargetError`."""
        ...


class Target(Protocol):
    """A place for a set of files. As a context manager it discards what was not published.

    Paths are relative, with "/" between segments; each is written once. All methods raise
    `TargetError` where the place cannot be written, `SourceError` where it cannot be listed.
    """

    @property
    def uri(self) -> str:
        """The place, without a slash at its end."""
        ...

    def held(self, marker: str) -> Held:
        """What is there now: a set that has the file `marker`, other files, or nothing."""
        ...

    def begin(self) -> None:
        """Remove what a killed writer left aside. Nobody else may be writing to the place."""
        ...

    def write(self, path: str, data: bytes) -> None:
        """Write a small file. May raise the error of an earlier one."""
        ...

    def create(self, path: str) -> AbstractContextManager[Sink]:
        """A file of any size; it is whole when the context ends without an error."""
        ...

    def publish(self, last: str) -> None:
        """Make the files visible in place of what is there, the file `last` after all others."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def open_target(uri: str, credentials: SourceCredentials | None = None) -> Target:
    """The target that a URI or path names; nothing is touched yet.

    Raises:
        TargetError: it has no known form.
        SourceError: the credentials name what does not exist.
    """
    scheme, separator, place = uri.partition("://")
    if not separator and uri.strip() and "\0" not in uri and Path(uri).expanduser().resolve().name:
        return FolderTarget(Path(uri))
    bucket, _, prefix = place.partition("/")
    if scheme not in {"s3", "oss"} or not bucket:
        raise TargetError(f"'{uri}' is no place that can be written to.", FORMS)
    # botocore is slow to import, which those who write to folders need not wait for.
    from resources.object_store.bucket_target import BucketTarget

    return BucketTarget.at(scheme, bucket, prefix, credentials or SourceCredentials())


class FolderTarget:
    """A folder of this machine, written as its sibling `.<name>.part` and then renamed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.expanduser().resolve()
        self._aside = self._folder.with_name(f".{self._folder.name}{ASIDE}")
        self._made: set[Path] = set()

    @property
    def uri(self) -> str:
        """The folder's path."""
        return str(self._folder)

    def held(self, marker: str) -> Held:
        """What the folder holds."""
        with self._errors():
            if not self._folder.exists():
                return "nothing"
            names = {path.name for path in self._folder.iterdir()}
        if not names:
            return "nothing"
        return "the marker" if marker in names else "other files"

    def begin(self) -> None:
        """Make the sibling anew."""
        with self._errors():
            shutil.rmtree(self._aside, ignore_errors=True)
            self._aside.mkdir(parents=True)

    def write(self, path: str, data: bytes) -> None:
        """Write a file."""
        with self.create(path) as file:
            file.write(data)

    @contextmanager
    def create(self, path: str) -> Iterator[Sink]:
        """A file of the sibling. One that is there already is an error."""
        place = self._aside / path
        with self._errors():
            if place.parent not in self._made:
                place.parent.mkdir(parents=True, exist_ok=True)
                self._made.add(place.parent)
            file = place.open("xb")
        try:
            yield GuardedSink(file, self._errors)
        finally:
            with self._errors():
                file.close()

    def publish(self, last: str) -> None:
        """Rename the sibling: all files appear at once, so that none has to be the last."""
        del last
        replaced = self._folder.with_name(f".{self._folder.name}.replaced")
        with self._errors():
            shutil.rmtree(replaced, ignore_errors=True)
            if self._folder.exists():
                self._folder.rename(replaced)
            self._aside.rename(self._folder)
            shutil.rmtree(replaced, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self._aside, ignore_errors=True)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise TargetError(
                f"{self._folder} cannot be written: {error.strerror or error}.",
                "Check its permissions and the room on its disk; in a mounted volume, name a new"
                " folder inside.",
            ) from error


class GuardedSink:
    """A sink into a file; its faults, and only those, are told as `errors` does."""

    def __init__(self, file: Any, errors: Callable[[], AbstractContextManager[None]]) -> None:
        self._file: io.BufferedWriter = file
        self._errors = errors

    def write(self, data: bytes) -> int:
        """Write all of `data`."""
        with self._errors():
            return self._file.write(data)
