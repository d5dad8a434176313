"""Attribute templates: what a listing of a category must say of its product, and in what order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from listing_assets.catalog.entry import Entry
from listing_assets.hashing import recipe
from listing_assets.listings.definitions.names import identifier, levels, name_key
from listing_assets.listings.definitions.schema import Language
from listing_assets.listings.draft import Verdict
from resources.errors import CatalogError

DEFAULT = "default"
"""The template of categories that have none of their own."""

HoldsFor = Literal["model", "variant", "item"]
_SHARED: Mapping[Verdict, frozenset[HoldsFor]] = {
    "identical": frozenset({"model", "variant"}),
    "same model": frozenset({"model"}),
    "similar": frozenset(),
    "none": frozenset(),
}
"""What a neighbour of a verdict has in common with the product; nobody shares an item's state."""


def _one_line(text: str) -> str:
    if not text.strip() or text != " ".join(text.split()) or not text.isprintable():
        raise ValueError("a name is one line of printable text, without blanks at its ends")
    return text


Label = Annotated[str, Field(max_length=60), AfterValidator(_one_line)]


class Attribute(Entry):
    """One attribute, by its English and its Chinese name, and other names that listings give it."""

    name: Label
    zh: Label
    synonyms: tuple[Label, ...] = ()
    holds_for: HoldsFor = "variant"
    """Who has the same value: every item of the model (brand), of its variant as well (colour,
    capacity), or this item alone (condition), which no other listing can tell."""

    @property
    def key(self) -> str:
        """Its name as a member of an answer, such as `storage_capacity`."""
        return identifier(self.name)

    @property
    def names(self) -> tuple[str, ...]:
        """All its names: English, Chinese, synonyms."""
        return tuple(dict.fromkeys((self.name, self.zh, *self.synonyms)))

    def named(self, language: Language) -> str:
        """Its name in a language."""
        return self.zh if language == "zh" else self.name


class AttributeTemplate(Entry):
    """The attributes of a category, in the order in which a listing says them."""

    name: Label
    zh: Label
    categories: tuple[Label, ...] = ()
    """Other names of categories that it is for, in any language."""
    attributes: tuple[Attribute, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        seen: dict[str, Attribute] = {}
        for attribute in self.attributes:
            for name in dict.fromkeys(map(name_key, attribute.names)):
                if name in seen:
                    raise ValueError(
                        f"attributes '{seen[name].name}' and '{attribute.name}' are both called"
                        f" '{name}'"
                    )
                seen[name] = attribute
        keys = [attribute.key for attribute in self.attributes]
        if len(set(keys)) < len(keys):
            raise ValueError("the English names of two attributes differ in nothing but signs")
        return self

    @property
    def served(self) -> tuple[str, ...]:
        """All names of categories that it is for."""
        return (self.name, self.zh, *self.categories)

    @property
    def recipe(self) -> str:
        """The hash of what the template has drafts say."""
        said = [(one.name, one.zh, one.synonyms, one.holds_for) for one in self.attributes]
        return recipe("template", said)

    def named(self, language: Language) -> tuple[str, ...]:
        """The attributes' names in a language, in order."""
        return tuple(attribute.named(language) for attribute in self.attributes)

    def attribute(self, name: str) -> Attribute | None:
        """The attribute that is called so, however the name is written."""
        return self._by_name.get(name_key(name))

    def told_by(self, verdict: Verdict) -> tuple[Attribute, ...]:
        """The attributes whose values a neighbour of this verdict shares with the product."""
        shared = _SHARED[verdict]
        return tuple(one for one in self.attributes if one.holds_for in shared)

    def matched(self, values: Mapping[str, str]) -> dict[str, str]:
        """Values that a listing carries under names of its own, by the English names, in order.

        What is not in the template is left out, and so are empty values; of two values for one
        attribute, the first holds.
        """
        found: dict[str, str] = {}
        for name, value in values.items():
            attribute = self.attribute(name)
            if attribute is not None and value.strip():
                found.setdefault(attribute.name, value.strip())
        return {one.name: found[one.name] for one in self.attributes if one.name in found}

    @cached_property
    def _by_name(self) -> dict[str, Attribute]:
        return {name_key(name): one for one in self.attributes for name in one.names}


@dataclass(frozen=True)
class AttributeTemplates:
    """The templates of a catalog, by name. One is called `default`."""

    by_name: Mapping[str, AttributeTemplate]
    _by_category: dict[str, AttributeTemplate] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_category: dict[str, AttributeTemplate] = {}
        for template in self.by_name.values():
            for category in template.served:
                other = by_category.setdefault(name_key(category), template)
                if other is not template:
                    raise CatalogError(
                        f"templates '{other.name}' and '{template.name}' are both for the category"
                        f" '{category}'.",
                        "Remove it from one of them.",
                    )
        object.__setattr__(self, "_by_category", by_category)

    def __iter__(self) -> Iterator[AttributeTemplate]:
        return iter(self.by_name.values())

    def own(self, category: str) -> AttributeTemplate | None:
        """The template that is for this category or, of a path, its lowest level that has one."""
        path = levels(category)
        for name in (category, *reversed(path)):
            if (found := self._by_category.get(name_key(name))) is not None:
                return found
        return None

    def of(self, category: str) -> AttributeTemplate:
        """The template for a category, else the default one.

        Raises:
            CatalogError: it has none, and there is no default.
        """
        found = self.own(category) or self.by_name.get(DEFAULT)
        if found is None:
            raise CatalogError(
                f"no attribute template is for the category '{category}'.",
                f"Add one, or catalog/attribute_templates/{DEFAULT}.yaml for all others.",
            )
        return found
