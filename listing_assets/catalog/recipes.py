"""All that a dataset's derived results depend on besides the pixels, in one place."""

from dataclasses import dataclass

from listing_assets.catalog.loading import Catalog
from listing_assets.catalog.schema import Dataset, Model, TagDefinition
from listing_assets.hashing import digest
from listing_assets.imaging.spec import NormalizationSpec


@dataclass(frozen=True)
class Recipes:
    """The normalization, the tag definition and the two models of a dataset."""

    spec: NormalizationSpec
    definition: TagDefinition
    tag_model: Model
    embedding_model: Model

    @classmethod
    def of(cls, dataset: Dataset, catalog: Catalog) -> "Recipes":
        """The recipes of a dataset as the catalog has them now."""
        return cls(
            spec=dataset.normalization,
            definition=catalog.tag_definition(dataset.tag_definition),
            tag_model=catalog.model(dataset.tag_model),
            embedding_model=catalog.model(dataset.embedding_model),
        )

    @property
    def tags(self) -> dict[str, str]:
        """The recipe of each tag, by tag name."""
        return self.definition.recipes(self.tag_model, self.spec.recipe)

    @property
    def embedding(self) -> str:
        """The recipe of the vector."""
        return self.embedding_model.embedding_recipe(self.spec.recipe)

    @property
    def fingerprint(self) -> str:
        """One hash of all recipes."""
        return digest(self.spec.recipe, self.tags, self.embedding, length=16)
