"""Remote models registered for a test server, and photos to ask about."""

import asyncio
import hashlib
import io
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from PIL import Image

from resources.endpoints.config import Ceilings, EndpointConfig, UnitPrice
from resources.endpoints.embeddings.open import open_remote
from resources.endpoints.flow import Patience
from resources.endpoints.interface import EmbeddingModel, Photo
from tests.endpoints.embeddings.recording_meter import RecordingMeter
from tests.support.endpoint_server import EndpointServer
from tests.support.endpoint_server.vectors import vector_of

T = TypeVar("T")
DIMENSION = 8
KEY = "sk-only-in-the-environment-4711"
VARIABLE = "LISTING_TEST_KEY"
QUICK = Patience(most_attempts=3, first_backoff=0.001, longest_backoff=0.01)
PATHS = {"dashscope": "", "pai_eas": "/api/predict/gme", "vllm": "/v1"}
REMOTE = tuple(PATHS)


@dataclass
class Remote:
    """One provider's model on the test server."""

    provider: Any
    server: EndpointServer
    meter: RecordingMeter = field(default_factory=RecordingMeter)

    def config(self, **changes: Any) -> EndpointConfig:
        options = {} if self.provider == "vllm" else {"max_batch": 4}
        given = {
            "model": "test-model",
            "endpoint": self.server.origin + PATHS[self.provider],
            "api_key_env": VARIABLE,
            "dimension": DIMENSION,
            "price": UnitPrice(per_input_token=0.001),
            "ceilings": Ceilings(concurrency=4),
            "options": options,
        }
        return EndpointConfig(
            provider=self.provider,
            type="EMBEDDING",
            name="vectors",
            version="1",
            **(given | changes),
        )

    def use(
        self,
        work: Callable[[EmbeddingModel], Awaitable[T]],
        patience: Patience = QUICK,
        **changes: Any,
    ) -> T:
        """Open the model, use it and close it, in an event loop of its own."""

        async def run() -> T:
            model = open_remote(self.config(**changes), self.meter, patience)
            try:
                return await work(model)
            finally:
                await model.aclose()

        return asyncio.run(run())


def draw(number: int) -> bytes:
    """A small JPEG that differs from every other number's."""
    pixels = np.random.default_rng(number).integers(0, 255, (8, 8, 3), dtype=np.uint8)
    encoded = io.BytesIO()
    Image.fromarray(pixels).save(encoded, "JPEG")
    return encoded.getvalue()


def photos(count: int) -> list[Photo]:
    return [Photo(hashlib.sha256(draw(n)).hexdigest(), draw(n)) for n in range(count)]


def expected(contents: Sequence[bytes]) -> np.ndarray:
    """The vectors that the server gives for photos or texts."""
    ids = [hashlib.sha256(content).hexdigest() for content in contents]
    return np.array([vector_of(one, DIMENSION) for one in ids], dtype=np.float32)
