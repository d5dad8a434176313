"""All that differs between providers of chat models: their places, how a key travels, extras."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from resources.endpoints.config import EndpointConfig, catalog_file
from resources.errors import ModelError

if TYPE_CHECKING:
    from openai import Omit

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
            "Give its base, such as http://host:8000/v1, as 'endpoint' in"
            f" {catalog_file('models.yaml')}.",
        )
    return url.rstrip("/").removesuffix(CHAT_PATH)


def identity_headers(config: EndpointConfig, key: str | None) -> "dict[str, str | Omit]":
    """The headers that say who asks. OpenAI's organization and project go to OpenAI alone.

    Raises:
        ModelError: the key holds characters that cannot travel in a header.
    """
    if key is not None and not (key.isascii() and key.isprintable()):
        raise ModelError(
            f"model {config.name}: {config.api_key_env} holds characters that no key has.",
            "Set it to the key alone, without quotation marks or line ends.",
        )
    # Imported where it is used: it takes long, and commands that call no model need not wait.
    from openai import Omit

    headers: dict[str, str | Omit] = {"Authorization": Omit()}
    if key is not None:
        headers["Authorization"] = key if config.auth == "raw" else f"Bearer {key}"
    if urlsplit(base_url(config)).hostname != urlsplit(DEFAULT_ENDPOINTS["openai"]).hostname:
        headers |= {"OpenAI-Organization": Omit(), "OpenAI-Project": Omit()}
    return headers


def structured_extras(config: EndpointConfig) -> Mapping[str, Any]:
    """Further members of a body that has a `response_format`.

    Newer Qwen models on Model Studio think unless told not to, and give no structured answer then.
    """
    return {"enable_thinking": False} if config.is_model_studio else {}
