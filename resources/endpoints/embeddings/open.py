"""Opens an embedding model that is not embedded, by its provider."""

from resources.endpoints.config import EndpointConfig, catalog_file
from resources.endpoints.embeddings.dashscope import DashScope
from resources.endpoints.embeddings.pai_eas import PaiEas
from resources.endpoints.embeddings.remote import Attempts, Dialect, RemoteEmbeddingModel
from resources.endpoints.embeddings.vllm import Vllm
from resources.endpoints.flow import DEFAULT_PATIENCE, Patience
from resources.endpoints.interface import EmbeddingModel
from resources.endpoints.metering import Meter
from resources.errors import ModelError


def open_remote(
    config: EndpointConfig,
    meter: Meter,
    patience: Patience = DEFAULT_PATIENCE,
    attempts: Attempts | None = None,
) -> EmbeddingModel:
    """The embedding model of a provider: `dashscope`, `pai_eas`, `vllm` or `clip`.

    `attempts` makes the requests of those that are remote, by default from this process.

    Raises:
        ModelError: the provider has no embedding models, the registration lacks something, the key
            is not in the environment, or files of a local model are missing.
    """
    if config.provider == "clip":
        from resources.endpoints.embeddings.clip import ClipModel

        return ClipModel(config, meter)
    dialect = dialect_of(config)
    if config.dimension is None:
        raise ModelError(
            f"model {config.name}: its dimension is not registered.",
            f"Set dimension: N in {catalog_file('models.yaml')};"
            f" `listing models check {config.name}` tells it.",
        )
    return RemoteEmbeddingModel(config, meter, dialect, config.dimension, patience, attempts)


def dialect_of(config: EndpointConfig) -> Dialect:
    """How a remote model is asked.

    Raises:
        ModelError: the provider has no such models, or the registration lacks something.
    """
    match config.provider:
        case "dashscope":
            return DashScope(config)
        case "pai_eas":
            return PaiEas(config)
        case "vllm":
            return Vllm(config)
    raise ModelError(
        f"model {config.name}: provider '{config.provider}' has no embedding models.",
        f"Name a model of another provider in {catalog_file('datasets.yaml')}.",
    )
