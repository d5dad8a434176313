"""The text model that runs in this process: it puts the facts of a request together.

It writes nothing that it was not given, needs no key and no network, and costs nothing. It does not
look at the photos: what was read and measured on them is among the facts.
"""

from collections.abc import AsyncGenerator, Callable

from resources.endpoints.interface import Usage
from resources.endpoints.metering import UNMETERED, Meter, metered
from resources.endpoints.writing import WriteRequest


class EmbeddedComposer:
    """A composer, not a writer: sentences of facts in their order, as many as fit."""

    name = "embedded-composer"
    version = "1"
    concurrency = 4

    def __init__(self, meter: Meter = UNMETERED) -> None:
        self._meter = meter

    async def write(
        self, request: WriteRequest, *, on_usage: Callable[[Usage], None] | None = None
    ) -> AsyncGenerator[str, None]:
        """The sentences, one after the other; nothing where there are no facts."""

        async def compose() -> list[str]:
            return sentences(request)

        _, found = await metered(
            self._meter, compose, lambda text: "ok" if text else "empty", images=0
        )
        for sentence in found:
            yield sentence
        if on_usage:
            on_usage(Usage(cost=0.0))

    async def aclose(self) -> None:
        """Nothing is held."""


def sentences(request: WriteRequest) -> list[str]:
    """A sentence a fact, until the text would be too long; each begins where the last ended."""
    chinese = request.language.startswith("zh")
    stop, colon, gap = ("。", "：", "") if chinese else (".", ": ", " ")
    found: list[str] = []
    length = 0
    for name, value in request.facts:
        said = " ".join(value.split()).rstrip(".。 ")
        if not said:
            continue
        sentence = f"{gap if found else ''}{name + colon if name else ''}{said}{stop}"
        length += len(sentence)
        if length > request.max_length:
            break
        found.append(sentence)
    return found
