"""Reads normalized photos for many calls at once, a few reads for all of them."""

import asyncio

from resources.lake.database import Lake
from resources.lake.tables import NORMALIZED_IMAGES


class StoredPhotos:
    """The JPEGs of the lake by their row. It belongs to the event loop that uses it.

    Who asks while a read is under way is served by the next one, together with all others.
    """

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._waiting: dict[int, asyncio.Future[bytes]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def jpeg(self, row: int) -> bytes:
        """The photo at a row of `normalized_images`. Raises `LakeError` as the lake does."""
        if row not in self._waiting:
            self._waiting[row] = asyncio.get_running_loop().create_future()
        photo = self._waiting[row]
        if self._reading is None or self._reading.done():
            self._reading = asyncio.ensure_future(self._read())
        # Shielded: who gives up must not take the photo from others that wait for it.
        return await asyncio.shield(photo)

    async def _read(self) -> None:
        while self._waiting:
            wanted, self._waiting = self._waiting, {}
            try:
                jpegs = await asyncio.to_thread(self._read_rows, list(wanted))
            except Exception as error:
                for photo in wanted.values():
                    photo.set_exception(error)
            else:
                for photo, jpeg in zip(wanted.values(), jpegs, strict=True):
                    photo.set_result(jpeg)

    def _read_rows(self, rows: list[int]) -> list[bytes]:
        return list(self._lake.read_jpegs(NORMALIZED_IMAGES, rows))
