"""Vision chat models behind an OpenAI-compatible endpoint: vLLM, SGLang, Ollama, OpenAI and others.

One request a photo: the guide prompt and the questions as text, the photo as a data URL, the answer
as JSON under a strict schema.
"""

import asyncio
import base64
import os
import time
from collections.abc import Sequence
from typing import Any

import openai
from openai.types.chat import ChatCompletion

from resources.endpoints.interface import Described, DescribeRequest, Photo, TagQuestion, Usage
from resources.endpoints.open import EndpointConfig
from resources.errors import EndpointStoppedError, ModelError

MOST_WORDS = 500
"""Characters of an endpoint's complaint that are kept."""
JSON_TYPES: dict[str, str] = {"boolean": "boolean", "number": "number"}


class OpenAIChatModel:
    """A `TagModel` over the openai client, which retries what passes."""

    def __init__(self, config: EndpointConfig) -> None:
        key = os.environ.get(config.api_key_env) if config.api_key_env else "none"
        if not key:
            raise ModelError(
                f"model {config.name}: the environment variable {config.api_key_env} is not set.",
                "Set it to the endpoint's API key.",
            )
        self.name = config.model
        self.version = config.version
        self.concurrency = config.concurrency
        self._config = config
        self._client = openai.AsyncOpenAI(
            api_key=key,
            base_url=config.endpoint,
            timeout=config.timeout_ms / 1000,
            max_retries=4,
        )

    async def describe(
        self, photos: Sequence[Photo], request: DescribeRequest
    ) -> Sequence[Described]:
        """Ask about each photo in a call of its own."""
        return await asyncio.gather(*(self._describe(photo, request) for photo in photos))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _describe(self, photo: Photo, request: DescribeRequest) -> Described:
        began = time.monotonic()
        try:
            completion: Any = await self._client.chat.completions.create(
                **_parameters(self.name, photo, request)
            )
        except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
            raise EndpointStoppedError(
                f"model {self._config.name}: the endpoint refuses the key"
                f" (HTTP {error.status_code}).",
                f"Check the environment variable {self._config.api_key_env}.",
            ) from None  # the endpoint's own words may echo the key
        except (openai.APIConnectionError, openai.RateLimitError, openai.InternalServerError) as e:
            return _failed(type(e).__name__, str(e), True, began)
        except openai.APIStatusError as error:
            return _failed(f"http_{error.status_code}", error.message, False, began)
        except (openai.APIError, ValueError) as error:
            return _failed("malformed_answer", str(error), False, began)
        if not isinstance(completion, ChatCompletion) or not completion.choices:
            return _failed("malformed_answer", str(completion), False, began)
        usage = completion.usage
        text = completion.choices[0].message.content or ""
        return Described(
            raw=text,
            usage=self._usage(usage.prompt_tokens, usage.completion_tokens)
            if usage
            else self._usage(0, 0),
            latency_ms=(time.monotonic() - began) * 1000,
        )

    def _usage(self, input_tokens: int, output_tokens: int) -> Usage:
        config = self._config
        cost = (
            config.price_per_call
            + input_tokens * config.price_per_input_token
            + output_tokens * config.price_per_output_token
        )
        return Usage(input_tokens, output_tokens, cost if config.is_priced else None)


def _failed(code: str, words: str, retryable: bool, began: float) -> Described:
    return Described(
        raw=words[:MOST_WORDS],
        usage=Usage(),
        latency_ms=(time.monotonic() - began) * 1000,
        failure=code,
        retryable=retryable,
    )


def _parameters(model: str, photo: Photo, request: DescribeRequest) -> dict[str, Any]:
    return {
        "model": model,
        "temperature": 0,
        "messages": _messages(photo, request),
        "response_format": _response_format(request),
    }


def _messages(photo: Photo, request: DescribeRequest) -> list[dict[str, Any]]:
    url = "data:image/jpeg;base64," + base64.b64encode(photo.jpeg).decode()
    questions = "\n".join(_asked(question) for question in request.questions)
    text = (
        f"{request.guide_prompt}\n\nAnswer in this language: {request.language}. Reply with one"
        " JSON object that has exactly these members; null where the photo does not tell:\n"
        f"{questions}"
    )
    return [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": text},
                {"type": "image_url", "image_url": {"url": url}},
            ],
        }
    ]


def _asked(question: TagQuestion) -> str:
    line = f'- "{question.name}" ({question.type}): {question.description}'
    if question.max_length:
        line += f" At most {question.max_length} characters."
    for value in question.values:
        line += f'\n    - "{value.name}": {value.description}'
    return line


def _response_format(request: DescribeRequest) -> dict[str, Any]:
    properties = {question.name: _schema(question) for question in request.questions}
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {
        "type": "json_schema",
        "json_schema": {"name": "tags", "strict": True, "schema": schema},
    }


def _schema(question: TagQuestion) -> dict[str, Any]:
    names = [value.name for value in question.values]
    if question.type == "choice":
        return {"type": ["string", "null"], "enum": [*names, None]}
    if question.type == "multi_choice":
        return {"type": ["array", "null"], "items": {"type": "string", "enum": names}}
    return {"type": [JSON_TYPES.get(question.type, "string"), "null"]}
