"""What a provider needs to know of one version of a model. Plain data; no secret is in it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from resources.endpoints.interface import Usage
from resources.errors import ModelError

Provider = Literal["embedded", "openai", "dashscope", "pai_eas", "vllm", "clip", "xgboost"]
ModelType = Literal["MLLM", "LLM", "EMBEDDING", "BOOSTED_TREE_CLASSIFIER", "BOOSTED_TREE_REGRESSOR"]
AuthScheme = Literal["bearer", "raw"]
"""How the key travels: `Authorization: Bearer KEY`, or `Authorization: KEY` as PAI-EAS has it."""
ImageInput = Literal["data", "url"]
"""Whether photos go into the request as data URLs, or as signed URLs that the endpoint opens."""


def catalog_file(name: str) -> str:
    """Where a file of the catalog is, for messages: in LISTING_CATALOG, where that is set."""
    folder = os.environ.get("LISTING_CATALOG")
    return str(Path(folder).expanduser() / name) if folder else f"catalog/{name}"


@dataclass(frozen=True, slots=True)
class Ceilings:
    """What one endpoint may be asked for at most. None: no limit that is known beforehand."""

    concurrency: int = 8
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """Prices in the currency of the bill, by call and by single token."""

    per_call: float = 0.0
    per_input_token: float = 0.0
    per_output_token: float = 0.0

    def of(self, input_tokens: float, output_tokens: float) -> float:
        """The cost of one call, or the mean of several from their mean tokens."""
        return (
            self.per_call
            + input_tokens * self.per_input_token
            + output_tokens * self.per_output_token
        )


@dataclass(frozen=True, slots=True)
class EndpointConfig:
    """One version of a registered model. The key stays in the environment variable named here."""

    provider: Provider
    type: ModelType
    name: str
    """The model's name in the registry, for messages."""
    model: str
    """The name that the endpoint knows it by; the file or folder of an imported or local model."""
    version: str
    endpoint: str | None = None
    """Base URL, such as `https://host/v1`."""
    api_key_env: str | None = None
    auth: AuthScheme = "bearer"
    timeout_ms: int = 5_000
    image_input: ImageInput = "data"
    dimension: int | None = None
    """Length of the vectors that are asked for; None takes what the model gives."""
    ceilings: Ceilings = field(default_factory=Ceilings)
    price: UnitPrice | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    """Further members of each request's body, as the endpoint documents them."""

    @property
    def is_model_studio(self) -> bool:
        """Whether Alibaba's Model Studio answers, under whichever provider it is registered."""
        host = urlsplit(self.endpoint or "").hostname or ""
        return self.provider == "dashscope" or host.startswith("dashscope")

    def api_key(self) -> str | None:
        """The key from the environment; None where the endpoint asks for none.

        Raises:
            ModelError: the variable is not set.
        """
        if self.api_key_env is None:
            return None
        key = os.environ.get(self.api_key_env, "").strip()
        if not key:
            raise ModelError(
                f"model {self.name}: the environment variable {self.api_key_env} is not set.",
                "Set it to the endpoint's API key.",
            )
        return key

    def usage(self, input_tokens: int, output_tokens: int) -> Usage:
        """What a call consumed, priced where a price is known."""
        cost = None if self.price is None else self.price.of(input_tokens, output_tokens)
        return Usage(input_tokens, output_tokens, cost)
