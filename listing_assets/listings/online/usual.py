"""What counts where somebody drafts photos at hand and names no definition, or no dataset."""

from collections.abc import Collection
from typing import Final

from listing_assets.catalog import Catalog, Dataset
from listing_assets.listings.definitions import ListingDefinition

UPLOADS: Final = "uploads"
"""The dataset that photos belong to where none is named and none has the reference's photos."""
DEFINITION: Final = "shop_en"
"""The listing definition where none is named and the catalog has this one."""


def usual_definition(known: Collection[str]) -> str:
    """The name of the definition where none is named; empty where the catalog has none."""
    return DEFINITION if DEFINITION in known else min(known, default="")


def usual_dataset(definition: ListingDefinition, catalog: Catalog) -> str:
    """The dataset where none is named: that of the reference, whose vectors are compared."""
    named = (definition.reference.version or "").partition("@")[0]
    return named if named in catalog.datasets else UPLOADS


def dataset_of(name: str, catalog: Catalog) -> Dataset:
    """The dataset as whose photos those at hand are looked at; `UPLOADS` needs no entry.

    Raises:
        CatalogError: there is none of that name, or it has a fault.
    """
    if name == UPLOADS and name not in catalog.datasets:
        return Dataset(name=UPLOADS, source="")
    return catalog.dataset(name)
