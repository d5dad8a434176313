"""The contract between the platform and a model that writes texts: plain data and one protocol."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Protocol

from resources.endpoints.interface import Photo, Usage

TOKENS_A_CHARACTER = 2
"""More than any tokenizer needs for a character of Chinese or English text."""


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """A text that is asked for.

    `system` and `prompt` are all that a model which writes is told, besides the photos. `facts` are
    the same things as (name, value) pairs in the order in which they are to be said, for a model
    that only puts facts together; a fact without a name is said as it is. `max_length` is in
    characters.
    """

    system: str
    prompt: str
    photos: tuple[Photo, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    language: str = "en"
    max_length: int = 1_000


class TextModel(Protocol):
    """Writes a text about photos."""

    name: str
    version: str
    concurrency: int
    """Most `write` calls worth having in flight; the model itself holds its ceilings."""

    def write(
        self, request: WriteRequest, *, on_usage: Callable[[Usage], None] | None = None
    ) -> AsyncGenerator[str, None]:
        """The pieces of the text while it is written. `on_usage` is told at the end what it took.

        Raises:
            ModelError: there was no text, or it broke off.
            EndpointStoppedError: no call can succeed until the user acts.
        """
        ...

    async def aclose(self) -> None:
        """Release connections."""
        ...
