"""Which models a listing definition uses, and the recipes of its drafts.

A draft rests on its photos and their tags, on the definition with all that it names, on the models
and on the reference; and on the template of its category alone, so that another template's change
leaves it as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from listing_assets.catalog import Catalog, Dataset, Model
from listing_assets.hashing import digest, recipe
from listing_assets.listings.definitions import (
    AttributeTemplates,
    CategoryTree,
    ListingDefinition,
)
from listing_assets.listings.honesty import Rules
from listing_assets.listings.instructions import Brief, asking_recipe, instruction, writing_recipe

VERSION: Final = 3
"""Raised when drafts are made in another way, so that they are made again."""
COMPOSER: Final = Model.model_validate(
    {
        "name": "embedded_composer",
        "provider": "embedded",
        "type": "LLM",
        "model": "embedded-composer",
    }
)
"""Writes where the definition names no writer."""


@dataclass(frozen=True)
class ListingModels:
    """The models of a listing definition; None where there is none to ask."""

    writer: Model
    asker: Model | None
    safety: Model | None

    @classmethod
    def of(
        cls, definition: ListingDefinition, dataset: Dataset, catalog: Catalog
    ) -> "ListingModels":
        """The models that the definition names; the dataset's tag model asks where it names none.

        A model that runs in this process reads photos, not descriptions: it is asked nothing.

        Raises:
            CatalogError: there is no such model, or it is of another type.
        """
        named = definition.models
        asker = catalog.tag_model(named.asker or dataset.tag_model)
        return cls(
            catalog.tag_model(named.writer) if named.writer else COMPOSER,
            None if asker.provider == "embedded" else asker,
            catalog.tag_model(named.safety) if named.safety else None,
        )

    @property
    def all(self) -> tuple[Model, ...]:
        """Each model once."""
        named = [one for one in (self.writer, self.asker, self.safety) if one is not None]
        return tuple({model.identity: model for model in named}.values())

    @property
    def identities(self) -> Mapping[str, str | None]:
        """What they are called, as `service@version`."""
        return {
            "writer": self.writer.identity,
            "asker": self.asker.identity if self.asker else None,
            "safety": self.safety.identity if self.safety else None,
        }


class DraftRecipes:
    """The recipes of drafts by one definition, with the reference as it stands."""

    def __init__(
        self,
        definition: ListingDefinition,
        models: ListingModels,
        templates: AttributeTemplates,
        tree: CategoryTree | None,
        rules: Rules,
        reference: str | None,
    ) -> None:
        """`reference` is the data version of the reference, None without one."""
        self._definition = definition
        self._templates = templates
        said: dict[str, Any] = definition.model_dump(
            exclude={"name", "description", "models", "time_budget_seconds"}, exclude_defaults=True
        )
        told = Brief(definition.voice, definition.language, definition.max_length, "", (), ())
        self.fingerprint = recipe(
            "drafts",
            VERSION,
            said,
            dict(models.identities),
            asking_recipe(definition.language),
            instruction(told).recipe,
            rules.rule_set.model_dump(exclude_defaults=True),
            digest(tree.leaves) if tree else None,
            reference,
        )
        """The hash of all but the product and the template."""

    def listing(self, listing_id: str, contents: str) -> str:
        """The recipe of the draft of a product, whatever its category."""
        return digest(self.fingerprint, listing_id, contents, length=16)

    def template(self, category: str) -> str:
        """The recipe of what the category's template has a draft say; empty for no category."""
        if not category:
            return ""
        definition = self._definition
        return writing_recipe(
            definition.voice,
            definition.language,
            definition.max_length,
            self._templates.of(category),
        )
