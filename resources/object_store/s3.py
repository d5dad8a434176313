"""A bucket's prefix as an object store: S3, whatever speaks its protocol, and OSS."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import (
    FlexibleChecksumError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from resources.errors import ObjectUnavailableError
from resources.object_store.credentials import SourceCredentials
from resources.object_store.interface import (
    EmptySourceError,
    ObjectTooLargeError,
    OnPassedOver,
    StoredObject,
    ignore_passed_over,
)
from resources.object_store.s3_errors import FAULTS, OSS, S3, Diagnosis, Service, is_denied
from resources.object_store.s3_sessions import oss_client, s3_client
from resources.object_store.side_by_side import list_side_by_side

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ListObjectsV2OutputTypeDef, ObjectTypeDef

BODY_ATTEMPTS = 3
"""botocore repeats a request, but not a body that breaks off on its way."""
BROKEN_OFF = (ResponseStreamingError, ReadTimeoutError, IncompleteReadError, FlexibleChecksumError)
PROBES = 3
"""Objects that `check` tries to read: one alone may be closed to us for a reason of its own."""


class S3Store:
    """The objects whose key begins with `prefix/` in a bucket."""

    def __init__(
        self,
        client: "S3Client",
        service: Service,
        bucket: str,
        prefix: str,
        *,
        role_arn: str | None = None,
        max_connections: int = 32,
    ) -> None:
        self._client = client
        self._service = service
        self._bucket = bucket
        self._prefix = f"{prefix.rstrip('/')}/" if prefix.strip("/") else ""
        self._diagnosis = Diagnosis(
            service=service,
            bucket=bucket,
            prefix=self._prefix,
            endpoint=client.meta.endpoint_url,
            region=client.meta.region_name,
            role_arn=role_arn,
        )
        self._readers = threading.BoundedSemaphore(max_connections)

    @classmethod
    def on_aws(
        cls, bucket: str, prefix: str, credentials: SourceCredentials, max_connections: int
    ) -> "S3Store":
        """A store on S3, or on what AWS_ENDPOINT_URL or the credentials' endpoint names."""
        client = s3_client(credentials, max_connections)
        return cls(
            client,
            S3,
            bucket,
            prefix,
            role_arn=credentials.role_arn,
            max_connections=max_connections,
        )

    @classmethod
    def on_oss(
        cls, bucket: str, prefix: str, credentials: SourceCredentials, max_connections: int
    ) -> "S3Store":
        """A store on OSS."""
        client = oss_client(credentials, max_connections)
        return cls(
            client,
            OSS,
            bucket,
            prefix,
            role_arn=credentials.role_arn,
            max_connections=max_connections,
        )

    @property
    def uri(self) -> str:
        """`s3://bucket/prefix` or `oss://bucket/prefix`."""
        return self._diagnosis.uri

    def __repr__(self) -> str:
        return f"S3Store({self.uri!r})"

    def list(
        self,
        prefix: str = "",
        *,
        start_after: str | None = None,
        on_passed_over: OnPassedOver = ignore_passed_over,
    ) -> Iterator[StoredObject]:
        """Objects in key order, a page of up to 1,000 at a time. None is passed over.

        An object named like the root itself, which consoles make to show a folder, is left out.
        """
        after = self._prefix + (start_after or "")
        try:
            for page in self._pages(self._prefix + prefix, after, ""):
                for entry in page.get("Contents", []):
                    yield self._object(entry)
        except FAULTS as fault:
            raise self._diagnosis.of_listing(fault) from None

    def list_unordered(
        self, prefix: str = "", *, on_passed_over: OnPassedOver = ignore_passed_over
    ) -> Iterator[StoredObject]:
        """The same objects, folders side by side: many times faster where there are many pages."""
        try:
            for entries in list_side_by_side(self._pages, self._prefix + prefix, self._prefix):
                for entry in entries:
                    yield self._object(cast("ObjectTypeDef", entry))
        except FAULTS as fault:
            raise self._diagnosis.of_listing(fault) from None

    def find(self, key: str) -> StoredObject | None:
        """The object of this key: the first in order that begins with it, if it is that."""
        for entry in self._first(1, key):
            if entry["Key"] == self._prefix + key:
                return self._object(entry)
        return None

    def read(self, key: str, *, max_bytes: int | None = None) -> bytes:
        """The object's bytes. A body that breaks off is asked for again."""
        fault: Exception | None = None
        with self._readers:
            for _ in range(BODY_ATTEMPTS):
                body = self._open(key, max_bytes)
                try:
                    with closing(body):
                        return body.read()
                except BROKEN_OFF as broken:
                    fault = broken
        assert fault is not None
        raise self._diagnosis.of_reading(fault, key)

    def key_of(self, reference: str) -> str | None:
        """The key of a relative key or a full URI under the root."""
        root = f"{self._service.scheme}://{self._bucket}/{self._prefix}"
        if reference.startswith(root):
            return reference[len(root) :]
        return None if "://" in reference else reference

    def signed_url(self, key: str, seconds: int) -> str | None:
        """A presigned GET, with the store's own credentials; made without a request."""
        try:
            url: str = self._client.generate_presigned_url(
                "get_object",
                Params={"Bucket": self._bucket, "Key": self._prefix + key},
                ExpiresIn=seconds,
            )
        except FAULTS as fault:
            raise self._diagnosis.of_reading(fault, key) from fault
        return url

    def check(self) -> None:
        """List one page and open one object: the two permissions that a run needs."""
        entries = self._first(PROBES + 1, "")
        keys = [entry["Key"] for entry in entries if entry["Key"] != self._prefix][:PROBES]
        if not keys:
            raise EmptySourceError(
                f"there is no object below {self.uri}.",
                "Check the spelling of the prefix, which is taken as a folder, or upload photos.",
            )
        denied: Exception | None = None
        for key in keys:
            try:
                self._client.get_object(Bucket=self._bucket, Key=key)["Body"].close()
                return
            except FAULTS as fault:
                error = self._diagnosis.of_reading(fault, key.removeprefix(self._prefix))
                if not isinstance(error, ObjectUnavailableError):
                    raise error from None
                if not is_denied(fault):
                    return
                denied = denied or error
        assert denied is not None
        raise denied

    def _pages(
        self, prefix: str, after: str, delimiter: str
    ) -> "Iterator[ListObjectsV2OutputTypeDef]":
        """Answers to a listing of the bucket's own keys; an empty text stands for none."""
        position: dict[str, Any] = {"StartAfter": after} if after else {}
        position |= {"Delimiter": delimiter} if delimiter else {}
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix, **position
        )
        return iter(pages)

    def _first(self, count: int, prefix: str) -> "Sequence[ObjectTypeDef]":
        try:
            return self._client.list_objects_v2(
                Bucket=self._bucket, Prefix=self._prefix + prefix, MaxKeys=count
            ).get("Contents", [])
        except FAULTS as fault:
            raise self._diagnosis.of_listing(fault) from None

    def _open(self, key: str, max_bytes: int | None) -> "StreamingBody":
        try:
            response = self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)
        except FAULTS as fault:
            raise self._diagnosis.of_reading(fault, key) from None
        size, body = response["ContentLength"], response["Body"]
        if max_bytes is not None and size > max_bytes:
            body.close()
            raise ObjectTooLargeError(f"{self.uri}/{key}", size, max_bytes)
        return body

    def _object(self, entry: "ObjectTypeDef") -> StoredObject:
        return StoredObject(
            key=entry["Key"][len(self._prefix) :],
            uri=f"{self._service.scheme}://{self._bucket}/{entry['Key']}",
            size=entry["Size"],
            etag=entry["ETag"].strip('"'),
            last_modified=entry["LastModified"].astimezone(UTC),
            storage_class=entry.get("StorageClass"),
        )
