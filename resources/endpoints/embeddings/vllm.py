"""Embedding models on vLLM: `/v1/embeddings` with chat messages, one prompt a request.

Protocol: https://docs.vllm.ai/en/latest/models/pooling_models/embed/. No `dimensions` are sent,
because vLLM refuses them for models that were not trained for several; such a model's go into
`options`.
"""

from collections.abc import Sequence
from typing import Any

from resources.endpoints.config import EndpointConfig
from resources.endpoints.embeddings.answers import Embeddings, tokens, vectors_of
from resources.endpoints.embeddings.http import Reply
from resources.endpoints.embeddings.options import body_options, endpoint_url
from resources.endpoints.embeddings.remote import Input


class Vllm:
    """The `Dialect` of vLLM. The endpoint ends in `/v1`.

    `options.image_text` is a text that accompanies each photo, for models that were trained so.
    """

    max_batch = 1
    most_bytes: int | None = None

    def __init__(self, config: EndpointConfig) -> None:
        self.url = endpoint_url(config) + "/embeddings"
        self._model = config.model
        self._options = body_options(config)
        self._image_text = config.options.get("image_text")

    def body(self, inputs: Sequence[Input]) -> dict[str, Any]:
        """The only input as one user's message."""
        (one,) = inputs
        return {
            "encoding_format": "float",
            **self._options,
            "model": self._model,
            "messages": [{"role": "user", "content": self._content(one)}],
        }

    def read(self, reply: Reply, inputs: int) -> Embeddings:
        """The vector. Raises `CallFault` for a refusal, inside HTTP 200 too: gateways do that."""
        document = reply.document
        if reply.status != 200 or document.get("error"):
            raise reply.refusal()
        return Embeddings(
            vectors_of(document.get("data"), inputs), tokens(document.get("usage"), "prompt_tokens")
        )

    def _content(self, one: Input) -> list[dict[str, Any]]:
        if one.kind == "text":
            return [{"type": "text", "text": one.value}]
        content: list[dict[str, Any]] = [{"type": "image_url", "image_url": {"url": one.value}}]
        if self._image_text is not None:
            content.append({"type": "text", "text": self._image_text})
        return content
