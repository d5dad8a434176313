"""Model Studio's native multimodal embedding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tests.support.endpoint_server.contents import read_image, read_text
from tests.support.endpoint_server.dialects import NATIVE
from tests.support.endpoint_server.faults import EMBEDDING, Fault
from tests.support.endpoint_server.reply import RefusedError, Reply
from tests.support.endpoint_server.state import Asked, Content, State
from tests.support.endpoint_server.vectors import read_dimension, tokens_of, vectors_of


@dataclass(frozen=True, slots=True)
class Model:
    """What the documentation says of one model. Where it says nothing, `Settings` count."""

    most_images: int | None = None
    fixed_dimension: int | None = None
    image_type: str = "image"
    usage: Literal["detailed", "split", "split_with_total"] = "detailed"
    """Whether `input_tokens` holds the images' tokens, as details tell, or they stand apart."""


MODELS = {
    "qwen3-vl-embedding": Model(most_images=5, image_type="vl", usage="split_with_total"),
    "multimodal-embedding-v1": Model(most_images=1, fixed_dimension=1024, usage="split"),
    "tongyi-embedding-vision-plus": Model(most_images=8, fixed_dimension=1152),
    "tongyi-embedding-vision-flash": Model(most_images=8, fixed_dimension=768),
}
"""Any other name has no limit of images, any dimension and detailed usage."""


class Native:
    """One vector for each element of `input.contents`."""

    name = "dashscope"
    dialect = NATIVE
    kinds = EMBEDDING

    def read(self, state: State, body: Any) -> Asked:
        """The contents, within the model's limits."""
        if not isinstance(body, dict) or not isinstance(body.get("model"), str):
            raise RefusedError("Required body invalid, please check the request body format.")
        given = (body.get("input") or {}).get("contents")
        if not isinstance(given, list) or not given:
            raise RefusedError("input.contents must be a list that is not empty.")
        contents = tuple(_content(state, element) for element in given)
        images = sum(content.kind == "image" for content in contents)
        most = _model(body).most_images
        if len(contents) > state.most_elements or (most is not None and images > most):
            raise RefusedError("The number of contents is larger than the model allows.")
        read_dimension(body.get("parameters") or {}, "dimension")
        return Asked(body, contents)

    def answer(self, state: State, asked: Asked, fault: Fault | None) -> Reply:
        """The vectors and the usage."""
        model = _model(asked.body)
        dimension = model.fixed_dimension or read_dimension(
            asked.body.get("parameters") or {}, "dimension"
        )
        vectors = vectors_of(state, asked, dimension, fault)
        told = [v.told(model.image_type if v.kind == "image" else None) for v in vectors]
        answer: dict[str, Any] = {"output": {"embeddings": told}, "request_id": "test-request"}
        if fault and fault.kind == "no_usage":
            return Reply.json(answer)
        usage, tokens = _usage(state, model, asked.contents)
        return Reply.json({**answer, "usage": usage}, tokens=tokens)


def _content(state: State, element: Any) -> Content:
    if isinstance(element, str):
        return read_text(element)
    if not isinstance(element, dict) or len(element) != 1:
        raise RefusedError("Each element of input.contents must have one of: text, image.")
    ((kind, value),) = element.items()
    if kind == "image":
        return read_image(state, value)
    if kind == "text":
        return read_text(value)
    raise RefusedError(f"input.contents: '{kind}' is not supported.")


def _model(body: Mapping[str, Any]) -> Model:
    return MODELS.get(body["model"], Model())


def _usage(
    state: State, model: Model, contents: Sequence[Content]
) -> tuple[dict[str, Any], tuple[int, int]]:
    """The usage as the model tells it, and input and output tokens that are billed."""
    billed = tokens_of(state, contents)
    images, texts = billed["image"], billed["text"]
    if model.usage == "detailed":
        usage = {
            "input_tokens": images + texts,
            "input_tokens_details": {"image_tokens": images, "text_tokens": texts},
            "output_tokens": len(contents),
            "total_tokens": images + texts + len(contents),
        }
        return usage, (images + texts, len(contents))
    usage = {"input_tokens": texts, "image_tokens": images}
    if model.usage == "split_with_total":
        usage["total_tokens"] = images + texts
    return usage, (images + texts, 0)
