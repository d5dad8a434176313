"""WebDataset: tar files in which a photo and its row follow each other under one name."""

import io
import tarfile
from collections.abc import Iterator

from listing_assets.exports.output import Output
from listing_assets.exports.photos import Photo, Photos, json_line

SHARD_BYTES = 256 * 1024**2
"""Of photos in one shard."""


def write(photos: Photos, output: Output) -> int:
    """`shard-000000.tar` and so on; each sample is `<name>.jpg` and `<name>.json`."""
    items = photos.photos()
    photo = next(items, None)
    shard = 0
    while photo is not None:
        with (
            output.create(f"shard-{shard:06d}.tar") as file,
            tarfile.open(fileobj=file, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            size = 0
            while photo is not None and size < SHARD_BYTES:
                for name, data in _members(photo):
                    tar.addfile(_member(name, len(data)), io.BytesIO(data))
                size += len(photo.data)
                photo = next(items, None)
        shard += 1
    return 0


def _members(photo: Photo) -> Iterator[tuple[str, bytes]]:
    yield photo.name, photo.data
    stem = photo.name.rpartition(".")[0]
    yield f"{stem}.json", json_line(photo.row)


def _member(name: str, size: int) -> tarfile.TarInfo:
    """The same wherever and whenever it is written: no time, no owner."""
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = 0o644
    return member
