"""Counts the attributes that listings carry, by category and by attribute.

Names are brought together: spellings of one name, and the names that a template has for one
attribute. Memory grows with the number of names, not of listings.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from listing_assets.listings.definitions.carried import carried
from listing_assets.listings.definitions.names import levels, name_key
from listing_assets.listings.definitions.templates import (
    Attribute,
    AttributeTemplate,
    AttributeTemplates,
)

MOST_VALUES: Final = 1_000
"""Different values of an attribute that are told apart in a category."""


@dataclass
class CarriedAttribute:
    """One attribute in the listings of a group: in how many, where, how written, with what."""

    known: Attribute | None
    """The attribute of a template that it is: of the group's own template, or of another."""
    listings: int = 0
    positions: int = 0
    """The sum of its places among the attributes of a listing, from 0."""
    spellings: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)

    def count(self, place: int, spelling: str, values: Iterable[str]) -> None:
        """Take in one listing."""
        self.listings += 1
        self.positions += place
        self.spellings[spelling] += 1
        for value in values:
            if value in self.values or len(self.values) < MOST_VALUES:
                self.values[value] += 1


@dataclass
class Group:
    """The listings of the categories that one template serves, or of one that none serves."""

    serving: AttributeTemplate | None
    categories: Counter[str] = field(default_factory=Counter)
    attributes: dict[str, CarriedAttribute] = field(default_factory=dict)

    @property
    def listings(self) -> int:
        """How many listings were counted."""
        return self.categories.total()


class Counting:
    """Takes in listings one by one."""

    def __init__(self, templates: AttributeTemplates) -> None:
        self._templates = templates
        self._known = _commonly_known(templates)
        self._groups: dict[str, Group] = {}
        self.without_attributes = 0
        self.without_category = 0

    @property
    def groups(self) -> list[Group]:
        """The groups, that with the most listings first."""
        return sorted(self._groups.values(), key=lambda one: (-one.listings, min(one.categories)))

    @property
    def listings(self) -> int:
        """All listings that were taken in."""
        grouped = sum(group.listings for group in self._groups.values())
        return grouped + self.without_attributes + self.without_category

    def add(self, category: str | None, attributes: object) -> None:
        """Take in one listing: its category, and its attributes as they were published."""
        read = carried(attributes)
        if not read:
            self.without_attributes += 1
            return
        path = levels(" ".join((category or "").split()))
        if not path:
            self.without_category += 1
            return
        group = self._group(path)
        met: set[str] = set()
        for place, (written, values) in enumerate(read.items()):
            known = self._meant(group, written)
            key = name_key(known.name if known else written)
            if key not in met:
                met.add(key)
                one = group.attributes.setdefault(key, CarriedAttribute(known))
                one.count(place, written, values)

    def _group(self, path: list[str]) -> Group:
        category = " > ".join(path)
        serving = self._templates.own(category)
        # Templates are found by the lowest level of a path, so these share one.
        name = f"template {serving.name}" if serving else name_key(path[-1])
        group = self._groups.setdefault(name, Group(serving))
        group.categories[category] += 1
        return group

    def _meant(self, group: Group, written: str) -> Attribute | None:
        """The attribute that a name means: of the group's template, else of most others."""
        serving = group.serving
        own = serving.attribute(written) if serving else None
        known = own or self._known.get(name_key(written))
        if own or known is None or serving is None:
            return known
        # Its other names may mean something else in this category.
        is_taken = any(map(serving.attribute, known.names))
        return None if is_taken else known


def _commonly_known(templates: AttributeTemplates) -> dict[str, Attribute]:
    """What most templates mean by a name, by the name: for categories that none serves."""
    meant: dict[str, Counter[Attribute]] = {}
    for template in templates:
        for attribute in template.attributes:
            alone = attribute.model_copy(update={"synonyms": ()})
            for name in {name_key(attribute.name), name_key(attribute.zh)}:
                meant.setdefault(name, Counter())[alone] += 1
    return {name: counter.most_common(1)[0][0] for name, counter in meant.items()}
