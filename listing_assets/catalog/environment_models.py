"""Tag models that need no entry: with a key in the environment, a service name is enough.

`OPENAI_API_KEY` (with `OPENAI_BASE_URL` for another endpoint than OpenAI's) or `DASHSCOPE_API_KEY`
(with `DASHSCOPE_HTTP_BASE_URL`, as Model Studio's own client reads it, for another region).
"""

import os
from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError

from listing_assets.catalog.models import Model
from resources.errors import CatalogError

OPENAI_KEY: Final = "OPENAI_API_KEY"
OPENAI_URL: Final = "OPENAI_BASE_URL"
MODEL_STUDIO_KEY: Final = "DASHSCOPE_API_KEY"
MODEL_STUDIO_URL: Final = "DASHSCOPE_HTTP_BASE_URL"
MODEL_STUDIO_NAMES: Final = "qwen"
EMBEDDED_NAMES: Final = "embedded"
CHAT: Final = "/compatible-mode/v1"
TIMEOUT_MS: Final = 60_000
REMEDY: Final = (
    f"To use it by its service name, set {OPENAI_KEY} (and {OPENAI_URL} for another endpoint than"
    f" OpenAI's) or {MODEL_STUDIO_KEY}."
)


def environment_model(
    name: str, version: str = "1", environment: Mapping[str, str] = os.environ
) -> Model | None:
    """The remote MLLM that the endpoint knows as `name`; None without a key.

    Model Studio serves the names that start with `qwen`, and all where its key is the only one.
    A name that is meant for an embedded model gives None: its photos are to stay here.

    Raises:
        CatalogError: the environment names an endpoint that cannot be one.
    """
    has_openai = bool(environment.get(OPENAI_KEY, "").strip())
    has_model_studio = bool(environment.get(MODEL_STUDIO_KEY, "").strip())
    if not (has_openai or has_model_studio) or name.lower().startswith(EMBEDDED_NAMES):
        return None
    by_model_studio = has_model_studio and (
        not has_openai or name.lower().startswith(MODEL_STUDIO_NAMES)
    )
    variable = MODEL_STUDIO_URL if by_model_studio else OPENAI_URL
    endpoint = environment.get(variable, "").strip() or None
    if endpoint and by_model_studio:
        # The variable names the native protocol's place; chat is beside it.
        endpoint = endpoint.rstrip("/").removesuffix("/api/v1").removesuffix(CHAT) + CHAT
    fields = {
        "name": name,
        "type": "MLLM",
        "provider": "dashscope" if by_model_studio else "openai",
        "model": name,
        "version": version,
        "endpoint": endpoint,
        "api_key_env": MODEL_STUDIO_KEY if by_model_studio else OPENAI_KEY,
        "timeout_ms": TIMEOUT_MS,
    }
    try:
        return Model.model_validate(fields)
    except ValidationError as failure:
        (error, *_) = failure.errors()
    what = variable if "endpoint" in error["loc"] else f"model '{name}'"
    raise CatalogError(f"{what}: {error['msg'].removeprefix('Value error, ')}.")
