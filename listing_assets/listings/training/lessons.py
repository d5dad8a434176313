"""What is taught: a listing definition with all that it names, and the tags of the dataset."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from listing_assets.catalog.schema import TagDefinition
from listing_assets.hashing import digest
from listing_assets.listings.definitions import (
    AttributeTemplates,
    ListingDefinition,
    load_listing_catalog,
)
from listing_assets.listings.honesty import Rules, load_rules
from listing_assets.listings.instructions import asking_recipe, writing_recipe
from listing_assets.listings.training.descriptions import description_examples
from listing_assets.listings.training.examples import Example
from listing_assets.listings.training.listings import Listing
from listing_assets.listings.training.neighbours import TrainReference, of_category
from listing_assets.listings.training.questions import (
    attributes_example,
    category_example,
    tags_example,
)
from listing_assets.listings.training.request import InstructionRequest
from listing_assets.listings.training.splitting import share_of
from listing_assets.reading import OpenRevision

VERSION: Final = 2
"""Raised when examples are made in another way, so that they are written again."""


@dataclass(frozen=True)
class Lessons:
    """Makes the examples of listings.

    `leaves` are those of the definition's category tree, empty without one. `tags` is None where
    the dataset is not in the catalog any more: then no tags are taught.
    """

    definition: ListingDefinition
    templates: AttributeTemplates
    leaves: tuple[str, ...]
    rules: Rules
    tags: TagDefinition | None

    @classmethod
    def of(cls, name: str, opened: OpenRevision) -> "Lessons":
        """Those of a listing definition of this installation. Raises `CatalogError`."""
        settings = opened.settings
        written = load_listing_catalog(settings.catalog, {"LISTING_HOME": str(settings.home)})
        definition = written.definition(name)
        tree = written.tree(definition)
        dataset = opened.catalog.datasets.get(opened.published.dataset)
        return cls(
            definition,
            written.templates,
            tree.leaves if tree else (),
            load_rules(written.rules_file(definition)),
            opened.catalog.tag_definition(dataset.tag_definition) if dataset else None,
        )

    @cached_property
    def _leaves(self) -> tuple[str, ...]:
        return shuffled(self.leaves)

    @cached_property
    def fingerprint(self) -> str:
        """The hash of all words that are taught, and of the rules that texts must keep."""
        definition = self.definition
        spoken = definition.voice, definition.language, definition.max_length
        return digest(
            VERSION,
            definition.model_dump(exclude={"description", "models", "time_budget_seconds"}),
            [(one.served, writing_recipe(*spoken, one)) for one in self.templates],
            asking_recipe(definition.language),
            self.leaves,
            self.rules.rule_set.model_dump(),
            self.tags.model_dump() if self.tags else None,
        )

    def examples(
        self,
        listing: Listing,
        text: str,
        reference: TrainReference,
        categories: Sequence[str],
        request: InstructionRequest,
    ) -> Iterator[Example]:
        """The examples of a listing, one of each kind at most.

        `text` is the digest of its words, `categories` are those of all listings, `shuffled`.
        """
        definition, kinds = self.definition, request.kinds
        neighbours = reference.like(listing, text)
        template = self.templates.of(listing.category) if listing.category else None
        same = of_category(neighbours, listing.category)
        yield from description_examples(listing, definition, template, same, kinds)
        found: list[Example | None] = []
        if "category" in kinds:
            found.append(
                category_example(
                    listing,
                    [one.category for one in neighbours if one.category],
                    self._leaves or categories,
                    definition.category.candidates,
                    definition.language,
                )
            )
        if "attributes" in kinds and template is not None:
            found.append(attributes_example(listing, template, definition.language))
        if "tags" in kinds and self.tags is not None:
            found.append(tags_example(listing, self.tags))
        yield from (example for example in found if example is not None)


def shuffled(categories: Iterable[str]) -> tuple[str, ...]:
    """Categories, each once, in an order without meaning, which is always the same."""
    return tuple(sorted(set(categories) - {""}, key=lambda one: share_of("category", one)))
