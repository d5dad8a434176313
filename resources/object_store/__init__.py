"""Where photos lie: a folder, a bucket of S3, or one of OSS, all seen as an `ObjectStore`.

Stores list, find and read objects and never write. Which objects are photos, and which belong to a
dataset version, is the domain's part (`listing_assets.objects`).

`interface.py` is the contract, `folder.py` and `s3.py` fulfil it, `s3_sessions.py` obtains the
credentials, `s3_errors.py` says what went wrong, `open.py` chooses by the form of a URI.
"""

from resources.object_store.credentials import SourceCredentials
from resources.object_store.interface import (
    EmptySourceError,
    ObjectStore,
    ObjectTooLargeError,
    OnPassedOver,
    StoredObject,
)
from resources.object_store.open import open_store

__all__ = [
    "EmptySourceError",
    "ObjectStore",
    "ObjectTooLargeError",
    "OnPassedOver",
    "SourceCredentials",
    "StoredObject",
    "open_store",
]
