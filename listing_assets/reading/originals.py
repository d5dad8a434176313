"""Reads original files from where they were listed, and makes sure that they are still the same."""

import hashlib
from functools import lru_cache

from listing_assets.catalog import Dataset
from resources.errors import SourceError
from resources.object_store import ObjectStore, SourceCredentials, open_store


class Originals:
    """The original files of a dataset's photos, by URI.

    `dataset` tells the credentials of its source; without it, or for what lies elsewhere, those of
    the environment are used. May be used by many threads.
    """

    def __init__(self, dataset: Dataset | None) -> None:
        self._source = open_store(dataset.source, dataset.credentials) if dataset else None

    def read(self, uri: str, image_id: str) -> bytes:
        """The bytes of the original.

        Raises:
            SourceError: it cannot be read, or other bytes lie there now.
        """
        store, key = self._place(uri)
        data = store.read(key)
        if hashlib.sha256(data).hexdigest() != image_id:
            raise SourceError(
                f"{uri} holds other bytes than when it was published.",
                "The original was replaced; the normalized photo is still in the lake.",
            )
        return data

    def _place(self, uri: str) -> tuple[ObjectStore, str]:
        store = self._source
        key = store.key_of(uri) if store else None
        if store is None or key is None:
            store, key = _elsewhere(uri)
        return store, key


def _elsewhere(uri: str) -> tuple[ObjectStore, str]:
    scheme, _, path = uri.partition("://")
    root = "file:///" if scheme == "file" else f"{scheme}://{path.partition('/')[0]}"
    store = _store(root)
    key = store.key_of(uri)
    if key is None:
        raise SourceError(f"{uri} names no object that can be read.")
    return store, key


@lru_cache(maxsize=16)
def _store(root: str) -> ObjectStore:
    return open_store(root, SourceCredentials())
