"""vLLM's `/v1/embeddings`: chat messages with a photo, one prompt a request, or plain texts."""

import base64
from typing import Any

import numpy as np

from tests.support.endpoint_server.chat import message_contents
from tests.support.endpoint_server.contents import read_text
from tests.support.endpoint_server.dialects import VLLM
from tests.support.endpoint_server.faults import EMBEDDING, Fault
from tests.support.endpoint_server.reply import RefusedError, Reply
from tests.support.endpoint_server.state import Asked, State
from tests.support.endpoint_server.vectors import (
    Vector,
    read_dimension,
    tokens_of,
    vectors_of,
)


class Vllm:
    """One vector for all messages (that of their photo, if there is one), or for each text."""

    name = "vllm"
    dialect = VLLM
    kinds = EMBEDDING

    def read(self, state: State, body: Any) -> Asked:
        """The photo or the texts."""
        if not isinstance(body, dict) or not isinstance(body.get("model"), str):
            raise RefusedError("[{'type': 'missing', 'loc': ('body', 'model')}]")
        if body.get("encoding_format", "float") not in {"float", "base64"}:
            raise RefusedError("encoding_format must be float or base64.")
        read_dimension(body, "dimensions")
        if body.get("messages"):
            contents = message_contents(state, body["messages"])
            images = [content for content in contents if content.kind == "image"]
            return Asked(body, tuple((images or contents)[:1]))
        given = body.get("input")
        texts = given if isinstance(given, list) else [given]
        if not texts or len(texts) > state.most_elements:
            raise RefusedError(f"input must have 1 to {state.most_elements} texts.")
        return Asked(body, tuple(read_text(text) for text in texts))

    def answer(self, state: State, asked: Asked, fault: Fault | None) -> Reply:
        """An OpenAI list of embeddings."""
        vectors = vectors_of(state, asked, read_dimension(asked.body, "dimensions"), fault)
        is_base64 = asked.body.get("encoding_format") == "base64"
        answer: dict[str, Any] = {
            "id": "embd-test",
            "object": "list",
            "created": 0,
            "model": asked.body["model"],
            "data": [_told(vector, is_base64) for vector in vectors],
        }
        if fault and fault.kind == "no_usage":
            return Reply.json(answer)
        total = sum(tokens_of(state, asked.contents).values())
        usage = {"prompt_tokens": total, "total_tokens": total, "completion_tokens": 0}
        return Reply.json({**answer, "usage": usage}, tokens=(total, 0))


def _told(vector: Vector, is_base64: bool) -> dict[str, Any]:
    packed = base64.b64encode(np.array(vector.values, np.float32).tobytes()).decode()
    embedding = packed if is_base64 else vector.values
    return {"object": "embedding", "index": vector.index, "embedding": embedding}
