"""Counts the attributes that the listings of a published version carry."""

from collections.abc import Sequence
from typing import Any, Final

from listing_assets.listings.definitions.counting import Counting
from listing_assets.listings.definitions.schema import Reference
from listing_assets.listings.definitions.templates import AttributeTemplates
from listing_assets.reading import VersionReader
from resources.errors import LakeError

USUAL: Final = Reference()
CATEGORY_COLUMNS: Final = (USUAL.category, "tag_category")
"""Where the category is looked for, unless it is told: the first of these that there is."""


def count_listings(
    version: VersionReader,
    templates: AttributeTemplates,
    *,
    category_column: str | None = None,
    attributes_column: str | None = None,
) -> Counting:
    """Read all listings of a version, streamed. Photos of one product are one listing.

    Raises:
        LakeError: the version has no such column.
    """
    attributes = _column(version, [attributes_column or USUAL.attributes], "--attributes-column")
    categories = [category_column] if category_column else CATEGORY_COLUMNS
    category = _column(version, categories, "--category-column")
    product = USUAL.product if USUAL.product in version.columns else None
    counting = Counting(templates)
    met: set[int] = set()
    for row in version.rows(list(dict.fromkeys(filter(None, (category, attributes, product))))):
        if product and row[product] is not None:
            which = hash(row[product])
            if which in met:
                continue
            met.add(which)
        counting.add(_text(row[category]), row[attributes])
    return counting


def _column(version: VersionReader, names: Sequence[str], option: str) -> str:
    for name in names:
        if name in version.columns:
            return name
    told = [name for name in version.columns if name.startswith(("meta_", "tag_"))]
    raise LakeError(
        f"{version.dataset}@{version.revision} has no column '{names[0]}'.",
        f"Name one with {option}: {', '.join(told) or 'it has none of a manifest'}.",
    )


def _text(value: Any) -> str | None:
    """A category as text; of several labels, the first."""
    if isinstance(value, list):
        value = value[0] if value else None
    return None if value is None else str(value)
