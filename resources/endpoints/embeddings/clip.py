"""CLIP with open weights, computed in this process from an ONNX export; an optional extra."""

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from resources.endpoints.config import EndpointConfig, catalog_file
from resources.endpoints.embedded.pixels import UNREADABLE_PHOTO, decode
from resources.endpoints.embeddings.clip_files import find_files
from resources.endpoints.embeddings.clip_images import ImagePreparation
from resources.endpoints.embeddings.clip_network import ClipNetwork
from resources.endpoints.embeddings.options import batch_size
from resources.endpoints.interface import Embedded, Photo, Usage
from resources.endpoints.metering import Meter, metered
from resources.errors import ModelError


class ClipModel:
    """`EmbeddingModel` of local weights; its calls are metered and cost nothing.

    `config.model` is a folder, or the id of a model in the hub's cache.
    """

    def __init__(self, config: EndpointConfig, meter: Meter) -> None:
        """Open the weights and try both sides once.

        Raises:
            ModelError: files or packages are missing, or the two sides do not give vectors of one
                space, or not of the registered dimension.
        """
        self.name = config.name
        self.version = config.version
        self.concurrency = min(config.ceilings.concurrency, os.cpu_count() or 1)
        self.max_batch = batch_size(config, 16)
        self._meter = meter
        files = find_files(config)
        self._prepare = ImagePreparation(files.preprocessor)
        blank = self._prepare(np.zeros((64, 64, 3), dtype=np.uint8))
        self._network = ClipNetwork(files, blank)
        self.dimension = self._tried_dimension(config, blank)
        self._threads = ThreadPoolExecutor(self.concurrency, thread_name_prefix="clip")

    async def embed_photos(self, photos: Sequence[Photo]) -> Embedded:
        """Unit vectors of photos, in order; `unreadable_photo` for bytes that are no picture.

        Raises:
            EndpointStoppedError: the meter lets no call begin.
        """
        return await self._embedded(lambda: self._of_photos(photos), len(photos), len(photos))

    async def embed_texts(self, texts: Sequence[str]) -> Embedded:
        """Unit vectors of search texts in the same space, in order. Raises as `embed_photos`."""
        return await self._embedded(
            lambda: [self._network.of_text(text) for text in texts], len(texts), 0
        )

    async def aclose(self) -> None:
        """Let go of the threads; work in flight is finished first."""
        await asyncio.to_thread(self._threads.shutdown)

    async def _embedded(
        self, compute: Callable[[], list[np.ndarray | None]], inputs: int, images: int
    ) -> Embedded:
        loop = asyncio.get_running_loop()
        call_id, found = await metered(
            self._meter,
            lambda: loop.run_in_executor(self._threads, compute),
            lambda found: UNREADABLE_PHOTO if found and not _any(found) else "ok",
            images=images,
        )
        vectors = np.zeros((inputs, self.dimension), dtype=np.float32)
        for row, vector in enumerate(found):
            if vector is not None:
                vectors[row] = _unit(vector)
        failures = tuple(UNREADABLE_PHOTO if vector is None else None for vector in found)
        return Embedded(vectors, failures, call_id, Usage(cost=0.0))

    def _of_photos(self, photos: Sequence[Photo]) -> list[np.ndarray | None]:
        found: list[np.ndarray | None] = [None] * len(photos)
        prepared: dict[int, np.ndarray] = {}
        for place, photo in enumerate(photos):
            try:
                prepared[place] = self._prepare(decode(photo.jpeg))
            except ModelError:
                continue
        if prepared:
            vectors = self._network.of_pixels(np.stack(list(prepared.values())))
            for place, vector in zip(prepared, vectors, strict=True):
                found[place] = vector
        return found

    def _tried_dimension(self, config: EndpointConfig, blank: np.ndarray) -> int:
        seen = self._network.of_pixels(blank[None]).shape
        read = self._network.of_text("a photo").shape
        if len(seen) != 2 or seen[1:] != read:
            raise ModelError(
                f"model {config.name}: photos become vectors of shape {seen[1:]} and texts of shape"
                f" {read}, which is not one space.",
                "Export the model with its projections (image_embeds and text_embeds).",
            )
        if config.dimension is not None and config.dimension != seen[1]:
            raise ModelError(
                f"model {config.name}: its files give vectors of dimension {seen[1]}, but it is"
                f" registered with dimension {config.dimension}.",
                f"Set dimension: {seen[1]} in {catalog_file('models.yaml')}, or leave it out.",
            )
        return int(seen[1])


def _any(found: Sequence[np.ndarray | None]) -> bool:
    return any(vector is not None for vector in found)


def _unit(vector: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(vector)
    return vector / length if length else vector
