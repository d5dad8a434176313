"""Tells what happens while a listing is drafted, as server-sent events, each at once.

The names of the events and their documents are in docs/API.md. Where the client goes away, the
drafting ends.
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import asdict
from typing import Any, Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from listing_assets.listings.draft import Draft
from listing_assets.listings.events import (
    Event,
    Finished,
    Notice,
    StepBegan,
    StepEnded,
    TextBegan,
    TextPiece,
)
from listing_assets.listings.stored import document
from resources.errors import ListingError

log = logging.getLogger(__name__)

HEADERS: Final = {"X-Accel-Buffering": "no"}
"""Proxies hand each event on at once."""
Template = Callable[[str], list[str]]
"""The attributes of a category, in order."""


class EventStream(Response):
    """A draft while it is made. `events` is closed when it has ended, or nobody listens."""

    media_type = "text/event-stream"

    def __init__(
        self, first: Event, events: AsyncGenerator[Event, None], template: Template
    ) -> None:
        """`first` came of `events` already: what fails before it is told as an HTTP status."""
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self._first = first
        self._events = events
        self._template = template

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        telling = asyncio.ensure_future(self._tell(send))
        leaving = asyncio.ensure_future(_left(receive))
        try:
            await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            telling.cancel()
            leaving.cancel()
            await asyncio.gather(telling, leaving, return_exceptions=True)

    async def _tell(self, send: Send) -> None:
        async def body(name: str, told: dict[str, Any], *, more: bool = True) -> None:
            data = json.dumps(told, ensure_ascii=False)
            message = f"event: {name}\ndata: {data}\n\n".encode()
            await send({"type": "http.response.body", "body": message, "more_body": more})

        async with aclosing(self._events) as events:
            start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
            await send(start)
            await body(*told_of(self._first, self._template))
            try:
                async for event in events:
                    await body(*told_of(event, self._template))
            except ListingError as error:
                await body("error", {"problem": error.problem, "remedy": error.remedy})
            except Exception:
                log.exception("drafting a listing failed")
                problem = "the server failed at this listing."
                await body("error", {"problem": problem, "remedy": "Its log says more."})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def told_of(event: Event, template: Template) -> tuple[str, dict[str, Any]]:
    """The name of an event and its document."""
    match event:
        case StepBegan(step):
            return "step_began", {"step": step}
        case StepEnded(result, draft):
            return "step_ended", {"result": asdict(result), **_drafted(draft, template)}
        case TextBegan(instruction):
            return "text_began", {"instruction": instruction}
        case TextPiece(text):
            return "text", {"text": text}
        case Notice(words):
            return "notice", {"notice": words}
        case Finished(draft):
            return "finished", _drafted(draft, template)


def _drafted(draft: Draft, template: Template) -> dict[str, Any]:
    return {"draft": document(draft), "template": template(draft.category)}


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
