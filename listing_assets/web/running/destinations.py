"""Where exports of the API may go: a name in the server's exports folder, or a bucket.

Never a path: who asks over the network does not say where on this machine is written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from listing_assets.exports import DATASET_VERSION
from listing_assets.search import Published
from listing_assets.web.errors import RefusedError

NAME: Final = re.compile(r"[^\W_](?:[\w.-]{0,98}[\w-])?")
BUCKET: Final = re.compile(r"(?:s3|oss)://[A-Za-z0-9][A-Za-z0-9.-]{1,62}(?:/[^\x00-\x1f\x7f]*)?")
MOST_CHARACTERS: Final = 1_000
FORMS: Final = (
    "Write a name of letters, digits, '.', '_' and '-' for the server's exports folder, or"
    " s3://bucket/prefix or oss://bucket/prefix."
)


@dataclass(frozen=True)
class Destination:
    """Where an export goes. `name` is its name in the exports folder, None elsewhere."""

    to: str
    name: str | None = None


def destination_of(wanted: str | None, form: str, published: Published, root: Path) -> Destination:
    """The destination that a request names; a new name under `root` where it names none.

    Raises:
        RefusedError: it is neither a name nor a bucket.
    """
    if form == DATASET_VERSION:
        if wanted is None:
            raise RefusedError(
                "the new dataset version has no name.", "Give it as destination: summer@v1."
            )
        return Destination(wanted)
    if wanted is None:
        wanted = next(name for name in _names(published, form) if not (root / name).exists())
    elif "://" in wanted:
        if len(wanted) > MOST_CHARACTERS or not BUCKET.fullmatch(wanted):
            raise RefusedError(f"'{wanted[:100]}' is no place in a bucket.", FORMS)
        return Destination(wanted)
    return Destination(str(folder_of(wanted, root)), wanted)


def folder_of(name: str, root: Path) -> Path:
    """The folder of that name under `root`.

    Raises:
        RefusedError: it is no name, or the folder of that name lies elsewhere.
    """
    folder = root / name
    if not NAME.fullmatch(name) or folder.resolve() != root.resolve() / name:
        raise RefusedError(f"'{name[:100]}' is no name for an export.", FORMS)
    return folder.resolve()


def _names(published: Published, form: str) -> Iterator[str]:
    name = f"{published.dataset}-{published.revision}-{form}"
    yield name
    yield from (f"{name}-{number}" for number in count(2))
