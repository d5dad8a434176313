"""The inputs of a request: photos by data URL or http URL, and texts, known by their bytes."""

import asyncio
import binascii
import hashlib
from dataclasses import replace

import aiohttp

from tests.support.endpoint_server.reply import RefusedError
from tests.support.endpoint_server.state import Asked, Content, State


def read_text(text: object) -> Content:
    """A text. Raises `RefusedError` for anything else."""
    if not isinstance(text, str) or not text:
        raise RefusedError("A text must be a string that is not empty.")
    return Content("text", hashlib.sha256(text.encode()).hexdigest(), text)


def read_image(state: State, url: object) -> Content:
    """A photo. Raises `RefusedError` where the server takes no such URLs, or it is none."""
    if not isinstance(url, str):
        raise RefusedError("An image must be given as a URL.")
    if url.startswith(("http://", "https://")):
        if "url" not in state.images:
            raise RefusedError("Images by URL are not allowed; send them as data URLs.")
        return Content("image", "", url=url)
    kind, comma, data = url.partition(",")
    if not comma or not kind.startswith("data:image/") or not kind.endswith(";base64"):
        raise RefusedError("The image is neither an http URL nor a data URL of an image.")
    if "data" not in state.images:
        raise RefusedError("Images as data URLs are not allowed; give a URL.")
    try:
        image = binascii.a2b_base64(data, strict_mode=True)
    except ValueError:
        raise RefusedError("The image's base64 cannot be decoded.") from None
    if not image:
        raise RefusedError("The image is empty.")
    return Content("image", hashlib.sha256(image).hexdigest())


async def open_photos(state: State, asked: Asked) -> Asked:
    """The request with the photos behind its http URLs opened. Raises `RefusedError`."""
    if not any(content.url for content in asked.contents):
        return asked
    opened = await asyncio.gather(*(_opened(content) for content in asked.contents))
    return replace(asked, contents=tuple(opened))


async def _opened(content: Content) -> Content:
    if content.url is None:
        return content
    try:
        async with aiohttp.ClientSession() as session, session.get(content.url) as response:
            response.raise_for_status()
            image = await response.read()
    except aiohttp.ClientError:
        raise RefusedError("Failed to download the image.") from None
    return replace(content, id=hashlib.sha256(image).hexdigest())
