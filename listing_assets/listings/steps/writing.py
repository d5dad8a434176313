"""The text as a model writes it: watched, within its time, from one attempt to the next."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from listing_assets.listings.draft import StepStatus
from listing_assets.listings.events import Event, Notice, TextPiece
from listing_assets.listings.honesty import Rules, Stopped, guarded
from listing_assets.listings.steps.found import Found
from resources.errors import EndpointStoppedError, ListingError

SHARE_OF_FIRST: Final = 0.6
"""Of the time that is left, how long an attempt may take to begin while a simpler one remains."""


class Writing:
    """Collects the text over all attempts. `text` is the best that came."""

    def __init__(self, rules: Rules, max_length: int, until: float) -> None:
        """`until` is the moment of `time.monotonic` at which the text has to be there."""
        self._rules = rules
        self._max_length = max_length
        self._until = until
        self._status: StepStatus = "empty"
        self._reason = "the model wrote nothing"
        self.is_settled = False
        """Whether no simpler instruction would help."""
        self.text = ""

    def found(self) -> Found[str]:
        """The text, and how it came."""
        return Found(self.text, self._status, "" if self._status == "done" else self._reason)

    async def written(
        self, pieces: AsyncGenerator[str, None], tries_left: int, stop_with_endpoint: bool
    ) -> AsyncGenerator[Event, None]:
        """Take the pieces of one attempt and pass them on.

        Raises:
            EndpointStoppedError: where that is to end the work.
        """
        come: list[str] = []
        try:
            async with aclosing(pieces), aclosing(self._watched(pieces)) as watched:
                while True:
                    async with asyncio.timeout(self._time_for(come, tries_left)):
                        piece = await anext(watched, None)
                    if piece is None:
                        break
                    if isinstance(piece, Stopped):
                        self._end("refused", piece.notice)
                        yield Notice(piece.notice)
                        break
                    come.append(piece)
                    yield TextPiece(piece)
        except TimeoutError:
            self._out_of_time(bool(come))
        except EndpointStoppedError as error:
            if stop_with_endpoint:
                raise
            self._end("failed", error.problem)
        except ListingError as error:
            self._status, self._reason = "failed", error.problem
        else:
            if come and not self.is_settled:
                self._end("done", "")
        text = "".join(come).strip()
        if self.is_settled or len(text) > len(self.text):
            self.text = text or self.text

    def _watched(self, pieces: AsyncGenerator[str, None]) -> AsyncGenerator[str | Stopped, None]:
        return guarded(pieces, self._rules, self._max_length)

    def _time_for(self, come: list[str], tries_left: int) -> float:
        left = max(0.0, self._until - time.monotonic())
        return left * SHARE_OF_FIRST if not come and tries_left > 1 else left

    def _out_of_time(self, has_begun: bool) -> None:
        self._status, self._reason = "out_of_time", "the time for the text was over"
        self.is_settled = has_begun or time.monotonic() >= self._until

    def _end(self, status: StepStatus, reason: str) -> None:
        self._status, self._reason, self.is_settled = status, reason, True
