"""A look at a model that turns photos and texts into vectors."""

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from resources.endpoints.config import EndpointConfig
from resources.endpoints.embeddings.dashscope import DashScope
from resources.endpoints.embeddings.http import Connection
from resources.endpoints.embeddings.open import open_remote
from resources.endpoints.embeddings.pai_eas import PaiEas
from resources.endpoints.embeddings.remote import UNANSWERED, Dialect, Input
from resources.endpoints.embeddings.vllm import Vllm
from resources.endpoints.faults import CallFault
from resources.endpoints.interface import EmbeddingModel, Photo, Usage
from resources.endpoints.metering import Unmetered
from resources.endpoints.open import open_embedding_model
from resources.endpoints.probing.findings import (
    NO_URL,
    NOT_KNOWN,
    Checked,
    Finding,
    failed,
    hasty,
    rate_limits,
    require_reachable,
    twice,
)
from resources.endpoints.probing.sample import sample_photo

DIALECTS: Final[Mapping[str, type[DashScope | PaiEas | Vllm]]] = {
    "dashscope": DashScope,
    "pai_eas": PaiEas,
    "vllm": Vllm,
}
TEXT: Final = "a red disc"


async def look_at_embeddings(config: EndpointConfig, photo_url: str | None) -> Checked:
    """Try what goes in and how long vectors are, then embed one photo as a run does."""
    photo = sample_photo(photo_url)
    if config.provider not in DIALECTS:
        return await _call(open_embedding_model(config, Unmetered()), photo)
    dialect = DIALECTS[config.provider](config)
    connection = Connection(config, dialect.url)
    look = _Look(config, connection, dialect)
    picture = "data:image/jpeg;base64," + base64.b64encode(photo.jpeg).decode()
    try:
        findings = [
            await look.takes("photos as data URLs", Input("image", picture)),
            await look.takes("photos by URL", Input("image", photo_url) if photo_url else None),
            await look.takes("search texts", Input("text", TEXT)),
        ]
    finally:
        await connection.aclose()
    limits = rate_limits(look.headers)
    if look.dimension is None:
        bad = next((one for one in findings if one.works is False), findings[0])
        return Checked(bad.works, bad.words, None, Usage(), tuple(findings), rate_limits=limits)
    registered = replace(config, dimension=look.dimension)
    checked = await _call(open_remote(registered, Unmetered(), hasty(config)), photo)
    if config.dimension not in {None, look.dimension}:
        words = f"vectors have {look.dimension} numbers, registered are {config.dimension}"
        findings.append(Finding("dimension as registered", False, words))
        checked = replace(checked, answers=False, answer=words)
    return replace(checked, findings=tuple(findings), rate_limits=limits)


class _Look:
    """Single requests, one input each."""

    def __init__(self, config: EndpointConfig, connection: Connection, dialect: Dialect) -> None:
        self.dimension: int | None = None
        self.headers: Mapping[str, str] = {}
        self._config = config
        self._connection = connection
        self._dialect = dialect

    async def takes(self, name: str, one: Input | None) -> Finding:
        """Whether this input gets a vector."""
        if one is None:
            return Finding(name, None, NO_URL)
        try:
            vector = await twice(self._config, lambda: self._vector(one))
        except CallFault as fault:
            require_reachable(self._config, fault)
            return failed(name, fault)
        if vector is None:
            return Finding(name, False, "the endpoint left it out")
        self.dimension = len(vector)
        return Finding(name, True)

    async def _vector(self, one: Input) -> np.ndarray | None:
        reply = await self._connection.post(json.dumps(self._dialect.body([one])).encode())
        self.headers = reply.headers
        (vector,) = self._dialect.read(reply, 1).vectors
        return vector


async def _call(model: EmbeddingModel, photo: Photo) -> Checked:
    began = time.monotonic()
    try:
        embedded = await model.embed_photos([photo])
    finally:
        await model.aclose()
    latency_ms = (time.monotonic() - began) * 1000
    (failure,) = embedded.failures
    if failure == UNANSWERED:
        answer = f"{NOT_KNOWN}: the endpoint failed in passing"
        return Checked(None, answer, None, embedded.usage, dimension=model.dimension)
    if failure:
        return Checked(False, failure, None, embedded.usage, dimension=model.dimension)
    answer = f"a vector of {model.dimension} numbers"
    return Checked(True, answer, latency_ms, embedded.usage, dimension=model.dimension)
