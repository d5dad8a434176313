"""Gets ready what takes seconds once in a process, before the time of any draft counts."""

import asyncio
import io
from contextlib import suppress
from typing import Final

from PIL import Image

from listing_assets.catalog import Recipes
from listing_assets.imaging.workers import DecodePool
from resources.errors import ListingError

SIDE: Final = 64
"""Pixels of the blank photo that decoders and models are tried with."""


async def make_ready(pool: DecodePool, recipes: Recipes) -> None:
    """Start a decoder, and open the networks of embedded models.

    What cannot be opened is told by the draft that needs it.
    """
    models = (recipes.tag_model, recipes.embedding_model)
    with suppress(ListingError):
        blank = _blank()
        await asyncio.to_thread(pool.normalize, blank, recipes.spec)
        if any(model.provider == "embedded" for model in models):
            await asyncio.to_thread(_open_networks, blank)


def _open_networks(blank: bytes) -> None:
    from resources.endpoints.embedded.embedding_model import photo_vector

    photo_vector(blank)


def _blank() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (SIDE, SIDE), "white").save(made, "JPEG")
    return made.getvalue()
