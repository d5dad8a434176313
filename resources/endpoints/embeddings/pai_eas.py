"""GME models served by PAI-EAS: the outcome is a `status_code` in the body.

200 has a vector for each input, 204 for some of them; with anything else `message` says what is
wrong. Statuses of the gateway: https://help.aliyun.com/zh/pai/user-guide/status-codes.
"""

from collections.abc import Sequence
from typing import Any

from resources.endpoints.config import EndpointConfig
from resources.endpoints.embeddings.answers import Embeddings, malformed, tokens, vectors_of
from resources.endpoints.embeddings.http import Reply
from resources.endpoints.embeddings.options import batch_size, body_options, endpoint_url
from resources.endpoints.embeddings.remote import Input

_PARTIAL = 204


class PaiEas:
    """The `Dialect` of a GME service. The endpoint is the whole URL of the service."""

    most_bytes: int | None = None

    def __init__(self, config: EndpointConfig) -> None:
        self.url = endpoint_url(config)
        self.max_batch = batch_size(config, 8)
        self._model = config.model
        self._options = body_options(config)

    def body(self, inputs: Sequence[Input]) -> dict[str, Any]:
        """Each input as an element of its own."""
        contents = {"input": [{one.kind: one.value} for one in inputs]}
        return {**self._options, "model": self._model, "contents": contents}

    def read(self, reply: Reply, inputs: int) -> Embeddings:
        """The vectors, None for those that a 204 leaves out. Raises `CallFault` for a refusal."""
        document = reply.document
        status = document.get("status_code", 200) if reply.status == 200 else reply.status
        if not isinstance(status, int):
            raise malformed(f"status_code is {status!r}")
        if status not in {200, _PARTIAL}:
            raise reply.refusal(status)
        output = document.get("output")
        items = output.get("embeddings") if isinstance(output, dict) else None
        vectors = vectors_of(items, inputs, partial=status == _PARTIAL)
        usage = document.get("usage")
        return Embeddings(
            vectors, tokens(usage, "input_tokens", "image_tokens"), tokens(usage, "output_tokens")
        )
