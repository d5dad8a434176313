"""The remote embedding model: inputs into requests, replies into one `Embedded`.

What a request and a reply look like is the `Dialect`'s part, when to ask again `flow.Caller`'s.
"""

import asyncio
import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal, Protocol

import numpy as np

from resources.endpoints.config import EndpointConfig, catalog_file
from resources.endpoints.embeddings.answers import Embeddings
from resources.endpoints.embeddings.http import Connection, Reply
from resources.endpoints.faults import CallFault
from resources.endpoints.flow import Answer, Caller, Patience
from resources.endpoints.interface import Embedded, Photo, Usage
from resources.endpoints.metering import Meter
from resources.errors import EndpointStoppedError, ModelError

UNANSWERED = "unanswered"
"""Reason code of an input without a vector for a passing cause."""
TOO_MANY_BYTES = "too_many_bytes"
"""Reason code of a photo that the endpoint would refuse for its size."""


@dataclass(frozen=True, slots=True)
class Input:
    """A photo, as data URL or URL, or a text.

    `photo` is set where a worker is to read the photo and make its value.
    """

    kind: Literal["image", "text"]
    value: str
    photo: Photo | None = None


class Dialect(Protocol):
    """How one provider is asked and how it answers. It holds no connection."""

    url: str
    max_batch: int
    """Most inputs of one request."""
    most_bytes: int | None
    """Most bytes of one photo, where the provider says so."""

    def body(self, inputs: Sequence[Input]) -> dict[str, Any]:
        """The JSON document that asks for a vector of each input."""
        ...

    def read(self, reply: Reply, inputs: int) -> Embeddings:
        """The vectors in a reply.

        Raises:
            CallFault: the reply is none, or refuses.
        """
        ...


class Attempts(Protocol):
    """Makes single requests: from this process, or from workers of a cluster."""

    async def embed(self, inputs: Sequence[Input]) -> Embeddings:
        """A vector of each input.

        Raises:
            CallFault: there are none.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


class AttemptsHere:
    """Requests over a connection of this process."""

    def __init__(self, config: EndpointConfig, dialect: Dialect) -> None:
        self._dialect = dialect
        self._connection = Connection(config, dialect.url)

    async def embed(self, inputs: Sequence[Input]) -> Embeddings:
        """As the contract says."""
        content = json.dumps(self._dialect.body(inputs)).encode()
        return self._dialect.read(await self._connection.post(content), len(inputs))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._connection.aclose()


@dataclass(slots=True)
class Asked:
    """What became of the inputs so far."""

    vectors: list[np.ndarray | None]
    failures: list[str | None]
    call_id: str = ""
    attempts: int = 0
    usage: Usage = field(default_factory=Usage)


class RemoteEmbeddings:
    """Asks one endpoint for vectors; their length is what the endpoint gives."""

    def __init__(
        self,
        config: EndpointConfig,
        meter: Meter,
        dialect: Dialect,
        patience: Patience,
        attempts: Attempts | None = None,
    ) -> None:
        self._config = config
        self._max_batch = dialect.max_batch
        self._attempts = attempts or AttemptsHere(config, dialect)
        self._caller = Caller(config, meter, patience)
        self._inputs_seen = 0
        self._tokens_seen = 0

    async def ask(self, inputs: Sequence[Input | str]) -> Asked:
        """A vector or a reason code for each input; a text among the inputs is a reason code.

        A request that fails, unless it came too fast, is split in two and asked again, down to
        single inputs: only one that is refused, or breaks the endpoint, goes without a vector. When
        the endpoint stops after some inputs have theirs, these are returned and the others are
        left `unanswered`.

        Raises:
            EndpointStoppedError: no call can succeed until the user acts, and none has.
        """
        asked = Asked(
            [None] * len(inputs), [one if isinstance(one, str) else UNANSWERED for one in inputs]
        )
        good = {place: one for place, one in enumerate(inputs) if isinstance(one, Input)}
        try:
            await self._ask_in_parts(asked, good, self._max_batch)
        except EndpointStoppedError:
            if not any(vector is not None for vector in asked.vectors):
                raise
        return asked

    async def aclose(self) -> None:
        """Close the connections."""
        await self._attempts.aclose()

    async def _ask_in_parts(self, asked: Asked, good: Mapping[int, Input], size: int) -> None:
        """Ask for inputs by place, `size` a request, all requests at once.

        They go at once so that the good half answers while the bad one is tried again: an endpoint
        that answers nothing else for long would count as down.
        """
        places = list(good)
        parts = (places[start : start + size] for start in range(0, len(places), size))
        calls = (self._ask(asked, {place: good[place] for place in part}) for part in parts)
        for ended in await asyncio.gather(*calls, return_exceptions=True):
            if ended is not None:
                raise ended

    async def _ask(self, asked: Asked, good: Mapping[int, Input]) -> None:
        """Ask for inputs by place in one request, and in two where that fails."""
        fault = await self._call(asked, good)
        if fault is None or fault.kind == "busy":
            return
        if len(good) > 1:
            await self._ask_in_parts(asked, good, -(-len(good) // 2))
        elif fault.kind == "lasting":
            asked.failures[next(iter(good))] = fault.code

    async def _call(self, asked: Asked, good: Mapping[int, Input]) -> CallFault | None:
        """Make one call and note what came; the fault where nothing did."""
        inputs = list(good.values())
        call = await self._caller.call(
            partial(self._attempt, inputs),
            tokens=self._estimate(len(inputs)),
            images=sum(one.kind == "image" for one in inputs),
        )
        asked.call_id = call.call_id
        asked.attempts += call.attempts
        asked.usage = asked.usage + call.usage
        if call.fault is not None:
            return call.fault
        assert call.value is not None
        for place, vector in zip(good, call.value, strict=True):
            asked.vectors[place] = vector
            asked.failures[place] = UNANSWERED if vector is None else None
        self._inputs_seen += len(inputs)
        self._tokens_seen += call.usage.input_tokens
        return None

    async def _attempt(self, inputs: Sequence[Input]) -> Answer[Sequence[np.ndarray | None]]:
        answer = await self._attempts.embed(inputs)
        return Answer(answer.vectors, self._config.usage(answer.input_tokens, answer.output_tokens))

    def _estimate(self, inputs: int) -> int:
        """Tokens that so many inputs may take, by those that were answered before."""
        return round(inputs * self._tokens_seen / max(1, self._inputs_seen))


def data_url(jpeg: bytes) -> str:
    """A photo as a part of a JSON document."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()


