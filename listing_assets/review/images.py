"""The address under which Label Studio finds a photo.

Inline, the normalized photo is in the task itself, as a data URL: it works anywhere, at about 40 KB
a photo. Signed, it is a URL of the object store that opens the original for a while. From the
gallery, it is the address of `listing serve`, which shows photos to its own pages only: both have
to be under one origin.
"""

import base64
from collections.abc import Callable, Iterator
from typing import Any, Final, Literal
from urllib.parse import quote, urlencode, urlsplit

from listing_assets.reading import OpenRevision, Places
from listing_assets.review.errors import ReviewError
from resources.object_store import open_store

Images = Literal["inline", "signed", "gallery"]
LONGEST_SIGNED: Final = 7 * 24 * 3600
"""Seconds that a signed URL may be valid, in S3 and OSS."""

Addressed = Iterator[tuple[dict[str, Any], str]]
"""Rows, each with the address of its photo."""


def with_addresses(
    opened: OpenRevision,
    places: Places,
    columns: list[str],
    images: Images,
    *,
    seconds: int,
    gallery: str,
) -> Addressed:
    """The rows at `places`, with their photos' addresses.

    Raises:
        ReviewError: the photos have no such address.
        LakeError: the lake has no normalized photo of a row.
    """
    match images:
        case "inline":
            return _inline(opened, places, columns)
        case "signed":
            return _linked(opened, places, columns, _signed(opened, seconds))
        case "gallery":
            return _linked(opened, places, columns, _in_gallery(opened, gallery))


def _inline(opened: OpenRevision, places: Places, columns: list[str]) -> Addressed:
    for row, jpeg in opened.photos(places, columns):
        yield row, "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()


def _linked(
    opened: OpenRevision,
    places: Places,
    columns: list[str],
    address: Callable[[dict[str, Any]], str],
) -> Addressed:
    for table in opened.rows(places, columns):
        for row in table.to_pylist():
            yield row, address(row)


def _signed(opened: OpenRevision, seconds: int) -> Callable[[dict[str, Any]], str]:
    dataset = opened.dataset
    store = open_store(dataset.source, dataset.credentials)
    if not 0 < seconds <= LONGEST_SIGNED:
        raise ReviewError("a signed URL is valid for 1 hour to 7 days.", "Correct --hours.")

    def address(row: dict[str, Any]) -> str:
        key = store.key_of(row["uri"] or "")
        url = None if key is None else store.signed_url(key, seconds)
        if url is None:
            raise ReviewError(
                f"{row['uri']} cannot be opened by a signed URL of {store.uri}.",
                "Photos of a bucket can; take --images inline for others.",
            )
        return url

    return address


def _in_gallery(opened: OpenRevision, gallery: str) -> Callable[[dict[str, Any]], str]:
    if urlsplit(gallery).scheme not in {"http", "https"} or not urlsplit(gallery).netloc:
        raise ReviewError(
            f"'{gallery}' is no address of a gallery.", "Write it as http://127.0.0.1:8188."
        )
    published = opened.published
    path = f"/api/datasets/{quote(published.dataset)}/versions/{quote(published.revision)}/photo"

    def address(row: dict[str, Any]) -> str:
        return f"{gallery.rstrip('/')}{path}?{urlencode({'key': row['key']})}"

    return address
