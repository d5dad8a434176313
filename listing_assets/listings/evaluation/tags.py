"""Per-tag accuracy: tags of a published version against labels that its manifest has."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from listing_assets.catalog import TagDefinition
from listing_assets.catalog.schema import Tag
from listing_assets.listings.desk import Desk
from listing_assets.listings.evaluation.accuracy import Accuracy, same_category
from listing_assets.listings.evaluation.told import META, Told
from listing_assets.listings.published_products import TAG, tag_values
from listing_assets.tagging.wording import folded

JUDGED: Final = frozenset({"choice", "multi_choice", "boolean", "number"})
"""Types of tags whose values are right or wrong."""
_SEPARATED: Final = re.compile(r"[|;,；，、]")

Same = Callable[[str, str], bool]


def tag_accuracies(told: Told, desk: Desk, tags: TagDefinition) -> tuple[Accuracy, ...]:
    """The accuracy of each tag that people labelled: tag `colour` by the column `meta_colour`.

    The category tag is judged by the column that the listing definition names, and a category may
    go by any name of its template. A label that is none of a choice's values is left out: nobody
    could have answered it. A photo without the tag is answered wrongly.
    """
    definition = desk.definition
    columns = {tag.name: f"{META}{tag.name}" for tag in tags.tags}
    category = definition.category.tag
    if category in columns:
        columns[category] = definition.reference.category
    judged = [
        tag
        for tag in tags.tags
        if tag.type in JUDGED
        and columns[tag.name] in told.columns
        and TAG + tag.name in told.columns
    ]
    if not judged:
        return ()
    counted = [
        _Counted(tag, _same_category(desk) if tag.name == category else _same) for tag in judged
    ]
    named = [name for tag in judged for name in (TAG + tag.name, columns[tag.name])]
    for row in told.rows(named):
        for one in counted:
            one.count(row[TAG + one.tag.name], row[columns[one.tag.name]])
    return tuple(accuracy for one in counted if (accuracy := one.accuracy()) is not None)


class _Counted:
    """One tag, as it is counted."""

    def __init__(self, tag: Tag, same: Same) -> None:
        self.tag = tag
        self._same = same
        self._values = [value.name for value in tag.values]
        self._told = self._answered = self._right = self._left_out = 0

    def count(self, value: Any, label: Any) -> None:
        wanted = _labels(label, self.tag)
        if not wanted:
            return
        if self._values and not all(self._is_a_value(one) for one in wanted):
            self._left_out += 1
            return
        answered = tag_values(value)
        self._told += 1
        self._answered += bool(answered)
        self._right += self._agree(answered, wanted)

    def accuracy(self) -> Accuracy | None:
        if not self._told:
            return None
        return Accuracy(self.tag.name, self._told, self._answered, self._right, self._left_out)

    def _is_a_value(self, label: str) -> bool:
        return any(self._same(label, value) for value in self._values)

    def _agree(self, answered: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
        """Whether both say the same, in whatever order."""
        return all(any(self._same(one, other) for other in wanted) for one in answered) and all(
            any(self._same(one, other) for other in answered) for one in wanted
        )


def _labels(label: Any, tag: Tag) -> tuple[str, ...]:
    values = tag_values(label)
    if tag.type != "multi_choice":
        return values
    parts = (part.strip() for value in values for part in _SEPARATED.split(value))
    return tuple(part for part in parts if part)


def _same(one: str, other: str) -> bool:
    return folded(one) == folded(other)


def _same_category(desk: Desk) -> Same:
    return cache(lambda one, other: same_category(one, other, desk.templates))
