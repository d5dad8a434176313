"""Opens a registered model: the one place that knows the providers."""

from typing import TYPE_CHECKING

from resources.endpoints.config import EndpointConfig
from resources.endpoints.interface import EmbeddingModel, TagModel
from resources.endpoints.metering import Meter
from resources.endpoints.writing import TextModel
from resources.errors import ModelError

if TYPE_CHECKING:
    from resources.endpoints.on_cluster import EndpointWorkers

ON_WORKERS = frozenset({"embedded", "openai", "vllm", "dashscope", "pai_eas"})
"""Providers whose attempts workers of a cluster can make; the others' run in the run's process."""


def open_tag_model(
    config: EndpointConfig, meter: Meter, workers: "EndpointWorkers | None" = None
) -> TagModel:
    """A model that answers questions about photos; `workers` of a cluster make its attempts.

    Raises:
        ModelError: the provider has no such models, or its key is not in the environment.
    """
    if config.provider == "embedded":
        from resources.endpoints.embedded.tag_model import EmbeddedTagModel

        if workers is not None:
            return EmbeddedTagModel(meter, workers.concurrency, workers.answered)
        return EmbeddedTagModel(meter)
    if config.provider in {"openai", "vllm", "dashscope", "pai_eas"}:
        from resources.endpoints.chat.model import ChatModel

        return ChatModel(config, meter, attempts=workers)
    raise ModelError(
        f"model {config.name}: provider '{config.provider}' has no models that tag photos.",
        "Name a model of another provider in catalog/datasets.yaml.",
    )


def open_text_model(
    config: EndpointConfig, meter: Meter, beside: TagModel | None = None
) -> TextModel:
    """A model that writes texts about photos.

    `beside` is the same model, open to answer questions: both then hold its ceilings together.

    Raises:
        ModelError: the provider has no such models, or its key is not in the environment.
    """
    if config.provider == "embedded":
        from resources.endpoints.embedded.composer import EmbeddedComposer

        return EmbeddedComposer(meter)
    if config.provider in {"openai", "vllm", "dashscope", "pai_eas"}:
        from resources.endpoints.chat.model import ChatModel
        from resources.endpoints.chat.text_model import ChatTextModel

        chat = beside if isinstance(beside, ChatModel) else ChatModel(config, meter)
        return ChatTextModel(config, chat)
    raise ModelError(
        f"model {config.name}: provider '{config.provider}' has no models that write texts.",
        "Name a chat model in the listing definition.",
    )


def open_embedding_model(
    config: EndpointConfig, meter: Meter, workers: "EndpointWorkers | None" = None
) -> EmbeddingModel:
    """A model that turns photos and texts into vectors; `workers` of a cluster make its attempts.

    Raises:
        ModelError: the provider has no such models, or its key is not in the environment.
    """
    if config.provider == "embedded":
        from resources.endpoints.embedded.embedding_model import EmbeddedEmbeddingModel

        if workers is not None:
            return EmbeddedEmbeddingModel(meter, workers.concurrency, workers.vectors)
        return EmbeddedEmbeddingModel(meter)
    if config.provider in {"dashscope", "pai_eas", "vllm", "clip"}:
        from resources.endpoints.embeddings.open import open_remote

        return open_remote(config, meter, attempts=workers)
    raise ModelError(
        f"model {config.name}: provider '{config.provider}' has no embedding models.",
        "Name a model of another provider in catalog/datasets.yaml.",
    )
