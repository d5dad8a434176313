"""A look at a model that answers questions about photos."""

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from resources.endpoints.chat.completion import Completion, read_completion
from resources.endpoints.chat.connection import Connection
from resources.endpoints.chat.ladder import RUNGS, Form, Output
from resources.endpoints.chat.model import ChatModel
from resources.endpoints.chat.request import PhotoRequest
from resources.endpoints.complaints import RequestRefused
from resources.endpoints.config import EndpointConfig, ImageInput
from resources.endpoints.faults import CallFault
from resources.endpoints.interface import Photo, TagModel, Usage
from resources.endpoints.metering import Unmetered
from resources.endpoints.open import open_tag_model
from resources.endpoints.probing.findings import (
    NO_URL,
    NOT_KNOWN,
    Checked,
    Finding,
    failed,
    hasty,
    rate_limits,
    require_reachable,
    shown,
    twice,
)
from resources.endpoints.probing.sample import REQUEST, RIGHT, TAG, sample_photo

WAYS: Final[Mapping[ImageInput, str]] = {"data": "photos as data URLs", "url": "photos by URL"}
EMPTY: Final = "an empty text; where the model thinks first, raise max_tokens in its options"
STRUCTURED: Final[Mapping[Output, str]] = {
    "json_schema": "answers by JSON schema",
    "json_object": "answers as JSON object",
}


async def look_at_chat(config: EndpointConfig, photo_url: str | None) -> Checked:
    """Try how photos go in and how answers come out, then make one call as a run does."""
    photo = sample_photo(photo_url)
    if config.provider == "embedded":
        return await _call(open_tag_model(config, Unmetered()), photo)
    connection = Connection(config)
    look = _Look(config, connection, photo)
    findings: list[Finding] = []
    try:
        ways = {way: await look.way(way) for way in WAYS if way == "data" or photo_url}
        working = [way for way, found in ways.items() if found.works]
        possible = working or [way for way, found in ways.items() if found.works is None]
        findings += ways.values()
        if photo_url is None:
            findings.append(Finding(WAYS["url"], None, NO_URL))
        if possible:
            way = config.image_input if config.image_input in possible else possible[0]
        if working:
            findings += [await look.kind(kind, way) for kind in STRUCTURED]
    finally:
        await connection.aclose()
    if possible:
        as_tried = replace(config, image_input=way)
        model = ChatModel(as_tried, Unmetered(), hasty(config))
        checked = await _call(model, photo, by_url=way == "url")
        if checked.answers and way not in working:  # it has just worked
            findings[list(ways).index(way)] = Finding(WAYS[way], True)
    else:
        checked = Checked(False, ways["data"].words, None, Usage())
    findings += checked.findings
    return replace(checked, findings=tuple(findings), rate_limits=rate_limits(connection.headers))


class _Look:
    """Single requests about one photo."""

    def __init__(self, config: EndpointConfig, connection: Connection, photo: Photo) -> None:
        self._config = config
        self._connection = connection
        self._photo = photo

    async def way(self, way: ImageInput) -> Finding:
        """Whether photos can go in like this."""
        try:
            await twice(self._config, lambda: self._ask("plain", way))
        except CallFault as fault:
            require_reachable(self._config, fault)
            return failed(WAYS[way], fault)
        return Finding(WAYS[way], True)

    async def kind(self, output: Output, way: ImageInput) -> Finding:
        """Whether answers come like this: taken by the endpoint and kept by the model."""
        try:
            completion = await twice(self._config, lambda: self._ask(output, way))
        except CallFault as fault:
            return failed(STRUCTURED[output], fault)
        if _answered(completion.text) is None:
            words = "the endpoint takes it, but the answer is not the JSON that was asked for"
            return Finding(STRUCTURED[output], False, words)
        return Finding(STRUCTURED[output], True)

    async def _ask(self, output: Output, way: ImageInput) -> Completion:
        asked = PhotoRequest(replace(self._config, image_input=way), REQUEST)
        form = Form(RUNGS.index(output))
        try:
            content = await self._connection.post(asked.body(form, self._photo))
        except RequestRefused as refused:
            lower = form.after(refused.about)
            if lower is None or lower.rung != form.rung:
                raise
            content = await self._connection.post(asked.body(lower, self._photo))
        return read_completion(content, self._config, self._connection.complaints)


async def _call(model: TagModel, photo: Photo, *, by_url: bool = False) -> Checked:
    began = time.monotonic()
    try:
        (described,) = await model.describe([photo], REQUEST)
    finally:
        await model.aclose()
    latency_ms = (time.monotonic() - began) * 1000
    if described.failure:
        words = f"{described.failure}: {described.raw}".rstrip(": ")
        if described.retryable:
            return Checked(None, f"{NOT_KNOWN}: {words}", None, described.usage)
        return Checked(False, words, None, described.usage)
    if not described.raw.strip():
        return Checked(False, EMPTY, latency_ms, described.usage)
    told = _answered(described.raw)
    if by_url:
        seen = Finding("sees the photo", None, "not judged: it was shown the photo of the URL")
    elif told == RIGHT:
        seen = Finding("sees the photo", True, f"it was shown a {RIGHT} disc and says so")
    else:
        seen = Finding("sees the photo", False, f"it was shown a {RIGHT} disc and does not say so")
    return Checked(True, shown(described.raw), latency_ms, described.usage, (seen,))


def _answered(text: str) -> str | None:
    """The value in an answer that is the JSON object that was asked for."""
    try:
        document = json.loads(text)
    except ValueError:
        return None
    if not isinstance(document, dict) or set(document) != {TAG}:
        return None
    return str(document[TAG])
