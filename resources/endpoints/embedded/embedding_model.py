"""The embedded embedding model: photos and search texts as vectors of one space.

A vector is three blocks side by side: what is seen (`descriptor`), the colours that are named and
the words that are read (`text_space`). A photo fills all three; a text has nothing to say of the
first. This module lays the blocks out, weighs them and serves them; it is not learnt, and a vector
follows from one photo's bytes alone.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from functools import cache

import numpy as np

from resources.endpoints.embedded.colours import palette
from resources.endpoints.embedded.descriptor import visual_dimension, visual_vector
from resources.endpoints.embedded.pixels import UNREADABLE_PHOTO, decode
from resources.endpoints.embedded.reading import read
from resources.endpoints.embedded.text_space import (
    COLOUR_DIMENSION,
    named_colours,
    shown_colours,
    word_vector,
)
from resources.endpoints.interface import Embedded, Photo, Usage
from resources.endpoints.metering import UNMETERED, Meter, metered
from resources.errors import ModelError

Vectors = Sequence[np.ndarray | None]
Look = Callable[[Sequence[Photo]], Awaitable[Vectors]]

DIMENSION = 768

_COLOURS_SHARE = 0.1
_WORDS_SHARE = 0.06
"""Shares of the colour names and the words in the square of a photo's vector; the rest is visual.

More for the words would take photos of one brand for photos of one product, since much of what is
read is a brand or a neighbour's price tag. A text search is not weakened: it compares photos by
these blocks alone, so that only their proportion matters.
"""
_QUERY_COLOUR = 0.25
"""What a named colour weighs in a search text (squared) against a word, which weighs 1."""

EMPTY_TEXT = "empty_text"
"""Reason code of a text without a word, a number or a character."""


def photo_vector(jpeg: bytes) -> np.ndarray | None:
    """The vector of a photo, float32 of shape (DIMENSION,), unit length.

    None where the bytes are not a picture. On a photo without words the word block is zero and
    the other blocks keep their proportion.

    Raises:
        ModelError: the installed rapidocr cannot read.
    """
    try:
        rgb = decode(jpeg)
    except ModelError:
        return None
    words = word_vector(read(jpeg).text, _word_dimension())
    length = np.linalg.norm(words)
    blocks = (
        np.sqrt(1 - _COLOURS_SHARE - _WORDS_SHARE) * visual_vector(rgb),
        np.sqrt(_COLOURS_SHARE) * shown_colours(palette(rgb)),
        np.sqrt(_WORDS_SHARE) * (words / length if length else words),
    )
    return _unit(np.concatenate(blocks))


def text_vector(text: str) -> np.ndarray | None:
    """The vector of a search text, float32 of shape (DIMENSION,), unit length.

    None where the text has no token. A colour's name counts as a word and as a colour.
    """
    words = word_vector(text, _word_dimension())
    if not words.any():
        return None
    blocks = (
        np.zeros(visual_dimension()),
        np.sqrt(_QUERY_COLOUR) * named_colours(text),
        words,
    )
    return _unit(np.concatenate(blocks))


class EmbeddedEmbeddingModel:
    """`EmbeddingModel` in this process, with no key and no network; it costs nothing."""

    name = "embedded-visual-text"
    version = "1"
    dimension = DIMENSION
    max_batch = 16

    def __init__(
        self,
        meter: Meter = UNMETERED,
        concurrency: int | None = None,
        look: Look | None = None,
    ) -> None:
        """Make `concurrency` calls at once; by default one for each processor.

        `look` makes the vectors of photos, by default in a thread of this process.
        """
        self.concurrency = concurrency or os.cpu_count() or 1
        self._meter = meter
        self._look = look or _look_here

    async def embed_photos(self, photos: Sequence[Photo]) -> Embedded:
        """Vectors of photos, in order; `unreadable_photo` for bytes that are not a picture.

        A call keeps one core busy, in a thread, for about a tenth of a second a photo: reading.

        Raises:
            EndpointStoppedError: the meter lets no call begin.
        """
        return await self._embedded(
            len(photos), lambda: self._look(photos), UNREADABLE_PHOTO, images=len(photos)
        )

    async def embed_texts(self, texts: Sequence[str]) -> Embedded:
        """Vectors of search texts, in order; `empty_text` for one without a word."""
        return await self._embedded(
            len(texts),
            lambda: asyncio.to_thread(lambda: [text_vector(text) for text in texts]),
            EMPTY_TEXT,
            images=0,
        )

    async def aclose(self) -> None:
        """Nothing to release."""

    async def _embedded(
        self,
        inputs: int,
        embed: Callable[[], Awaitable[Vectors]],
        failure: str,
        *,
        images: int,
    ) -> Embedded:
        """All vectors of one call; an input without one gets a row of zeros and the reason code."""
        call_id, found = await metered(
            self._meter,
            embed,
            lambda found: failure if found and all(one is None for one in found) else "ok",
            images=images,
        )
        vectors = np.zeros((inputs, DIMENSION), dtype=np.float32)
        for row, vector in enumerate(found):
            if vector is not None:
                vectors[row] = vector
        failures = tuple(failure if vector is None else None for vector in found)
        return Embedded(vectors, failures, call_id, Usage(cost=0.0))


async def _look_here(photos: Sequence[Photo]) -> Vectors:
    return await asyncio.to_thread(lambda: [photo_vector(photo.jpeg) for photo in photos])


@cache
def _word_dimension() -> int:
    return DIMENSION - visual_dimension() - COLOUR_DIMENSION


def _unit(vector: np.ndarray) -> np.ndarray:
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)
