"""Writes a file that appears when it is whole."""

import os
from collections.abc import Iterable
from pathlib import Path

from listing_assets.review.errors import ReviewError


def write_whole(path: Path, pieces: Iterable[bytes], *, secret: bool = False) -> int:
    """Write a file, for its owner alone where it is secret; how many bytes it has.

    Raises:
        ReviewError: it cannot be written. Whatever is raised, nothing of it is left.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = 0o600 if secret else 0o666
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.writelines(pieces)
            size = file.tell()
        part.replace(path)
    except OSError as error:
        raise ReviewError(
            f"{path} cannot be written ({error.strerror}).", "Take another place."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return size
