"""How listings are drafted, as a user writes it: listing definitions and attribute templates.

`schema.py` has listing definitions, `templates.py` attribute templates, `category_tree.py` trees of
categories, `names.py` compares names; `loading.py` makes a `ListingCatalog` of the files.
`carried.py` reads the attributes that a listing carries, `mining.py` counts those of a published
version and proposes templates, `proposals.py` writes them.
"""

from listing_assets.listings.definitions.category_tree import CategoryTree, read_category_tree
from listing_assets.listings.definitions.loading import (
    ListingCatalog,
    check_category_tag,
    load_listing_catalog,
)
from listing_assets.listings.definitions.schema import (
    CategorySource,
    Language,
    ListingDefinition,
    ListingModels,
    QualityWeights,
    Reference,
    Thresholds,
    Voice,
)
from listing_assets.listings.definitions.templates import (
    Attribute,
    AttributeTemplate,
    AttributeTemplates,
)

__all__ = [
    "Attribute",
    "AttributeTemplate",
    "AttributeTemplates",
    "CategorySource",
    "CategoryTree",
    "Language",
    "ListingCatalog",
    "ListingDefinition",
    "ListingModels",
    "QualityWeights",
    "Reference",
    "Thresholds",
    "Voice",
    "check_category_tag",
    "load_listing_catalog",
    "read_category_tree",
]
