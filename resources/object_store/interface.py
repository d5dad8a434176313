"""The contract of an object store: what an object is, and what can be asked about a source.

Keys are relative to the source's root, with "/" between segments, and are ordered as S3 orders
them: by their UTF-8 bytes, which is Python's own order of `str`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from resources.errors import ObjectUnavailableError, SourceError

OnPassedOver = Callable[[str, str], None]
"""Told of what a listing cannot include: the kind (`broken link`) and where it stands."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object, as its store lists it.

    `uri` is where anyone finds it: `s3://bucket/key`, `oss://bucket/key`, or a percent-encoded
    `file:///path`. `etag` changes when the content does; `size` is in bytes; `last_modified` is in
    UTC. `content_type` is what the name suggests, never proof; None where the store does not say.
    """

    key: str
    uri: str
    size: int
    etag: str
    last_modified: datetime
    content_type: str | None = None
    storage_class: str | None = None


class EmptySourceError(SourceError):
    """The source can be reached, and there is nothing in it."""


class ObjectTooLargeError(ObjectUnavailableError):
    """The object has more bytes than the caller takes; it was not read."""

    def __init__(self, uri: str, size: int, max_bytes: int) -> None:
        super().__init__(
            f"{uri} has {size:,} bytes; the limit is {max_bytes:,}.",
            "Make the file smaller or raise the limit.",
            transient=False,
        )
        self.size = size


def ignore_passed_over(kind: str, key: str) -> None:
    """Take no notice."""


class ObjectStore(Protocol):
    """A source of objects under one root. All methods may be called from many threads."""

    @property
    def uri(self) -> str:
        """The root, without a slash at its end."""
        ...

    def list(
        self,
        prefix: str = "",
        *,
        start_after: str | None = None,
        on_passed_over: OnPassedOver = ignore_passed_over,
    ) -> Iterator[StoredObject]:
        """Objects whose key begins with `prefix`, in key order, streamed and never held together.

        Only keys greater than `start_after` are given, which need not exist.

        Raises:
            SourceError: the source cannot be listed; the message has cause and remedy.
        """
        ...

    def list_unordered(
        self, prefix: str = "", *, on_passed_over: OnPassedOver = ignore_passed_over
    ) -> Iterator[StoredObject]:
        """The objects that `list` gives, in any order: as fast as the store can list.

        Raises as `list` does.
        """
        ...

    def find(self, key: str) -> StoredObject | None:
        """The object of this very key, as `list` would give it, or None. Raises as `list` does."""
        ...

    def read(self, key: str, *, max_bytes: int | None = None) -> bytes:
        """The object's bytes.

        Raises:
            ObjectTooLargeError: it has more than `max_bytes`; told before it is read.
            ObjectUnavailableError: this object cannot be had; `transient` tells whether a later
                attempt may succeed.
            SourceError: no object can be had, for instance because the credentials have expired.
        """
        ...

    def key_of(self, reference: str) -> str | None:
        """The key that a reference means: a key, or a full URI or path under this root.

        None where it lies elsewhere.
        """
        ...

    def signed_url(self, key: str, seconds: int) -> str | None:
        """A URL that opens the object for anybody for a while; None where there is no such thing.

        It is as secret as what it opens: keep it out of logs and tables.
        """
        ...

    def check(self) -> None:
        """Make sure that the source can be listed and read, before any work is begun.

        Raises:
            EmptySourceError: nothing is there.
            SourceError: it cannot be listed or read; the message has cause and remedy.
        """
        ...
