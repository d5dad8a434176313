"""Writes sets of files to a folder or a bucket: aside at first, then made visible together.

Sources of photos are only ever read (`interface.py`); this is for what leaves the platform. What is
not published is not there: a folder appears by one renaming; in a bucket, objects wait below
`.part/` and are copied to their places by the store itself, the last file last.
"""

import io
import mimetypes
import shutil
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Protocol, Self

from resources.errors import ListingError
from resources.object_store.credentials import SourceCredentials

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from s3transfer.futures import TransferFuture

    from resources.object_store.s3_errors import Service

ASIDE = ".part"
IN_FLIGHT = 64
"""Objects on their way to a bucket at once; a photo has tens of kilobytes."""
CONCURRENCY = 16
FORMS = "Write a folder (export or /data/export), s3://bucket/prefix or oss://bucket/prefix."
WRITE_PERMISSION = {"s3": "s3:PutObject, s3:GetObject and s3:DeleteObject"}
WRITE_PERMISSION["oss"] = "oss:PutObject, oss:GetObject and oss:DeleteObject"

Held = Literal["nothing", "the marker", "other files"]
"""What a target holds before it is written."""


class TargetError(ListingError):
    """A place cannot be written to."""


class Target(Protocol):
    """A place that a set of files is written to. A context manager: leaving it unpublished discards.

    Paths are relative, with "/" between segments, and each is written once.
    """

    @property
    def uri(self) -> str:
        """The place, without a slash at its end."""
        ...

    def held(self, marker: str) -> Held:
        """What is there now: the file `marker`, other files, or nothing. Raises `TargetError`."""
        ...

    def begin(self) -> None:
        """Remove what a killed writer left aside. Nobody else may be writing there."""
        ...

    def write(self, path: str, data: bytes) -> None:
        """Write a small file. Raises `TargetError`, perhaps that of an earlier file."""
        ...

    def create(self, path: str) -> "FileBeingWritten":
        """A file to write into, once through; it is whole when the context ends without error."""
        ...

    def publish(self, last: str) -> None:
        """Make all files visible in place of what is there, the file `last` after all others."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class FileBeingWritten(Protocol):
    """A context manager that gives a binary file, which need not be seekable."""

    def __enter__(self) -> BinaryIO: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None: ...


def open_target(uri: str, credentials: SourceCredentials | None = None) -> Target:
    """The target that a URI or path names; nothing is touched yet.

    Raises:
        TargetError: it has no known form.
        SourceError: the credentials name what does not exist.
    """
    scheme, separator, place = uri.partition("://")
    if not separator:
        if not uri.strip() or "\0" in uri:
            raise TargetError(f"'{uri}' names no folder.", FORMS)
        return FolderTarget(Path(uri))
    bucket, _, prefix = place.partition("/")
    if scheme not in {"s3", "oss"} or not bucket:
        raise TargetError(f"'{uri}' is no place that can be written to.", FORMS)
    from resources.object_store.s3_errors import OSS, S3
    from resources.object_store.s3_sessions import oss_client, s3_client

    given = credentials or SourceCredentials()
    if scheme == "s3":
        return BucketTarget(s3_client(given, CONCURRENCY), S3, bucket, prefix)
    return BucketTarget(oss_client(given, CONCURRENCY), OSS, bucket, prefix)


class _Target:
    """What both targets have in common: leaving one unpublished discards what was written."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._discard()

    def _discard(self) -> None:
        raise NotImplementedError


class FolderTarget(_Target):
    """A folder of this machine, written as a sibling `.<name>.part` and renamed."""

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
            if not self._folder.is_dir():
                raise TargetError(f"{self._folder} is a file.", "Name a folder.")
            names = {path.name for path in self._folder.iterdir()}
        if not names:
            return "nothing"
        return "the marker" if marker in names else "other files"

    def begin(self) -> None:
        """Make the sibling anew."""
        with self._errors():
            shutil.rmtree(self._aside, ignore_errors=True)
            self._aside.mkdir(parents=True)
            self._made = {self._aside}

    def write(self, path: str, data: bytes) -> None:
        """Write a file."""
        with self.create(path) as file:
            file.write(data)

    @contextmanager
    def create(self, path: str) -> Iterator[BinaryIO]:
        """A file below the sibling; one that is there already is an error."""
        place = self._aside / path
        with self._errors():
            if place.parent not in self._made:
                place.parent.mkdir(parents=True, exist_ok=True)
                self._made.add(place.parent)
            with place.open("xb") as file:
                yield file

    def publish(self, last: str) -> None:
        """Rename: the folder is whole from the first moment, so that no file has to be last."""
        del last
        replaced = self._folder.with_name(f".{self._folder.name}.replaced")
        with self._errors():
            shutil.rmtree(replaced, ignore_errors=True)
            if self._folder.exists():
                self._folder.rename(replaced)
            self._aside.rename(self._folder)
            shutil.rmtree(replaced, ignore_errors=True)

    def _discard(self) -> None:
        shutil.rmtree(self._aside, ignore_errors=True)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise TargetError(
                f"{self._folder} cannot be written: {error.strerror or error}.",
                "Check its permissions and the room on its disk; of a mounted volume, name a new"
                " folder inside.",
            ) from error


