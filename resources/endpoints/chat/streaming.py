"""Text as a model writes it, within the same ceilings, ledger and retries as every other call."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from resources.endpoints.chat.completion import read_usage
from resources.endpoints.chat.connection import Connection
from resources.endpoints.chat.ladder import Descent, Ladder
from resources.endpoints.chat.request import encoded_body
from resources.endpoints.complaints import RequestRefused
from resources.endpoints.complaints.words import storable
from resources.endpoints.config import EndpointConfig
from resources.endpoints.faults import CallFault
from resources.endpoints.flow import Answer, Call, Caller
from resources.endpoints.interface import Usage
from resources.endpoints.metering import OK, TRUNCATED
from resources.errors import ModelError

Messages = Sequence[Mapping[str, Any]]
STREAMED = {"stream": True, "stream_options": {"include_usage": True}}


class Writer:
    """Writes one text into a queue, and None after its end."""

    def __init__(
        self, config: EndpointConfig, connection: Connection, caller: Caller, messages: Messages
    ) -> None:
        self.texts: asyncio.Queue[str | None] = asyncio.Queue()
        self._config = config
        self._connection = connection
        self._caller = caller
        self._messages = messages
        self._begun = False

    async def write(self, ladder: Ladder) -> Call[None]:
        """The call, whatever it takes; it is tried again only while nothing has come."""
        descent = Descent(ladder)
        usage, attempts = Usage(), 0
        try:
            while True:
                body = encoded_body(self._config, self._messages, descent.form, STREAMED)
                call = await self._caller.call(partial(self._attempt, body), images=0)
                usage, attempts = usage + call.usage, attempts + call.attempts
                fault = call.fault
                about = fault.about if isinstance(fault, RequestRefused) else "input"
                if about not in {"temperature", "limit"} or not descent.refused(about):
                    return replace(call, usage=usage, attempts=attempts)
        finally:
            self.texts.put_nowait(None)

    async def _attempt(self, body: bytes) -> Answer[None]:
        usage, ending = Usage(), None

        def take(event: Any) -> None:
            nonlocal usage, ending
            if not isinstance(event, dict):
                return
            if event.get("usage"):
                usage = read_usage(event, self._config)
            for choice in event.get("choices") or ():
                ending = choice.get("finish_reason") or ending
                if text := _text(choice.get("delta")):
                    self._begun = True
                    self.texts.put_nowait(storable(text))

        try:
            await self._connection.stream(body, take)
            if ending is None:
                raise CallFault("malformed_response", "passing", "the stream ended before its text")
            if ending == "content_filter":
                raise CallFault("content_filtered", "lasting", usage=usage)
        except CallFault as fault:
            if self._begun and fault.kind in {"busy", "passing"}:
                raise CallFault(fault.code, "lasting", fault.words, usage=usage) from None
            raise
        return Answer(None, usage, TRUNCATED if ending == "length" else OK)


def _text(delta: Any) -> str:
    text = delta.get("content") if isinstance(delta, dict) else None
    return text if isinstance(text, str) else ""


async def read(
    writer: Writer, ladder: Ladder, name: str, on_usage: Callable[[Usage], None] | None
) -> AsyncGenerator[str, None]:
    """The pieces of a text while it is written. Raises as `ChatModel.stream_text` does."""
    writing = asyncio.create_task(writer.write(ladder))
    try:
        while (text := await writer.texts.get()) is not None:
            yield text
        call = await writing
    finally:
        writing.cancel()
        await asyncio.wait([writing])
    if on_usage:
        on_usage(call.usage)
    if call.fault:
        raise ModelError(
            f"model {name}: it wrote no whole text ({call.fault.code}): {call.fault.words}",
            "Try again, or shorten what is asked.",
        )
