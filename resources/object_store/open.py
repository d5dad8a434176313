"""Opens the object store that a URI names."""

from pathlib import Path
from urllib.parse import unquote

from resources.errors import SourceError
from resources.object_store.credentials import SourceCredentials
from resources.object_store.folder import FolderStore
from resources.object_store.interface import ObjectStore

FORMS = "Write a folder (photos or /data/photos), s3://bucket/prefix or oss://bucket/prefix."


def open_store(
    uri: str, credentials: SourceCredentials | None = None, *, max_connections: int = 32
) -> ObjectStore:
    """The object store at `uri`; nothing is listed or read yet.

    `max_connections` bounds the reads that are under way at once.

    Raises:
        SourceError: the URI has no known form, or the credentials name what does not exist.
    """
    scheme, separator, place = uri.partition("://")
    if not separator:
        return _folder(uri, uri)
    if scheme == "file":
        host, slash, path = place.partition("/")
        if not slash or host not in {"", "localhost"}:
            raise SourceError(f"'{uri}' names no folder of this machine.", FORMS)
        return _folder(uri, slash + unquote(path, errors="surrogateescape"))
    if scheme not in {"s3", "oss"}:
        raise SourceError(f"'{uri}' is no source that can be read.", FORMS)
    bucket, _, prefix = place.partition("/")
    if not bucket:
        raise SourceError(f"'{uri}' names no bucket.", FORMS)
    # botocore is slow to import, which those who read folders need not wait for.
    from resources.object_store.s3 import S3Store

    make = S3Store.on_aws if scheme == "s3" else S3Store.on_oss
    return make(bucket, prefix, credentials or SourceCredentials(), max_connections)


def _folder(uri: str, path: str) -> FolderStore:
    if not path or "\0" in path:
        raise SourceError(f"'{uri}' names no folder.", FORMS)
    return FolderStore(Path(path))
