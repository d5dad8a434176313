"""Alibaba Model Studio's native multimodal embedding.

Protocol: https://help.aliyun.com/zh/model-studio/multimodal-embedding-api-reference, codes of
errors: https://help.aliyun.com/zh/model-studio/error-code. An error may come inside HTTP 200.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from resources.endpoints.config import EndpointConfig
from resources.endpoints.embeddings.answers import Embeddings, tokens, vectors_of
from resources.endpoints.embeddings.http import Reply
from resources.endpoints.embeddings.options import batch_size, body_options
from resources.endpoints.embeddings.remote import Input

DEFAULT_ENDPOINT = "https://dashscope.aliyuncs.com"
_PATH = "/services/embeddings/multimodal-embedding/multimodal-embedding"


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """What one request to a model may hold, as its documentation says."""

    max_batch: int = 8
    most_bytes: int = 3_000_000
    takes_dimension: bool = True


_LIMITS = {
    "qwen3-vl-embedding": ModelLimits(max_batch=5, most_bytes=5_000_000),
    "qwen2.5-vl-embedding": ModelLimits(max_batch=1, most_bytes=5_000_000),
    "multimodal-embedding-v1": ModelLimits(max_batch=1, takes_dimension=False),
}
"""By model; `tongyi-embedding-vision-…` and any other has the defaults."""


class DashScope:
    """The `Dialect` of Model Studio. `options.parameters` join the request's parameters."""

    def __init__(self, config: EndpointConfig) -> None:
        limits = _LIMITS.get(config.model, ModelLimits())
        base = (config.endpoint or DEFAULT_ENDPOINT).rstrip("/").removesuffix(_PATH)
        base = base.removesuffix("/compatible-mode/v1").removesuffix("/api/v1")
        self.url = f"{base}/api/v1{_PATH}"
        self.max_batch = batch_size(config, limits.max_batch)
        self.most_bytes: int | None = limits.most_bytes
        self._model = config.model
        self._options = body_options(config)
        self._parameters = dict(self._options.pop("parameters", {}))
        if config.dimension is not None and limits.takes_dimension:
            self._parameters.setdefault("dimension", config.dimension)

    def body(self, inputs: Sequence[Input]) -> dict[str, Any]:
        """Each input as an element of its own, so that each gets a vector of its own."""
        document: dict[str, Any] = {
            **self._options,
            "model": self._model,
            "input": {"contents": [{one.kind: one.value} for one in inputs]},
        }
        return {**document, "parameters": self._parameters} if self._parameters else document

    def read(self, reply: Reply, inputs: int) -> Embeddings:
        """The vectors, by index. Raises `CallFault` for a refusal, inside HTTP 200 too."""
        document = reply.document
        if reply.status != 200 or document.get("code"):
            raise reply.refusal()
        output = document.get("output")
        items = output.get("embeddings") if isinstance(output, dict) else None
        usage = document.get("usage")
        # With details, input_tokens has the images' tokens in it; without, it counts texts alone.
        detailed = isinstance(usage, dict) and "input_tokens_details" in usage
        names = ("input_tokens",) if detailed else ("input_tokens", "image_tokens")
        return Embeddings(
            vectors_of(items, inputs), tokens(usage, *names), tokens(usage, "output_tokens")
        )
