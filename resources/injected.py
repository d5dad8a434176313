"""Dagster's view of the outside world: thin resources that open the plain ones.

Their settings show in the UI, so none of them is a secret.
"""

import dagster as dg

from resources.endpoints.config import EndpointConfig
from resources.endpoints.interface import EmbeddingModel, TagModel
from resources.endpoints.metering import Meter
from resources.endpoints.open import open_embedding_model, open_tag_model, open_text_model
from resources.endpoints.writing import TextModel
from resources.lake import Lake
from resources.object_store import ObjectStore, SourceCredentials, open_store


class LakeResource(dg.ConfigurableResource):
    """The LanceDB lake at `uri`."""

    uri: str

    def open(self) -> Lake:
        """The lake."""
        return Lake(self.uri)


class ObjectStores(dg.ConfigurableResource):
    """The sources that photos are read from: folders, S3, OSS."""

    max_connections: int = 32

    def open(self, uri: str, credentials: SourceCredentials) -> ObjectStore:
        """The store at `uri`."""
        return open_store(uri, credentials, max_connections=self.max_connections)


class ModelEndpoints(dg.ConfigurableResource):
    """The models that tag and embed photos, and write about them."""

    def tag_model(self, config: EndpointConfig, meter: Meter) -> TagModel:
        """The tag model of a catalog entry; `meter` is told of every request."""
        return open_tag_model(config, meter)

    def text_model(
        self, config: EndpointConfig, meter: Meter, beside: TagModel | None = None
    ) -> TextModel:
        """The writer of a catalog entry; `beside` is the same model, open for questions."""
        return open_text_model(config, meter, beside)

    def embedding_model(self, config: EndpointConfig, meter: Meter) -> EmbeddingModel:
        """The embedding model of a catalog entry; `meter` is told of every request."""
        return open_embedding_model(config, meter)
