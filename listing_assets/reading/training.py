"""A view as a map-style dataset, for `torch.utils.data.DataLoader`. Torch itself is not needed."""

import io
import os
from collections.abc import Callable, Sequence
from typing import Any

from PIL import Image

from listing_assets.reading.forked import Answer, ReadingProcess, is_forked, read
from listing_assets.reading.places import Places
from listing_assets.reading.source import RevisionSource


class PhotoDataset:
    """Photos by number, in key order; each is read when it is asked for.

    An item is a dictionary: `image`, an RGB `PIL.Image` or what `transform` makes of it, and the
    chosen columns. It can be pickled, and used in workers that were spawned or forked: each reads
    through a connection of its own, with the credentials of its environment.
    """

    def __init__(
        self,
        source: RevisionSource,
        places: Places,
        columns: Sequence[str],
        transform: Callable[[Image.Image], Any] | None = None,
    ) -> None:
        self._source = source
        self._places = places
        self._columns = tuple(columns)
        self._transform = transform
        self._reading: tuple[int, ReadingProcess] | None = None

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, number: int) -> dict[str, Any]:
        """The item of a number from 0; negative ones count from the end."""
        return self.__getitems__([number])[0]

    def __getitems__(self, numbers: Sequence[int]) -> list[dict[str, Any]]:
        """Several items, read together, as a loader asks for a batch."""
        wanted = [self._checked(number) for number in numbers]
        rows, jpegs = self._read(wanted)
        return [{"image": self._image(jpeg), **row} for row, jpeg in zip(rows, jpegs, strict=True)]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_reading": None}

    def _checked(self, number: int) -> int:
        if not -len(self) <= number < len(self):
            raise IndexError(f"there is no photo {number}: there are {len(self)}")
        return int(number) % len(self)

    def _read(self, numbers: Sequence[int]) -> Answer:
        rows, photos = self._places.rows[numbers], self._places.photos[numbers]
        if not is_forked():
            return read(self._source, rows, photos, self._columns)
        if self._reading is None or self._reading[0] != os.getpid():
            self._reading = (os.getpid(), ReadingProcess(self._source))
        return self._reading[1].read(rows, photos, self._columns)

    def _image(self, jpeg: bytes) -> Any:
        image = opened(jpeg)
        return image if self._transform is None else self._transform(image)


def opened(jpeg: bytes) -> Image.Image:
    """A normalized photo, decoded."""
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    return image
