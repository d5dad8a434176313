"""Tag models that need no entry: with a key in the environment, a service name is enough.

`OPENAI_API_KEY` (with `OPENAI_BASE_URL` for another endpoint than OpenAI's) or `DASHSCOPE_API_KEY`
(with `DASHSCOPE_HTTP_BASE_URL`, as Model Studio's own client reads it, for another region).

Such a name may say where its endpoint is, `NAME at HOST`: then photos go nowhere else, whatever
the environment says later.
"""

import os
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from listing_assets.catalog.models import Model
from resources.errors import CatalogError

OPENAI_KEY: Final = "OPENAI_API_KEY"
OPENAI_URL: Final = "OPENAI_BASE_URL"
MODEL_STUDIO_KEY: Final = "DASHSCOPE_API_KEY"
MODEL_STUDIO_URL: Final = "DASHSCOPE_HTTP_BASE_URL"
MODEL_STUDIO_NAMES: Final = "qwen"
EMBEDDED_NAMES: Final = "embedded"
AT: Final = " at "
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
        CatalogError: the environment names an endpoint that cannot be one, or another one than
            `name` does.
    """
    name, _, place = name.partition(AT)
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
        model = Model.model_validate(fields)
        _require_place(model, place, variable, is_set=endpoint is not None)
        return model
    except ValidationError as failure:
        (error, *_) = failure.errors()
    told = error["msg"].removeprefix("Value error, ")
    if "endpoint" not in error["loc"]:
        raise CatalogError(f"model '{name}': {told}.")
    raise CatalogError(
        f"{variable}: {told}.", f"Set {variable} to the base URL alone, such as https://host/v1."
    )


def endpoint_host(model: Model) -> str:
    """Where the photos of a remote model go: host and port."""
    return urlsplit(model.endpoint_config().endpoint or "").netloc.rpartition("@")[2]


def placed(model: Model) -> str:
    """The reference of an environment's model that also says where its endpoint is."""
    version = "" if model.version == "1" else f"@{model.version}"
    return f"{model.name}{AT}{endpoint_host(model)}{version}"


def _require_place(model: Model, place: str, variable: str, *, is_set: bool) -> None:
    host = endpoint_host(model)
    if place in {"", host}:
        return
    now = f"{variable} names" if is_set else f"{variable} is not set, which means"
    raise CatalogError(
        f"the photos of '{model.name}' are to go to {place}, but {now} {host}.",
        f"Set {variable} to the endpoint at {place} again; or, if {host} is meant from now on, say"
        f" so once: --model '{placed(model)}'.",
    )
