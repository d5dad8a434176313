"""A look at a model that writes text."""

import time

from resources.endpoints.chat.model import ChatModel
from resources.endpoints.config import EndpointConfig
from resources.endpoints.interface import Usage
from resources.endpoints.metering import Unmetered
from resources.endpoints.probing.findings import Checked, Finding, hasty, rate_limits, shown

ASKED = "Write the word OK and nothing else."


async def look_at_text(config: EndpointConfig) -> Checked:
    """Have it write one word, streamed."""
    model = ChatModel(config, Unmetered(), hasty(config))
    used: list[Usage] = []
    began = time.monotonic()
    try:
        messages = [{"role": "user", "content": ASKED}]
        stream = model.stream_text(messages, on_usage=used.append)
        pieces = [piece async for piece in stream]
    finally:
        await model.aclose()
    return Checked(
        answers=True,
        answer=shown("".join(pieces)),
        latency_ms=(time.monotonic() - began) * 1000,
        usage=sum(used, Usage()),
        findings=(Finding("streams text", True),),
        rate_limits=rate_limits(model.last_headers),
    )
