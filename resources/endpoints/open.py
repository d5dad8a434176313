"""Opens a registered model: the one place that knows the providers."""

from dataclasses import dataclass

from resources.endpoints.interface import EmbeddingModel, TagModel
from resources.errors import ModelError


@dataclass(frozen=True, slots=True)
class EndpointConfig:
    """What a provider needs to know. The key stays in the environment variable that is named."""

    provider: str
    name: str
    model: str
    version: str
    endpoint: str | None = None
    api_key_env: str | None = None
    concurrency: int = 8
    timeout_ms: int = 60_000
    price_per_call: float = 0.0
    price_per_input_token: float = 0.0
    price_per_output_token: float = 0.0
    is_priced: bool = False


def open_tag_model(config: EndpointConfig) -> TagModel:
    """A model that answers questions about photos.

    Raises:
        ModelError: the provider has no such models, or its key is not in the environment.
    """
    if config.provider == "embedded":
        from resources.endpoints.embedded.tag_model import EmbeddedTagModel

        return EmbeddedTagModel()
    if config.provider == "openai":
        from resources.endpoints.openai_chat import OpenAIChatModel

        return OpenAIChatModel(config)
    raise ModelError(
        f"model {config.name}: provider '{config.provider}' has no models that tag photos.",
        "Name a model of another provider in catalog/datasets.yaml.",
    )


def open_embedding_model(config: EndpointConfig) -> EmbeddingModel:
    """A model that turns photos and texts into vectors.

    Raises:
        ModelError: the provider has no such models.
    """
    if config.provider == "embedded":
        from resources.endpoints.embedded.embedding_model import EmbeddedEmbeddingModel

        return EmbeddedEmbeddingModel()
    raise ModelError(
        f"model {config.name}: provider '{config.provider}' has no embedding models.",
        "Name a model of another provider in catalog/datasets.yaml.",
    )
