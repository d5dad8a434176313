"""The bytes of a request. All but the photo is made once for each set of questions and form."""

import base64
import hashlib
import json
import uuid
from typing import Any

from resources.endpoints.chat.answer_schema import answer_schema
from resources.endpoints.chat.batch_terms import without_terms
from resources.endpoints.chat.ladder import Form
from resources.endpoints.chat.prompt import corrected, earlier_answer, instructions
from resources.endpoints.chat.providers import structured_extras
from resources.endpoints.config import EndpointConfig
from resources.endpoints.interface import DescribeRequest, Photo

Members = dict[str, Any]

LIMIT_NAMES = {
    "max_tokens": "max_completion_tokens",
    "max_completion_tokens": "max_tokens",
}
"""What the limit of tokens goes by, and its other name."""


class PhotoRequest:
    """What is asked of each photo of a request, ready but for the photo.

    `request` is what it was made of; `digest` is the same for equal requests to the same model,
    and for no others.
    """

    def __init__(self, config: EndpointConfig, request: DescribeRequest) -> None:
        self._config = config
        self.request = request
        self._parts: dict[Form, tuple[bytes, bytes]] = {}
        self.digest = hashlib.sha256(repr(request).encode("utf-8", "replace")).hexdigest()
        self.questions = request.questions

    def body(self, form: Form, photo: Photo) -> bytes:
        """The body of the request about `photo`, put as `form` says."""
        if form not in self._parts:
            self._parts[form] = self._without_photo(form)
        before, after = self._parts[form]
        if self._config.image_input == "url":
            assert photo.url is not None
            return before + json.dumps(photo.url).encode() + after
        picture = base64.b64encode(photo.jpeg)
        return b"".join((before, b'"data:image/jpeg;base64,', picture, b'"', after))

    def _without_photo(self, form: Form) -> tuple[bytes, bytes]:
        hole = uuid.uuid4().hex
        extras: Members = {}
        if form.output != "plain":
            extras["response_format"] = self._response_format(form)
            extras |= structured_extras(self._config)
        body = encoded_body(self._config, self._messages(form, hole), form, extras)
        before, after = body.split(b'"%s"' % hole.encode())
        return before, after

    def _messages(self, form: Form, url: str) -> list[Members]:
        with_schema = form.shows_schema or form.output != "json_schema"
        text = instructions(self.request, with_schema=with_schema)
        content = [
            {"type": "text", "text": text},
            {"type": "image_url", "image_url": {"url": url}},
        ]
        messages: list[Members] = [{"role": "user", "content": content}]
        if self.request.correction is not None:
            messages += [
                {"role": "assistant", "content": earlier_answer(self.request.correction)},
                {"role": "user", "content": corrected(self.request.correction)},
            ]
        return messages

    def _response_format(self, form: Form) -> Members:
        if form.output == "json_object":
            return {"type": "json_object"}
        schema = answer_schema(self.request.questions, strict=True)
        return {
            "type": "json_schema",
            "json_schema": {"name": "tags", "strict": True, "schema": schema},
        }


def encoded_body(config: EndpointConfig, messages: Any, form: Form, extras: Members) -> bytes:
    """A body as it travels. The model's own options have the last word; None takes a member out."""
    members: Members = {"model": config.model, "messages": messages}
    if form.temperature:
        members["temperature"] = 0
    options = without_terms(config.options)
    if form.renames_limit:
        options = {LIMIT_NAMES.get(name, name): value for name, value in options.items()}
    members |= extras | options
    given = {name: value for name, value in members.items() if value is not None}
    return json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
