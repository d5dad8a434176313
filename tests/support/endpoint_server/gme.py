"""GME on PAI-EAS: the outcome is a `status_code` in the body, and 204 leaves some vectors out."""

from typing import Any

from tests.support.endpoint_server.contents import read_image, read_text
from tests.support.endpoint_server.dialects import EAS_GME
from tests.support.endpoint_server.faults import EMBEDDING, Fault
from tests.support.endpoint_server.reply import RefusedError, Reply
from tests.support.endpoint_server.state import Asked, Content, State
from tests.support.endpoint_server.vectors import tokens_of, vectors_of


class Gme:
    """One vector for each element of `contents.input`, of the server's dimension."""

    name = "gme"
    dialect = EAS_GME
    kinds = EMBEDDING

    def read(self, state: State, body: Any) -> Asked:
        """The contents."""
        given = (body.get("contents") or {}).get("input") if isinstance(body, dict) else None
        if not isinstance(given, list) or not given:
            raise RefusedError("contents.input must be a list that is not empty.")
        if len(given) > state.most_elements:
            raise RefusedError(f"contents.input must have {state.most_elements} elements at most.")
        return Asked(body, tuple(_content(state, element) for element in given))

    def answer(self, state: State, asked: Asked, fault: Fault | None) -> Reply:
        """The vectors and the usage; whoever has no vector is not billed."""
        vectors = vectors_of(state, asked, None, fault)
        is_partial = len(vectors) < len(asked.contents)
        answer: dict[str, Any] = {
            "status_code": 204 if is_partial else 200,
            "message": "some inputs could not be embedded" if is_partial else "",
            "output": {"embeddings": [vector.told() for vector in vectors]},
        }
        if fault and fault.kind == "no_usage":
            return Reply.json(answer)
        done = {vector.index for vector in vectors}
        contents = [content for place, content in enumerate(asked.contents) if place in done]
        billed = tokens_of(state, contents)
        total = billed["image"] + billed["text"]
        usage = {"input_tokens": billed["text"], "image_tokens": billed["image"]}
        return Reply.json({**answer, "usage": {**usage, "total_tokens": total}}, tokens=(total, 0))


def _content(state: State, element: Any) -> Content:
    if isinstance(element, dict) and "image" in element:
        return read_image(state, element["image"])
    if isinstance(element, dict) and "text" in element:
        return read_text(element["text"])
    raise RefusedError("Each element of contents.input must have an image or a text.")
