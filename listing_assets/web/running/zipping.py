"""Streams a folder as a zip: nothing is written to the disk, and no more than a piece is held."""

import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PIECE: Final = 1024 * 1024
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every member, so that the same folder gives the same bytes."""


def zipped(folder: Path) -> Iterator[bytes]:
    """The files of a folder as a zip without compression, in the order of their paths.

    What breaks on the way leaves a zip without its directory, which no tool takes for whole. Links
    are left out.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for path in _files(folder):
            member = zipfile.ZipInfo(path.relative_to(folder).as_posix(), EPOCH)
            member.external_attr = 0o644 << 16
            with path.open("rb") as file, archive.open(member, "w", force_zip64=True) as out:
                while piece := file.read(PIECE):
                    out.write(piece)
                    yield sink.taken()
            yield sink.taken()
    yield sink.taken()


def _files(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            yield Path(entry.path)


class _Sink(io.RawIOBase):
    """Takes what the archive writes until it is sent. It cannot be sought in."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        content = bytes(data)  # type: ignore[call-overload]
        self._held += content
        return len(content)

    def taken(self) -> bytes:
        """What was written since the last time."""
        taken = bytes(self._held)
        self._held.clear()
        return taken
