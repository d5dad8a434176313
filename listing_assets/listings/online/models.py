"""The models of a studio, open, with the records of what they are paid for."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TypeVar

from listing_assets.calls import CallRecords, open_records
from listing_assets.catalog import Model, Recipes
from listing_assets.imaging.workers import DecodePool
from listing_assets.listings.online.late import Late
from listing_assets.listings.online.preparing import Preparing
from listing_assets.listings.online.slots import slot
from listing_assets.listings.opening import Listing
from listing_assets.listings.pipeline import Pipeline
from listing_assets.versions.names import VersionName
from resources.endpoints.config import EndpointConfig
from resources.endpoints.interface import EmbeddingModel, TagModel
from resources.endpoints.metering import Meter
from resources.endpoints.open import open_embedding_model, open_tag_model, open_text_model
from resources.endpoints.writing import TextModel
from resources.lake import Lake
from resources.lake.tables import LISTING_ANSWERS, SMART_TAGS
from resources.lake.tables import embeddings as embeddings_table

ASSET: Final = "listing_studio"
VERSION: Final = "online"
"""The version that calls of a studio are booked under."""

E = TypeVar("E", TagModel, EmbeddingModel)


class OpenModels:
    """Opens models, each with records of its own, and closes all of them together."""

    def __init__(self, lake: Lake, dataset: str, journals: Path) -> None:
        """Calls are booked under the dataset; the journals are in a folder of this process."""
        self._lake = lake
        self._version = VersionName(dataset, VERSION)
        self._stack = ExitStack()
        self._journals = self._stack.enter_context(slot(journals))
        self._endpoints: list[TagModel | TextModel | EmbeddingModel] = []
        self._records: list[CallRecords] = []

    def preparing(self, recipes: Recipes, pool: DecodePool, late: Late) -> Preparing:
        """What tags and embeds uploads. Raises `ModelError` where a model cannot be opened."""
        tag_records = self._recording(recipes.tag_model, "tags")
        tag_records.keep_in(SMART_TAGS)
        tag_model = self._opened(recipes.tag_model, open_tag_model, tag_records)
        vector_records = self._recording(recipes.embedding_model, "vectors")
        embedder = self._opened(recipes.embedding_model, open_embedding_model, vector_records)
        space = recipes.embedding_model.vector_space
        vector_records.keep_in(embeddings_table(space, embedder.dimension))
        return Preparing(
            self._lake, recipes, pool, tag_model, tag_records, embedder, vector_records, late
        )

    def pipeline(self, listing: Listing, seconds: float) -> Pipeline:
        """The steps, with so many seconds for all. Raises `ModelError` as `preparing` does."""
        records = {}
        for model in listing.models.all:
            records[model.identity] = self._recording(model, "listings")
            records[model.identity].keep_in(LISTING_ANSWERS)
        desk = listing.desk(
            records,
            open_tag_model,
            open_text_model,
            stop_with_endpoint=False,
            time_budget_seconds=seconds,
        )
        opened = (desk.writer, desk.asker, desk.safety)
        self._endpoints += [one.endpoint for one in opened if one is not None]
        return Pipeline(desk)

    def stop(self) -> None:
        """Let no further request leave."""
        for records in self._records:
            records.stop()

    def release(self) -> None:
        """Complete the ledger and let go of the journals."""
        self._stack.close()

    async def aclose(self) -> None:
        """Release the models, then as `release`."""
        for endpoint in self._endpoints:
            await endpoint.aclose()
        await asyncio.to_thread(self.release)

    def _recording(self, model: Model, purpose: str) -> CallRecords:
        journals = self._journals / purpose
        records = self._stack.enter_context(
            open_records(self._lake, self._version, ASSET, model, journals=journals, run_id="")
        )
        self._records.append(records)
        return records

    def _opened(
        self, model: Model, open_model: Callable[[EndpointConfig, Meter], E], meter: Meter
    ) -> E:
        endpoint = open_model(model.endpoint_config(), meter)
        self._endpoints.append(endpoint)
        return endpoint
