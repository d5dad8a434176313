"""Models whose photos are read, encoded, sent and looked at by workers of a cluster.

A worker makes single attempts. Everything that has to hold over all of them together stays in the
process of the run: the endpoint's ceilings, the breaker, the budget, the ledger and its journal. So
ten workers ask no more than one would, and a call is paid for and kept by the same code as without
a cluster. What passes through that process is a photo's row in the lake, and the answer about it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from typing import Any

from resources.compute import Cluster
from resources.compute.actors import Actors, WorkerLostError
from resources.compute.cluster import MOST_LOSSES
from resources.endpoints.chat.attempts import AttemptsHere as ChatAttemptsHere
from resources.endpoints.chat.completion import Completion
from resources.endpoints.chat.connection import Connection
from resources.endpoints.chat.ladder import Form
from resources.endpoints.chat.model import REQUESTS_KEPT
from resources.endpoints.chat.request import PhotoRequest
from resources.endpoints.config import EndpointConfig
from resources.endpoints.embedded.embedding_model import Vectors, photo_vector
from resources.endpoints.embedded.tag_model import Seen, answered
from resources.endpoints.embeddings.answers import Embeddings
from resources.endpoints.embeddings.open import dialect_of
from resources.endpoints.embeddings.remote import TOO_MANY_BYTES, Dialect, Input, data_url
from resources.endpoints.embeddings.remote import AttemptsHere as EmbeddingAttemptsHere
from resources.endpoints.faults import CallFault
from resources.endpoints.flow.admission import WORKER_LOST
from resources.endpoints.interface import DescribeRequest, Photo
from resources.errors import ListingError
from resources.lake import Lake
from resources.lake.stored_photos import StoredPhotos

CALLS_PER_WORKER = 16
"""Requests in flight that make another worker worth having."""
FEWEST_WORKERS, MOST_WORKERS = 2, 8


class EndpointWorker:
    """The actor that makes attempts at one endpoint, or looks at photos itself.

    A fault is returned, not raised: it is an answer like any other here.
    """

    def __init__(self, config: EndpointConfig, lake: str) -> None:
        self._config = config
        self._photos = StoredPhotos(Lake(lake))
        self._request = lru_cache(REQUESTS_KEPT)(partial(PhotoRequest, config))

    @cached_property
    def _chat(self) -> ChatAttemptsHere:
        return ChatAttemptsHere(self._config, Connection(self._config))

    @cached_property
    def _dialect(self) -> Dialect:
        return dialect_of(self._config)

    @cached_property
    def _embedding(self) -> EmbeddingAttemptsHere:
        return EmbeddingAttemptsHere(self._config, self._dialect)

    async def ready(self) -> None:
        """Open what attempts need.

        Raises:
            ModelError: the key is not in the environment of this node.
        """
        self._config.api_key()

    async def complete(
        self, request: DescribeRequest, form: Form, photo: Photo
    ) -> Completion | CallFault:
        """One request of a chat model about one photo."""
        try:
            asked = self._request(request)
            return await self._chat.complete(asked, form, await self._read(photo))
        except CallFault as fault:
            return fault

    async def embed(self, inputs: Sequence[Input]) -> Embeddings | CallFault:
        """One request of an embedding model."""
        try:
            return await self._embedding.embed([await self._valued(one) for one in inputs])
        except CallFault as fault:
            return fault

    async def answered(self, photo: Photo, request: DescribeRequest) -> Seen | None:
        """What the embedded tag model says of one photo."""
        return await asyncio.to_thread(answered, await self._read(photo), request)

    async def vectors(self, photos: Sequence[Photo]) -> Vectors:
        """The embedded vectors of photos."""
        read = [await self._read(photo) for photo in photos]
        return await asyncio.to_thread(lambda: [photo_vector(photo.jpeg) for photo in read])

    async def _read(self, photo: Photo) -> Photo:
        if photo.row is None or photo.jpeg or self._config.image_input == "url":
            return photo
        return replace(photo, jpeg=await self._photos.jpeg(photo.row))

    async def _valued(self, one: Input) -> Input:
        if one.photo is None:
            return one
        jpeg = (await self._read(one.photo)).jpeg
        most = self._dialect.most_bytes
        if most is not None and len(jpeg) > most:
            raise CallFault(TOO_MANY_BYTES, "lasting", f"the endpoint takes {most:,} bytes")
        return replace(one, value=data_url(jpeg), photo=None)


class EndpointWorkers:
    """The workers of one model on a cluster; what the models' seams for attempts want."""

    def __init__(self, cluster: Cluster, config: EndpointConfig, lake: str) -> None:
        """`lake` is where the workers read photos."""
        self.headers: Mapping[str, str] = {}
        """Workers keep them to themselves."""
        if config.provider == "embedded":
            # It computes: a worker for each processor, and what is lost is simply done again.
            self.concurrency = cluster.processors
            processors, workers = 1, cluster.processors
        else:
            # It waits. Whether a lost request is sent again is decided where it is paid for.
            self.concurrency = config.ceilings.concurrency
            processors = 0
            wanted = -(-self.concurrency // CALLS_PER_WORKER)
            workers = min(MOST_WORKERS, max(FEWEST_WORKERS, wanted))
        options = {"num_cpus": processors, "scheduling_strategy": "SPREAD"}
        make = partial(cluster.actor, EndpointWorker, config, lake, **options)
        self._actors = Actors(cluster, make, workers)

    async def complete(self, asked: PhotoRequest, form: Form, photo: Photo) -> Completion:
        """`chat.attempts.Attempts`."""
        completion: Completion = await self._attempt("complete", asked.request, form, photo)
        return completion

    async def embed(self, inputs: Sequence[Input]) -> Embeddings:
        """`embeddings.remote.Attempts`."""
        embeddings: Embeddings = await self._attempt("embed", inputs)
        return embeddings

    async def aclose(self) -> None:
        """The workers end when nobody holds them any more."""

    async def answered(self, photo: Photo, request: DescribeRequest) -> Seen | None:
        """`embedded.tag_model.Look`."""
        seen: Seen | None = await self._computed("answered", photo, request)
        return seen

    async def vectors(self, photos: Sequence[Photo]) -> Vectors:
        """`embedded.embedding_model.Look`."""
        vectors: Vectors = await self._computed("vectors", photos)
        return vectors

    async def _attempt(self, method: str, *arguments: Any) -> Any:
        try:
            result = await self._actors.call(method, *arguments)
        except WorkerLostError as error:
            raise CallFault(WORKER_LOST, "passing", str(error)) from error
        if isinstance(result, CallFault):
            raise result
        return result

    async def _computed(self, method: str, *arguments: Any) -> Any:
        for _ in range(MOST_LOSSES):
            with suppress(WorkerLostError):
                return await self._actors.call(method, *arguments)
        raise ListingError(
            f"a photo's worker on the Ray cluster was lost {MOST_LOSSES} times.",
            "Look at the cluster for nodes that run out of memory; what is finished is kept.",
        )