class BucketTarget(_Target):
    """The objects below a prefix of a bucket."""

    def __init__(self, client: "S3Client", service: "Service", bucket: str, prefix: str) -> None:
        from s3transfer.manager import TransferConfig, TransferManager

        self._client = client
        self._service = service
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._aside = f"{self._prefix}{ASIDE}/"
        self._flying: deque[tuple[TransferFuture, str]] = deque()
        self._transfers: TransferManager = TransferManager(
            client, TransferConfig(max_request_concurrency=CONCURRENCY)
        )

    @property
    def uri(self) -> str:
        """`s3://bucket/prefix` or `oss://bucket/prefix`."""
        return f"{self._service.scheme}://{self._bucket}/{self._prefix}".rstrip("/")

    def held(self, marker: str) -> Held:
        """What lies below the prefix."""
        if next(self._visible(), None) is None:
            return "nothing"
        wanted = self._prefix + marker
        return "the marker" if wanted in dict(self._listed(wanted)) else "other files"

    def begin(self) -> None:
        """Delete what lies aside."""
        self._delete(key for key, _ in self._listed(self._aside))

    def write(self, path: str, data: bytes) -> None:
        """Put an object; it may still be on its way when this returns."""
        self._upload(path, io.BytesIO(data))

    @contextmanager
    def create(self, path: str) -> Iterator[BinaryIO]:
        """A file of this machine, which is uploaded when it is whole."""
        with tempfile.TemporaryFile(prefix="listing-export-") as file:
            yield file  # type: ignore[misc]  # A temporary file is a binary file in all but name.
            file.seek(0)
            self._upload(path, file)
            self._land()

    def publish(self, last: str) -> None:
        """Let the store copy each object to its place."""
        self._land()
        # Without its marker, what is there is no longer taken for whole.
        self._delete(iter([self._prefix + last]))
        self._delete(self._visible())
        try:
            for key, size in self._listed(self._aside):
                if key != self._aside + last:
                    self._copy(key, size)
            self._land()
            for key, size in self._listed(self._aside + last):
                self._copy(key, size)
            self._land()
        except BaseException:
            self._flying.clear()
            self._delete(self._place_of(key) for key, _ in self._listed(self._aside))
            raise

    def _discard(self) -> None:
        while self._flying:
            self._flying.popleft()[0].cancel()
        self._delete(key for key, _ in self._listed(self._aside))
        self._transfers.shutdown()

    def _upload(self, path: str, file: Any) -> None:
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        self._send(
            self._transfers.upload(
                file, self._bucket, self._aside + path, extra_args={"ContentType": kind}
            ),
            self._aside + path,
        )

    def _copy(self, key: str, size: int) -> None:
        from s3transfer.subscribers import BaseSubscriber

        class KnownSize(BaseSubscriber):
            """Saves the request that would ask for the size."""

            def on_queued(self, future: "TransferFuture", **_: Any) -> None:
                future.meta.provide_transfer_size(size)

        source = {"Bucket": self._bucket, "Key": key}
        place = self._place_of(key)
        self._send(
            self._transfers.copy(source, self._bucket, place, subscribers=[KnownSize()]), place
        )

    def _place_of(self, aside: str) -> str:
        return self._prefix + aside.removeprefix(self._aside)

    def _delete(self, keys: Iterator[str]) -> None:
        """One by one: OSS wants a checksum of lists of objects that is not sent to it."""
        for key in keys:
            self._send(self._transfers.delete(self._bucket, key), key)
        self._land()

    def _send(self, future: "TransferFuture", key: str) -> None:
        self._flying.append((future, key))
        while len(self._flying) >= IN_FLIGHT:
            self._land_one()

    def _land(self) -> None:
        """Wait for what is under way. Raises `TargetError` for what did not succeed."""
        while self._flying:
            self._land_one()

    def _land_one(self) -> None:
        from boto3.exceptions import Boto3Error

        from resources.object_store.s3_errors import FAULTS

        future, key = self._flying.popleft()
        try:
            future.result()
        except (*FAULTS, Boto3Error) as fault:
            raise self._cannot_write(fault, key) from None

    def _visible(self) -> Iterator[str]:
        """Keys below the prefix that do not lie aside."""
        for key, _ in self._listed(self._prefix):
            if not key.startswith(self._aside):
                yield key

    def _listed(self, prefix: str) -> Iterator[tuple[str, int]]:
        from resources.object_store.s3_errors import FAULTS

        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix
        )
        try:
            for page in pages:
                for entry in page.get("Contents", []):
                    yield entry["Key"], entry["Size"]
        except FAULTS as fault:
            raise self._diagnosis().of_listing(fault) from None

    def _cannot_write(self, fault: Exception, key: str) -> ListingError:
        from resources.object_store.s3_errors import is_denied

        if is_denied(fault):
            path = self._service.resource(f"{self._bucket}/{self._prefix}*")
            permission = WRITE_PERMISSION[self._service.scheme]
            return TargetError(
                f"access denied: {self.uri} may not be written to.",
                f"Grant {permission} on {path} to these credentials.",
            )
        found = self._diagnosis().of_reading(fault, key.removeprefix(self._prefix))
        return TargetError(
            found.problem.replace("cannot be read", "cannot be written"), found.remedy
        )

    def _diagnosis(self) -> Any:
        from resources.object_store.s3_errors import Diagnosis

        return Diagnosis(
            service=self._service,
            bucket=self._bucket,
            prefix=self._prefix,
            endpoint=self._client.meta.endpoint_url,
            region=self._client.meta.region_name,
            role_arn=None,
        )
