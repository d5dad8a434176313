"""All that a dataset's derived results depend on besides the pixels, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from listing_assets.catalog.loading import Catalog
from listing_assets.catalog.models import Model
from listing_assets.catalog.schema import Dataset, TagDefinition
from listing_assets.hashing import digest
from listing_assets.imaging.spec import NormalizationSpec


@dataclass(frozen=True)
class Recipes:
    """The normalization, the tag definition and the models of a dataset."""

    spec: NormalizationSpec
    definition: TagDefinition
    tag_model: Model
    embedding_model: Model
    predicted: Mapping[str, Model] = field(default_factory=dict)
    """The tags that models of their own predict, by tag name."""

    @classmethod
    def of(cls, dataset: Dataset, catalog: Catalog) -> "Recipes":
        """The recipes of a dataset as the catalog has them now."""
        definition = catalog.tag_definition(dataset.tag_definition)
        return cls(
            spec=dataset.normalization,
            definition=definition,
            tag_model=catalog.tag_model(dataset.tag_model),
            embedding_model=catalog.model(dataset.embedding_model),
            predicted={tag.name: catalog.model(tag.model) for tag in definition.tags if tag.model},
        )

    @property
    def asked(self) -> tuple[str, ...]:
        """Names of the tags that the tag model answers."""
        return tuple(tag.name for tag in self.definition.tags if tag.name not in self.predicted)

    @cached_property
    def tags(self) -> dict[str, str]:
        """The recipe of each tag, by tag name."""
        return self.definition.recipes(
            self.tag_model, self.spec.recipe, self.predicted, self.embedding
        )

    @cached_property
    def embedding(self) -> str:
        """The recipe of the vector."""
        return self.embedding_model.embedding_recipe(self.spec.recipe)

    @property
    def fingerprint(self) -> str:
        """One hash of all recipes."""
        return digest(self.spec.recipe, self.tags, self.embedding, length=16)
