"""Answers of a listing whose person may leave, or whose time may end, before they are there."""

import asyncio
from collections.abc import Mapping

from listing_assets.catalog.schema import TagDefinition
from listing_assets.listings import answers as kept_answers
from listing_assets.listings.answers import Answers, Kind, Opened
from listing_assets.listings.online.late import Late
from listing_assets.tagging.answers import TagAnswer
from resources.endpoints.interface import Photo, TagModel


class PatientAnswers(Answers):
    """A question that was asked is answered and kept, whoever still waits for the answer.

    A text that nobody waits for is stopped: it costs as long as it is written.
    """

    def __init__(self, known: Mapping[str, str], pixels: str, late: Late) -> None:
        """`late` waits for what is asked; `known` and `pixels` are those of `Answers`."""
        super().__init__(known, pixels)
        self._late = late
        self._asking: set[asyncio.Task[dict[str, TagAnswer]]] = set()

    async def ask(
        self, kind: Kind, opened: Opened[TagModel], photo: Photo, definition: TagDefinition
    ) -> dict[str, TagAnswer]:
        """As `Answers.ask`."""
        task = self._late.begin(super().ask(kind, opened, photo, definition))
        self._asking.add(task)
        return await asyncio.shield(task)

    async def store(self) -> None:
        """Keep in the lake what was answered so far."""
        await asyncio.to_thread(kept_answers.store, self.take())

    async def store_rest(self) -> None:
        """Keep what is still being answered, once it is."""
        await asyncio.gather(*self._asking, return_exceptions=True)
        await self.store()