class RemoteEmbeddingModel:
    """`EmbeddingModel` over HTTP. `call_id` is empty where every input was refused unasked."""

    def __init__(
        self,
        config: EndpointConfig,
        meter: Meter,
        dialect: Dialect,
        dimension: int,
        patience: Patience,
        attempts: Attempts | None = None,
    ) -> None:
        self.name = config.model
        self.version = config.version
        self.dimension = dimension
        self.concurrency = config.ceilings.concurrency
        self.max_batch = dialect.max_batch
        self._config = config
        self._most_bytes = dialect.most_bytes
        self._endpoint = RemoteEmbeddings(config, meter, dialect, patience, attempts)

    async def embed_photos(self, photos: Sequence[Photo]) -> Embedded:
        """Vectors of photos, in order; `too_many_bytes` for one above the endpoint's limit.

        Raises:
            EndpointStoppedError: no call can succeed until the user acts.
            ModelError: a vector has another length than the model is registered with.
        """
        return await self._embed([self._photo(photo) for photo in photos])

    async def embed_texts(self, texts: Sequence[str]) -> Embedded:
        """Vectors of search texts in the same space, in order. Raises as `embed_photos` does."""
        return await self._embed([Input("text", text) for text in texts])

    async def aclose(self) -> None:
        """Close the connections."""
        await self._endpoint.aclose()

    def _photo(self, photo: Photo) -> Input | str:
        if self._config.image_input == "url" and photo.url is not None:
            return Input("image", photo.url)
        if photo.row is not None and not photo.jpeg:
            return Input("image", "", photo)
        if self._most_bytes is not None and len(photo.jpeg) > self._most_bytes:
            return TOO_MANY_BYTES
        return Input("image", data_url(photo.jpeg))

    async def _embed(self, inputs: Sequence[Input | str]) -> Embedded:
        asked = await self._endpoint.ask(inputs)
        vectors = np.zeros((len(inputs), self.dimension), dtype=np.float32)
        for place, vector in enumerate(asked.vectors):
            if vector is None:
                continue
            if len(vector) != self.dimension:
                raise ModelError(
                    f"model {self._config.name} answered with a vector of dimension {len(vector)},"
                    f" but is registered with dimension {self.dimension}.",
                    f"If that is right, set dimension: {len(vector)} for a new version of the"
                    f" model in {catalog_file('models.yaml')}.",
                )
            vectors[place] = vector
        return Embedded(vectors, tuple(asked.failures), asked.call_id, asked.usage, asked.attempts)
