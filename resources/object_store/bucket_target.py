"""A prefix of a bucket as a target. Objects wait below `.part/`; the store copies them in the end.

A store has no renaming: of a set of files that is being published, the last says that all are
there.
"""

import io
import mimetypes
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Self

from boto3.exceptions import Boto3Error
from s3transfer.manager import TransferConfig, TransferManager
from s3transfer.subscribers import BaseSubscriber

from resources.errors import ListingError
from resources.object_store.credentials import SourceCredentials
from resources.object_store.s3_errors import FAULTS, OSS, S3, Diagnosis, Service, is_denied
from resources.object_store.s3_sessions import oss_client, s3_client
from resources.object_store.writing import ASIDE, GuardedSink, Held, Sink, TargetError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from s3transfer.futures import TransferFuture

CONCURRENCY: Final = 16
IN_FLIGHT: Final = 64
"""Requests that are under way or wait, at most."""
BYTES_IN_FLIGHT: Final = 64 * 1024**2
PERMISSIONS: Final = {
    "s3": "s3:PutObject, s3:GetObject and s3:DeleteObject",
    "oss": "oss:PutObject, oss:GetObject and oss:DeleteObject",
}


class BucketTarget:
    """The objects below a prefix of a bucket of S3 or OSS."""

    def __init__(
        self,
        client: "S3Client",
        service: Service,
        bucket: str,
        prefix: str,
        role_arn: str | None = None,
    ) -> None:
        self._client = client
        self._service = service
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._aside = f"{self._prefix}{ASIDE}/"
        self._transfers = TransferManager(
            client, TransferConfig(max_request_concurrency=CONCURRENCY)
        )
        self._flying: deque[tuple[TransferFuture, str, int]] = deque()
        self._bytes = 0
        self._diagnosis = Diagnosis(
            service=service,
            bucket=bucket,
            prefix=self._prefix,
            endpoint=client.meta.endpoint_url,
            region=client.meta.region_name,
            role_arn=role_arn,
        )

    @classmethod
    def at(
        cls, scheme: str, bucket: str, prefix: str, credentials: SourceCredentials
    ) -> "BucketTarget":
        """The target `scheme://bucket/prefix`, of scheme `s3` or `oss`."""
        if scheme == "s3":
            client, service = s3_client(credentials, CONCURRENCY), S3
        else:
            client, service = oss_client(credentials, CONCURRENCY), OSS
        return cls(client, service, bucket, prefix, credentials.role_arn)

    @property
    def uri(self) -> str:
        """`s3://bucket/prefix` or `oss://bucket/prefix`."""
        return self._diagnosis.uri

    def held(self, marker: str) -> Held:
        """What lies below the prefix."""
        if next(self._visible(), None) is None:
            return "nothing"
        marked = any(
            key == self._prefix + marker for key, *_ in self._listed(self._prefix + marker)
        )
        return "the marker" if marked else "other files"

    def begin(self) -> None:
        """Delete what lies aside."""
        self._delete(self._waiting())

    def write(self, path: str, data: bytes) -> None:
        """Put an object; it may still be on its way when this returns."""
        self._upload(path, io.BytesIO(data), len(data))

    @contextmanager
    def create(self, path: str) -> Iterator[Sink]:
        """A file of this machine's temporary folder, uploaded when it is whole."""
        with tempfile.TemporaryFile(prefix="listing-export-") as file:
            yield GuardedSink(file, self._no_room)
            file.seek(0)
            self._upload(path, file, 0)
            self._land()

    def publish(self, last: str) -> None:
        """Let the store copy each object to its place."""
        self._land()
        # Without its marker, what is there is no longer taken for whole.
        self._delete([self._prefix + last])
        self._delete(self._visible())
        try:
            for key, size, etag in self._listed(self._aside):
                if key != self._aside + last:
                    self._copy(key, size, etag)
            self._land()
            for key, size, etag in self._listed(self._aside + last):
                self._copy(key, size, etag)
            self._land()
        except BaseException:
            self._abandon()
            with suppress(ListingError):
                self._delete(self._place_of(key) for key in self._waiting())
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._abandon()
        # What cannot be removed now, the next writer's `begin` removes.
        with suppress(ListingError):
            self._delete(self._waiting())
        self._transfers.shutdown()

    def _upload(self, path: str, file: BinaryIO, size: int) -> None:
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        key = self._aside + path
        future = self._transfers.upload(file, self._bucket, key, {"ContentType": kind})
        self._send(future, key, size)

    def _copy(self, key: str, size: int, etag: str) -> None:
        place = self._place_of(key)
        source = {"Bucket": self._bucket, "Key": key}
        future = self._transfers.copy(source, self._bucket, place, subscribers=[_Known(size, etag)])
        self._send(future, place)

    def _delete(self, keys: Iterable[str]) -> None:
        """One by one: lists of keys need a checksum that OSS does not take from botocore."""
        for key in keys:
            self._send(self._transfers.delete(self._bucket, key), key)
        self._land()

    def _place_of(self, key: str) -> str:
        return self._prefix + key.removeprefix(self._aside)

    def _send(self, future: "TransferFuture", key: str, size: int = 0) -> None:
        self._flying.append((future, key, size))
        self._bytes += size
        while len(self._flying) > IN_FLIGHT or self._bytes > BYTES_IN_FLIGHT:
            self._land_one()

    def _land(self) -> None:
        while self._flying:
            self._land_one()

    def _land_one(self) -> None:
        future, key, size = self._flying.popleft()
        self._bytes -= size
        try:
            future.result()
        except (*FAULTS, Boto3Error) as fault:
            raise self._cannot_write(fault, key) from None

    def _abandon(self) -> None:
        """Let what is under way end, however it ends."""
        for future, _, _ in self._flying:
            future.cancel()
        while self._flying:
            with suppress(Exception):
                self._flying.popleft()[0].result()
        self._bytes = 0

    def _waiting(self) -> Iterator[str]:
        return (key for key, *_ in self._listed(self._aside))

    def _visible(self) -> Iterator[str]:
        """Keys below the prefix that do not lie aside, without listing those that do."""
        for key, *_ in self._listed(self._prefix):
            if key.startswith(self._aside):
                break
            yield key
        else:
            return
        # "0" is the character after "/": no key that lies aside comes later.
        for key, *_ in self._listed(self._prefix, StartAfter=f"{self._prefix}{ASIDE}0"):
            yield key

    def _listed(self, prefix: str, **position: Any) -> Iterator[tuple[str, int, str]]:
        """Key, size and etag of each object below `prefix`."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix, **position
        )
        try:
            for page in pages:
                for entry in page.get("Contents", []):
                    yield entry["Key"], entry["Size"], entry["ETag"]
        except FAULTS as fault:
            raise self._diagnosis.of_listing(fault) from None

    def _cannot_write(self, fault: Exception, key: str) -> ListingError:
        if is_denied(fault):
            resource = self._service.resource(f"{self._bucket}/{self._prefix}*")
            return TargetError(
                f"access denied: {self.uri} may not be written to.",
                f"Grant {PERMISSIONS[self._service.scheme]} on {resource} to these credentials.",
            )
        found = self._diagnosis.of_reading(fault, key.removeprefix(self._prefix))
        problem = found.problem.replace("cannot be read", "cannot be written")
        return TargetError(problem, found.remedy)

    @contextmanager
    def _no_room(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise TargetError(
                f"{tempfile.gettempdir()} cannot hold a file on its way to {self.uri}:"
                f" {error.strerror or error}.",
                "Make room there, or set TMPDIR to a folder with more.",
            ) from error


class _Known(BaseSubscriber):
    """Tells size and etag of what is copied, which saves asking for them."""

    def __init__(self, size: int, etag: str) -> None:
        self._size = size
        self._etag = etag

    def on_queued(self, future: "TransferFuture", **_: Any) -> None:
        """Called before the copy begins."""
        future.meta.provide_transfer_size(self._size)
        future.meta.provide_object_etag(self._etag)
