"""Photos that people search by, kept under their hash so that a search can be sent to a colleague.

A photo is decoded once on arrival, in a process of its own and within bounds; what cannot be a
photo is refused. The oldest give way when there are too many.
"""

import hashlib
from pathlib import Path
from threading import Lock
from typing import Final

from listing_assets.imaging.facts import PhotoFacts
from listing_assets.imaging.reasons import Rejected
from listing_assets.imaging.spec import NormalizationSpec
from listing_assets.imaging.workers import DecodePool
from listing_assets.web.errors import NotFoundError, RefusedError
from listing_assets.web.guards import MOST_UPLOAD
from listing_assets.web.pictures import THUMBNAIL_SIDE

MOST_BYTES: Final = 512 * 1024**2
"""Disk for all uploads together."""
SPEC: Final = NormalizationSpec(
    width=THUMBNAIL_SIDE, height=THUMBNAIL_SIDE, mode="fit", max_bytes=MOST_UPLOAD
)


class Uploads:
    """The uploads in `folder`: the file itself, and a thumbnail beside it."""

    def __init__(self, folder: Path, pool: DecodePool) -> None:
        self._folder = folder
        self._pool = pool
        self._lock = Lock()

    def add(self, data: bytes) -> tuple[str, PhotoFacts]:
        """Keep a photo; its id, which is the sha256 of the file, and its facts.

        Raises:
            RefusedError: it is no photo that could be searched by.
        """
        normalized = self._pool.normalize(data, SPEC)
        if isinstance(normalized, Rejected):
            raise RefusedError(
                f"the file cannot be searched by ({normalized.reason}): {normalized.detail}",
                "Take a JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF or HEIC photo.",
            )
        upload = hashlib.sha256(data).hexdigest()
        with self._lock:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._write(self._thumbnail(upload), normalized.jpeg)
            self._write(self._file(upload), data)
            self._make_room()
        return upload, normalized.facts

    def data(self, upload: str) -> bytes:
        """The file. Raises `NotFoundError` where it is no longer there."""
        return self._read(self._file(upload))

    def thumbnail(self, upload: str) -> bytes:
        """A JPEG of it. Raises `NotFoundError` where it is no longer there."""
        return self._read(self._thumbnail(upload))

    def _read(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError(
                f"the uploaded photo {path.stem[:12]}… is not here.", "Upload it again."
            ) from error

    def _file(self, upload: str) -> Path:
        return self._folder / f"{upload}.photo"

    def _thumbnail(self, upload: str) -> Path:
        return self._folder / f"{upload}.jpg"

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        part = path.with_suffix(".part")
        part.write_bytes(data)
        part.replace(path)

    def _make_room(self) -> None:
        files = sorted(self._folder.glob("*.photo"), key=lambda file: file.stat().st_mtime_ns)
        total = sum(file.stat().st_size for file in files)
        for file in files[:-1]:
            if total <= MOST_BYTES:
                break
            total -= file.stat().st_size
            file.unlink()
            file.with_suffix(".jpg").unlink(missing_ok=True)
