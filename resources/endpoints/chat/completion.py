"""Reads a chat completion: the text, why it ended, and the tokens it took."""

import json
from dataclasses import dataclass
from typing import Any

from resources.endpoints.complaints import Complaints
from resources.endpoints.complaints.words import storable
from resources.endpoints.config import EndpointConfig
from resources.endpoints.faults import CallFault
from resources.endpoints.interface import Usage
from resources.endpoints.metering import OK, TRUNCATED
from resources.endpoints.token_counts import token_count


@dataclass(frozen=True, slots=True)
class Completion:
    """A model's answer. `cut_off`: the limit of tokens ended it before its end."""

    text: str
    cut_off: bool
    usage: Usage

    @property
    def outcome(self) -> str:
        """What the ledger says of its request."""
        return TRUNCATED if self.cut_off else OK


def read_completion(content: bytes, config: EndpointConfig, complaints: Complaints) -> Completion:
    """The completion in the body of an HTTP 200.

    Raises:
        CallFault: the body is an error or no completion; the model refused; a filter cut in.
    """
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        raise complaints.malformed(content.decode("utf-8", "replace")) from None
    choices = body.get("choices") if isinstance(body, dict) else None
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise complaints.fault_in_success(body)
    if choice.get("error"):
        raise complaints.fault_in_success(choice)
    usage = read_usage(body, config)
    text = storable(_text(message.get("content")))
    if refusal := message.get("refusal"):
        words = complaints.redacted(str(refusal))
        raise CallFault("refused_by_model", "lasting", words, usage=usage)
    if choice.get("finish_reason") == "content_filter":
        raise CallFault("content_filtered", "lasting", complaints.redacted(text), usage=usage)
    return Completion(text, choice.get("finish_reason") == "length", usage)


def read_usage(body: dict[str, Any], config: EndpointConfig) -> Usage:
    """What a body says was used; zeros where it does not say."""
    said = body.get("usage")
    if not isinstance(said, dict):
        said = {}
    return config.usage(
        token_count(said.get("prompt_tokens")), token_count(said.get("completion_tokens"))
    )


def _text(content: Any) -> str:
    """Some servers give the content in parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, dict))
        return "".join(part for part in parts if isinstance(part, str))
    return ""
