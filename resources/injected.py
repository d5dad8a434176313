"""Dagster's view of the outside world: thin resources that open the plain ones.

Their settings show in the UI, so none of them is a secret.
"""

from typing import TYPE_CHECKING

import dagster as dg

from resources.compute import Cluster, ComputeKind
from resources.endpoints.config import EndpointConfig
from resources.endpoints.interface import EmbeddingModel, TagModel
from resources.endpoints.metering import Meter
from resources.endpoints.open import (
    ON_WORKERS,
    open_embedding_model,
    open_tag_model,
    open_text_model,
)
from resources.endpoints.writing import TextModel
from resources.lake import Lake
from resources.object_store import ObjectStore, SourceCredentials, open_store

if TYPE_CHECKING:
    from resources.endpoints.on_cluster import EndpointWorkers


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


class Compute(dg.ConfigurableResource):
    """Where photos are normalized and models are asked: this machine, or a Ray cluster.

    `address` is that of the cluster; without one, `RAY_ADDRESS` or a cluster on this machine.
    """

    kind: ComputeKind = "local"
    address: str | None = None

    def cluster(self, wanted: ComputeKind | None = None) -> Cluster | None:
        """The cluster, None for this machine; `wanted` is a dataset's own choice.

        Raises:
            ListingError: Ray is not installed, or no cluster answers.
        """
        return Cluster(self.address) if (wanted or self.kind) == "ray" else None

    def workers(
        self, wanted: ComputeKind | None, config: EndpointConfig, lake: Lake
    ) -> "EndpointWorkers | None":
        """Who makes a model's attempts on the cluster; None where this process does."""
        cluster = self.cluster(wanted)
        if cluster is None or config.provider not in ON_WORKERS:
            return None
        # Imported where it is used: it brings the clients of all providers, a second of a start.
        from resources.endpoints.on_cluster import EndpointWorkers

        return EndpointWorkers(cluster, config, lake.uri)


class ModelEndpoints(dg.ConfigurableResource):
    """The models that tag and embed photos, and write about them."""

    def tag_model(
        self, config: EndpointConfig, meter: Meter, workers: "EndpointWorkers | None" = None
    ) -> TagModel:
        """The tag model of a catalog entry; `meter` is told of every request."""
        return open_tag_model(config, meter, workers)

    def text_model(
        self, config: EndpointConfig, meter: Meter, beside: TagModel | None = None
    ) -> TextModel:
        """The writer of a catalog entry; `beside` is the same model, open for questions."""
        return open_text_model(config, meter, beside)

    def embedding_model(
        self, config: EndpointConfig, meter: Meter, workers: "EndpointWorkers | None" = None
    ) -> EmbeddingModel:
        """The embedding model of a catalog entry; `meter` is told of every request."""
        return open_embedding_model(config, meter, workers)
