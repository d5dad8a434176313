"""The studios of a server: opened when first asked for, shared, and opened anew in time."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from listing_assets.catalog import Catalog, Dataset
from listing_assets.imaging.workers import DecodePool
from listing_assets.listings.online.studio import Studio
from listing_assets.settings import Settings
from resources.errors import ListingError, VersionBusyError

log = logging.getLogger(__name__)

MOST_OPEN: Final = 6
"""Studios that are kept open though nobody drafts in them."""
MOST_DRAFTS: Final = 8
"""Drafts that are made at once: the photos of each are in memory."""


@dataclass(eq=False)
class _Open:
    """A studio, and how many drafts are in the making there."""

    studio: Studio
    drafts: int = 0
    is_retired: bool = False


class Studios:
    """Studios by definition and dataset. Used in one event loop."""

    def __init__(self, settings: Settings, pool: DecodePool) -> None:
        """All decode in `pool`."""
        self._settings = settings
        self._pool = pool
        self._open: OrderedDict[tuple[str, str], _Open] = OrderedDict()
        self._opening = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()
        self._drafts = 0

    @asynccontextmanager
    async def enter(
        self, definition: str, dataset: Dataset, catalog: Catalog
    ) -> AsyncIterator[Studio]:
        """A studio that drafts by the catalog as it is now, for one draft.

        Raises:
            VersionBusyError: as many drafts are being made as may be.
            ListingError: it cannot be opened, as `Studio` says.
        """
        if self._drafts >= MOST_DRAFTS:
            raise VersionBusyError(
                f"{MOST_DRAFTS} listings are being drafted at this moment.",
                "Try again in a few seconds.",
            )
        self._drafts += 1
        try:
            entering = asyncio.ensure_future(self._entered(definition, dataset, catalog))
            try:
                yield (await asyncio.shield(entering)).studio
            finally:
                entering.add_done_callback(self._left)
        finally:
            self._drafts -= 1

    async def close(self) -> None:
        """Close all. Drafts in the making have ended before."""
        for entered in list(self._open.values()):
            self._retire(entered)
        self._open.clear()
        await asyncio.gather(*self._closing)

    async def _entered(self, definition: str, dataset: Dataset, catalog: Catalog) -> _Open:
        place = definition, dataset.name
        async with self._opening:
            known = self._open.get(place)
            if known and not await asyncio.to_thread(known.studio.is_current, catalog):
                del self._open[place]
                self._retire(known)
                known = None
            if known is None:
                studio = await asyncio.to_thread(
                    Studio, definition, dataset, catalog, self._settings, self._pool
                )
                known = self._open[place] = _Open(studio)
                while len(self._open) > MOST_OPEN:
                    self._retire(self._open.popitem(last=False)[1])
            self._open.move_to_end(place)
            known.drafts += 1
            return known

    def _left(self, entering: "asyncio.Task[_Open]") -> None:
        if not entering.cancelled() and entering.exception() is None:
            entered = entering.result()
            entered.drafts -= 1
            self._close_if_idle(entered)

    def _retire(self, entered: _Open) -> None:
        entered.is_retired = True
        self._close_if_idle(entered)

    def _close_if_idle(self, entered: _Open) -> None:
        if entered.is_retired and not entered.drafts:
            task = asyncio.ensure_future(_closed(entered.studio))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)


async def _closed(studio: Studio) -> None:
    try:
        await studio.close()
    except ListingError as error:
        log.warning("a studio was not closed in order: %s", error.problem)
