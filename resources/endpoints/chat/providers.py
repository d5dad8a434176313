"""All that differs between providers of chat models: their places, how a key travels, extras."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import openai

from resources.endpoints.config import EndpointConfig
from resources.errors import ModelError

CHAT_PATH = "/chat/completions"
DEFAULT_ENDPOINTS = {
    "openai": "https://api.openai.com/v1",
    "dashscope": "https://dashscope.aliyuncs.com/compatible-mode/v1",
}


def base_url(config: EndpointConfig) -> str:
    """Where the API begins, without the path of chat completions.

    Raises:
        ModelError: there is no endpoint that could be called.
    """
    url = config.endpoint or DEFAULT_ENDPOINTS.get(config.provider, "")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ModelError(
            f"model {config.name}: provider '{config.provider}' needs the URL of an endpoint.",
            "Give its base, such as http://host:8000/v1, as 'endpoint' in catalog/models.yaml.",
        )
    return url.rstrip("/").removesuffix(CHAT_PATH)


def identity_headers(config: EndpointConfig, key: str | None) -> dict[str, str | openai.Omit]:
    """The headers that say who asks. OpenAI's organization and project go to OpenAI alone.

    Raises:
        ModelError: the key holds characters that cannot travel in a header.
    """
    if key is not None and not (key.isascii() and key.isprintable()):
        raise ModelError(
            f"model {config.name}: {config.api_key_env} holds characters that no key has.",
            "Set it to the key alone, without quotation marks or line ends.",
        )
    headers: dict[str, str | openai.Omit] = {"Authorization": openai.Omit()}
    if key is not None:
        headers["Authorization"] = key if config.auth == "raw" else f"Bearer {key}"
    if urlsplit(base_url(config)).hostname != urlsplit(DEFAULT_ENDPOINTS["openai"]).hostname:
        headers |= {"OpenAI-Organization": openai.Omit(), "OpenAI-Project": openai.Omit()}
    return headers


def is_model_studio(config: EndpointConfig) -> bool:
    """Whether Alibaba's Model Studio answers, under whichever provider it is registered."""
    host = urlsplit(config.endpoint or "").hostname or ""
    return config.provider == "dashscope" or host.startswith("dashscope")


def structured_extras(config: EndpointConfig) -> Mapping[str, Any]:
    """Further members of a body that has a `response_format`.

    Newer Qwen models on Model Studio think unless told not to, and give no structured answer then.
    """
    return {"enable_thinking": False} if is_model_studio(config) else {}


def quota_means_arrears(config: EndpointConfig) -> bool:
    """Whether `insufficient_quota` says that the account cannot pay.

    Model Studio says it of the tokens of a minute, which are there again in the next.
    """
    return not is_model_studio(config)
