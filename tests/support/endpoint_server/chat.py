"""OpenAI chat completions, as OpenAI, vLLM, Model Studio's compatible mode and PAI-EAS speak it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tests.support.endpoint_server.answering import (
    answer_about,
    properties_in,
    wrong_type,
    wrong_value,
)
from tests.support.endpoint_server.contents import read_image, read_text
from tests.support.endpoint_server.dialects import Dialect
from tests.support.endpoint_server.faults import CHAT, Fault
from tests.support.endpoint_server.reply import RefusedError, Reply
from tests.support.endpoint_server.state import Asked, Content, State

CHUNK = 16
"""Characters of content in one streamed chunk."""


@dataclass(frozen=True, slots=True)
class Chat:
    """Chat completions, with the errors of one dialect."""

    name: str
    dialect: Dialect
    kinds: frozenset[str] = CHAT
    has_thinking: bool = False
    """Whether JSON modes may be refused because of thinking."""

    def read(self, state: State, body: Any) -> Asked:
        """Photo, words and response format."""
        if not isinstance(body, dict) or not isinstance(body.get("model"), str):
            raise RefusedError("you must provide a model parameter")
        contents = message_contents(state, body.get("messages"))
        words = "\n".join(content.text for content in contents)
        questions = self._questions(state, body, words)
        images = tuple(content for content in contents if content.kind == "image")
        return Asked(body, images or tuple(contents[:1]), questions)

    def answer(self, state: State, asked: Asked, fault: Fault | None) -> Reply:
        """A completion, whole or streamed."""
        kind = fault.kind if fault else None
        said = _said(state, asked, kind)
        usage = None if kind == "no_usage" else _usage(*state.tokens)
        tokens = state.tokens if usage else (0, 0)
        if asked.body.get("stream"):
            options = asked.body.get("stream_options") or {}
            told = usage if options.get("include_usage") else None
            chunks = [_event(document) for document in _chunks(asked.body["model"], said, told)]
            return Reply(
                200,
                [*chunks, b"data: [DONE]\n\n"],
                "text/event-stream",
                tokens=tokens if told else (0, 0),
            )
        completion = {
            "id": "chatcmpl-test",
            "object": "chat.completion",
            "created": 0,
            "model": asked.body["model"],
            "choices": [
                {
                    "index": 0,
                    "finish_reason": said.finish_reason,
                    "message": {
                        "role": "assistant",
                        "content": said.content,
                        "refusal": said.refusal,
                    },
                }
            ],
            **({"usage": usage} if usage else {}),
        }
        return Reply.json(completion, tokens=tokens)

    def _questions(
        self, state: State, body: Mapping[str, Any], words: str
    ) -> Mapping[str, Mapping[str, Any]]:
        wanted = body.get("response_format") or {}
        kind = wanted.get("type", "none")
        if kind == "text":
            kind = "none"
        if kind not in state.formats:
            raise RefusedError(
                f"Invalid parameter: 'response_format' of type '{kind}' is not supported with"
                " this model."
                if kind != "none"
                else "Invalid parameter: 'response_format' is required by this model."
            )
        thinks = self.has_thinking and state.thinks and body.get("enable_thinking") is not False
        if kind != "none" and thinks:
            raise RefusedError("Json mode response is not supported when enable_thinking is true")
        if kind == "json_schema":
            return _strict_properties(wanted)
        if kind == "json_object" and "json" not in words.lower():
            raise RefusedError(
                "'messages' must contain the word 'json' in some form, to use 'response_format' of"
                " type 'json_object'."
            )
        return _properties_in(words) or state.questions or {name: {} for name in state.answers}


@dataclass(frozen=True, slots=True)
class _Said:
    content: str | None
    finish_reason: str = "stop"
    refusal: str | None = None


def _said(state: State, asked: Asked, kind: str | None) -> _Said:
    if kind == "empty":
        return _Said("")
    if kind == "refusal":
        return _Said(None, refusal="I cannot help with this photo.")
    if kind == "content_filter_finish":
        return _Said("", "content_filter")
    if state.answer_with:
        text = state.answer_with(asked)
    else:
        text = json.dumps(_values(state, asked, kind), ensure_ascii=False)
    match kind:
        case "malformed":
            return _Said(text.replace('"', "").replace(":", " =>"))
        case "truncated":
            return _Said(text[: len(text) * 2 // 3], "length")
        case "fenced":
            return _Said(f"```json\n{text}\n```")
        case "chatty":
            return _Said(f"Sure! This is what I see:\n\n{text}\n\nDo you need anything else?")
    return _Said(text)


def _values(state: State, asked: Asked, kind: str | None) -> dict[str, Any]:
    questions = asked.questions
    if kind == "wrong_values":
        return {name: wrong_value(schema) for name, schema in questions.items()}
    if kind == "wrong_types":
        return {name: wrong_type(schema) for name, schema in questions.items()}
    values = answer_about(state, asked.photo, questions)
    if kind == "missing_tag":
        values.pop(next(iter(values)), None)
    return values


def message_contents(state: State, messages: Any) -> list[Content]:
    """Photos and texts of chat messages, in order. Raises `RefusedError` where there are none."""
    if not isinstance(messages, list) or not all(isinstance(m, dict) for m in messages):
        raise RefusedError("'messages' must be a list of objects.")
    contents = []
    for message in messages:
        parts = message.get("content")
        if isinstance(parts, str):
            parts = [{"type": "text", "text": parts}]
        for part in parts or []:
            if part.get("type") == "image_url":
                contents.append(read_image(state, (part.get("image_url") or {}).get("url")))
            elif part.get("type") == "text":
                contents += [] if part.get("text") == "" else [read_text(part.get("text"))]
            else:
                raise RefusedError(f"Invalid value: '{part.get('type')}' is no type of content.")
    if not contents:
        raise RefusedError("The messages say nothing.")
    return contents


def _strict_properties(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a schema, which strict mode wants complete."""
    given = wanted.get("json_schema") or {}
    schema = given.get("schema") or {}
    properties = schema.get("properties")
    name = given.get("name")
    if not isinstance(properties, dict) or not name:
        raise RefusedError("Missing required parameter: 'response_format.json_schema'.")
    if given.get("strict") and schema.get("additionalProperties") is not False:
        raise RefusedError(
            f"Invalid schema for response_format '{name}': 'additionalProperties' is required to"
            " be supplied and to be false."
        )
    if given.get("strict") and set(schema.get("required", [])) != set(properties):
        raise RefusedError(
            f"Invalid schema for response_format '{name}': 'required' is required to be supplied"
            " and to be an array including every key in properties."
        )
    return properties


_properties_in = lru_cache(64)(properties_in)


def _usage(input_tokens: int, output_tokens: int) -> dict[str, int]:
    return {
        "prompt_tokens": input_tokens,
        "completion_tokens": output_tokens,
        "total_tokens": input_tokens + output_tokens,
    }


def _chunks(model: str, said: _Said, usage: dict[str, int] | None) -> list[dict[str, Any]]:
    def chunk(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        return {**head, "choices": [choice]}

    head = {
        "id": "chatcmpl-test",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": model,
    }
    text = said.content or ""
    chunks = [chunk({"role": "assistant", "content": ""})]
    if said.refusal:
        chunks.append(chunk({"refusal": said.refusal}))
    starts = range(0, len(text), CHUNK)
    chunks += [chunk({"content": text[start : start + CHUNK]}) for start in starts]
    chunks.append(chunk({}, said.finish_reason))
    if usage:
        chunks.append({**head, "choices": [], "usage": usage})
    return chunks


def _event(document: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(document)}\n\n".encode()
