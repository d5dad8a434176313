"""Opens all that drafts are made with, as the catalog has it, for a dataset or for uploads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from listing_assets.calls import CallRecords
from listing_assets.catalog import Catalog, Dataset, Model
from listing_assets.listings.answers import Opened
from listing_assets.listings.definitions import (
    AttributeTemplates,
    CategoryTree,
    ListingDefinition,
    check_category_tag,
    load_listing_catalog,
)
from listing_assets.listings.desk import Desk
from listing_assets.listings.honesty import Rules, load_rules
from listing_assets.listings.recipes import DraftRecipes, ListingModels
from listing_assets.listings.reference import PublishedReference
from listing_assets.publishing.revisions import revisions
from listing_assets.search import Published, open_published
from listing_assets.settings import Settings
from resources.endpoints.config import EndpointConfig
from resources.endpoints.interface import TagModel
from resources.endpoints.metering import Meter
from resources.endpoints.writing import TextModel
from resources.errors import CatalogError
from resources.lake import Lake

OpenTagModel = Callable[[EndpointConfig, Meter], TagModel]
OpenTextModel = Callable[[EndpointConfig, Meter, TagModel | None], TextModel]


@dataclass(frozen=True)
class Listing:
    """A listing definition with all that it names, read and checked."""

    definition: ListingDefinition
    templates: AttributeTemplates
    tree: CategoryTree | None
    rules: Rules
    models: ListingModels
    reference: Published | None
    vector_model: str
    """The model of the vectors that are looked up in the reference."""
    recipes: DraftRecipes

    def desk(
        self,
        records: Mapping[str, CallRecords],
        open_tag_model: OpenTagModel,
        open_text_model: OpenTextModel,
        *,
        stop_with_endpoint: bool,
        time_budget_seconds: float | None = None,
    ) -> Desk:
        """The desk, its models opened. `records` are those of each model, by its identity.

        `time_budget_seconds` replaces that of the definition.

        Raises:
            ModelError: a model has no key in the environment, or cannot do this.
            SearchError: the reference has no texts of listings.
        """

        def opened(model: Model | None) -> Opened[TagModel] | None:
            if model is None:
                return None
            meter = records[model.identity]
            return Opened(model, open_tag_model(model.endpoint_config(), meter), meter)

        models = self.models
        asker = opened(models.asker)
        safety = asker if models.safety == models.asker else opened(models.safety)
        beside = asker.endpoint if asker and models.writer == models.asker else None
        meter = records[models.writer.identity]
        writer = open_text_model(models.writer.endpoint_config(), meter, beside)
        seconds = time_budget_seconds or self.definition.time_budget_seconds
        reference = None
        if self.reference is not None:
            entry = self.definition.reference
            reference = PublishedReference(self.reference, entry, self.vector_model)
        return Desk(
            self.definition.model_copy(update={"time_budget_seconds": seconds}),
            self.templates,
            self.tree,
            self.rules,
            reference,
            Opened(models.writer, writer, meter),
            asker,
            safety,
            stop_with_endpoint,
        )


def open_listing(
    name: str, dataset: Dataset, catalog: Catalog, lake: Lake, settings: Settings
) -> Listing:
    """A listing definition for photos that are tagged and embedded as those of a dataset.

    Raises:
        CatalogError: there is no such definition, or it does not go with the dataset.
        LakeError: the reference that it names is not published.
    """
    written = load_listing_catalog(settings.catalog, {"LISTING_HOME": str(settings.home)})
    definition = written.definition(name)
    check_category_tag(definition, catalog.tag_definition(dataset.tag_definition))
    rules = load_rules(written.rules_file(definition))
    models = ListingModels.of(definition, dataset, catalog)
    tree = written.tree(definition)
    vector_model = catalog.model(dataset.embedding_model).identity
    reference = _reference(definition, lake, vector_model)
    recipes = DraftRecipes(
        definition,
        models,
        written.templates,
        tree,
        rules,
        _data_version(reference),
    )
    return Listing(
        definition, written.templates, tree, rules, models, reference, vector_model, recipes
    )


def _reference(definition: ListingDefinition, lake: Lake, vector_model: str) -> Published | None:
    version = definition.reference.version
    if version is None:
        return None
    reference = open_published(lake, version)
    made_by = reference.embedding_model
    if made_by != vector_model:
        raise CatalogError(
            f"the reference {reference} of listing definition '{definition.name}' has vectors of"
            f" {made_by or 'no model'}, and these photos have vectors of {vector_model}.",
            "Name the same embedding_model for both datasets.",
        )
    return reference


def _data_version(reference: Published | None) -> str | None:
    if reference is None:
        return None
    for revision in revisions(reference.lake, reference.dataset):
        if revision.revision == reference.revision:
            return revision.data_version
    return str(reference)
