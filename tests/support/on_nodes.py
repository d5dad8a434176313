"""What tests have done on the nodes of a cluster, which import it by name."""

import os
import signal
from pathlib import Path

from resources.errors import ListingError


class Echo:
    """An actor that answers, fails or dies."""

    async def ready(self) -> None:
        pass

    async def say(self, word: str) -> tuple[int, str]:
        if word == "fail":
            raise ListingError("it failed.", "Say something else.")
        if word == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid(), word


class Frail(Echo):
    """An actor whose first kind dies as it begins."""

    def __init__(self, mark: str) -> None:
        self._mark = Path(mark)

    async def ready(self) -> None:
        if not self._mark.exists():
            self._mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)


def half(number: int, most: int) -> int:
    if number > most:
        raise ListingError(f"{number} is too large.")
    return number // 2
