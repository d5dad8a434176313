"""Opens a registered model: the one place that knows the providers."""

from resources.endpoints.config import EndpointConfig
from resources.endpoints.interface import EmbeddingModel, TagModel
from resources.endpoints.metering import Meter
from resources.endpoints.writing import TextModel
from resources.errors import ModelError


def open_tag_model(config: EndpointConfig, meter: Meter) -> TagModel:
    """A model that answers questions about photos.

    Raises:
        ModelError: the provider has no such models, or its key is not in the environment.
    """
    if config.provider == "embedded":
        from resources.endpoints.embedded.tag_model import EmbeddedTagModel

        return EmbeddedTagModel(meter)
    if config.provider in {"openai", "vllm", "dashscope", "pai_eas"}:
        from resources.endpoints.chat.model import ChatModel

        return ChatModel(config, meter)
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


def open_embedding_model(config: EndpointConfig, meter: Meter) -> EmbeddingModel:
    """A model that turns photos and texts into vectors.

    Raises:
        ModelError: the provider has no such models, or its key is not in the environment.
    """
    if config.provider == "embedded":
        from resources.endpoints.embedded.embedding_model import EmbeddedEmbeddingModel

        return EmbeddedEmbeddingModel(meter)
    if config.provider in {"dashscope", "pai_eas", "vllm", "clip"}:
        from resources.endpoints.embeddings.open import open_remote

        return open_remote(config, meter)
    raise ModelError(
        f"model {config.name}: provider '{config.provider}' has no embedding models.",
        "Name a model of another provider in catalog/datasets.yaml.",
    )
