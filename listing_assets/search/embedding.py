"""Makes vectors of search texts and uploaded photos, by the model that a dataset names."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

import numpy as np

from listing_assets.catalog import Catalog, Model, Recipes
from listing_assets.embedding.checking import unit_vectors
from listing_assets.embedding.step import PASSING
from listing_assets.imaging.normalize import Normalized, normalize
from listing_assets.imaging.reasons import Rejected
from listing_assets.imaging.spec import NormalizationSpec
from listing_assets.search.errors import SearchError
from listing_assets.search.published import Published
from resources.endpoints.config import EndpointConfig
from resources.endpoints.interface import Embedded, EmbeddingModel, Photo
from resources.endpoints.metering import Meter, Unmetered
from resources.endpoints.open import open_embedding_model
from resources.errors import ModelError

T = TypeVar("T")

KEPT = 256
"""Vectors that are remembered, so that the next page of a search asks no model again."""


class QueryVectors(Protocol):
    """Where a search gets its vectors from. All methods may be called from many threads."""

    @property
    def model(self) -> str:
        """The model that makes them, as `model@version`."""
        ...

    def of_text(self, text: str) -> np.ndarray | None:
        """The unit vector of a text, float32; None where the model has nothing to say of it."""
        ...

    def of_photo(self, data: bytes) -> np.ndarray:
        """The unit vector of a photo file, float32. Raises `SearchError` where it is no photo."""
        ...


class QueryEmbedder:
    """`QueryVectors` by a registered model; photos are first normalized as the dataset's are.

    The model is opened when it is first asked and stays open, in an event loop of its own; a
    context manager closes it. `prepare` normalizes: in this process, or in a `DecodePool` where
    strangers may upload.
    """

    def __init__(
        self,
        model: Model,
        spec: NormalizationSpec,
        prepare: Callable[[bytes, NormalizationSpec], Normalized | Rejected] = normalize,
        open_model: Callable[[EndpointConfig, Meter], EmbeddingModel] = open_embedding_model,
    ) -> None:
        self._model = model
        self._spec = spec
        self._prepare = prepare
        self._open_model = open_model
        self._kept: OrderedDict[tuple[str, str], np.ndarray | None] = OrderedDict()
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._endpoint: EmbeddingModel | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the model, if it was opened; it opens again when it is asked again."""
        with self._lock:
            loop, endpoint = self._loop, self._endpoint
            self._loop = self._endpoint = None
        if loop is not None:
            if endpoint is not None:
                _done_in(loop, endpoint.aclose())
            loop.call_soon_threadsafe(loop.stop)

    @property
    def model(self) -> str:
        """What the model is, as published rows have it."""
        return self._model.identity

    def of_text(self, text: str) -> np.ndarray | None:
        """The unit vector of a text; None where the model has nothing to say of it.

        Raises:
            ModelError: the endpoint gave no usable answer.
        """
        return self._remembered(
            ("text", text), lambda: self._one(lambda model: model.embed_texts([text]))[0]
        )

    def of_photo(self, data: bytes) -> np.ndarray:
        """The unit vector of a photo file.

        Raises:
            SearchError: it is no photo that could be published, or the model has no vector of it.
            ModelError: the endpoint gave no usable answer.
        """
        image_id = hashlib.sha256(data).hexdigest()
        vector = self._remembered(("photo", image_id), lambda: self._photo(image_id, data))
        assert vector is not None
        return vector

    def _photo(self, image_id: str, data: bytes) -> np.ndarray:
        prepared = self._prepare(data, self._spec)
        if isinstance(prepared, Rejected):
            raise SearchError(
                f"the photo to search by cannot be used ({prepared.reason}): {prepared.detail}",
                "Take another one.",
            )
        photo = Photo(image_id, prepared.jpeg)
        vector, reason = self._one(lambda model: model.embed_photos([photo]))
        if vector is None:
            raise SearchError(
                f"model {self.model} has no vector of the photo to search by ({reason}).",
                "Take another one.",
            )
        return vector

    def _one(
        self, ask: Callable[[EmbeddingModel], Coroutine[Any, Any, Embedded]]
    ) -> tuple[np.ndarray | None, str | None]:
        """The vector of one input, or the reason why there is none and never will be."""
        loop, endpoint = self._opened()
        embedded = _done_in(loop, ask(endpoint))
        vectors, (reason,) = unit_vectors(embedded, 1, endpoint.dimension, self._model.name)
        if reason == PASSING:
            raise ModelError(
                f"model {self._model.name} did not answer.", "Try again later, or search by words."
            )
        return (None if reason else vectors[0]), reason

    def _opened(self) -> tuple[asyncio.AbstractEventLoop, EmbeddingModel]:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                Thread(target=_run, args=[self._loop], name="query vectors", daemon=True).start()
            if self._endpoint is None:
                config = self._model.endpoint_config()
                self._endpoint = _done_in(self._loop, self._open(config))
            return self._loop, self._endpoint

    async def _open(self, config: EndpointConfig) -> EmbeddingModel:
        return self._open_model(config, Unmetered())

    def _remembered(
        self, what: tuple[str, str], make: Callable[[], np.ndarray | None]
    ) -> np.ndarray | None:
        with self._lock:
            if what in self._kept:
                self._kept.move_to_end(what)
                return self._kept[what]
        vector = make()
        with self._lock:
            self._kept[what] = vector
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return vector


def embedder_of(
    published: Published,
    catalog: Catalog,
    prepare: Callable[[bytes, NormalizationSpec], Normalized | Rejected] = normalize,
) -> QueryEmbedder:
    """An embedder by the registered model that made a version's vectors.

    The dataset may name another by now. Where the one that made them is not registered any more,
    it is the dataset's, which a search then refuses.

    Raises:
        CatalogError: the dataset is not in the catalog, or what it names is not.
    """
    recipes = Recipes.of(catalog.dataset(published.dataset), catalog)
    registered = (
        model
        for versions in catalog.models.values()
        for model in versions.versions.values()
        if model.type == "EMBEDDING" and model.identity == published.embedding_model
    )
    return QueryEmbedder(next(registered, recipes.embedding_model), recipes.spec, prepare)


def _run(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()


def _done_in(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(work, loop).result()
