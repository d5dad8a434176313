"""Equal calls that are in flight at once are made once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any


class Sharing:
    """What is under way, by key. Results under one key are of one type."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Future[Any]] = {}

    async def once(self, key: str, make: Callable[[], Awaitable[Any]]) -> tuple[Any, bool]:
        """The result of `make`, or of an equal call under way; and whether it was made here.

        If whoever makes it fails or is cancelled, the next one makes its own: no call ends because
        of another's cancellation.
        """
        while (earlier := self._under_way.get(key)) is not None:
            # Shielded: cancelling one who waits must not cancel what all wait for.
            result = await asyncio.shield(earlier)
            if result is not None:
                return result, False
        mine = asyncio.get_running_loop().create_future()
        self._under_way[key] = mine
        made = None
        try:
            made = await make()
        finally:
            del self._under_way[key]
            mine.set_result(made)
        return made, True
