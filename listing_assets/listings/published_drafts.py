"""The drafts that stand for a published version, as its dataset names its listings now."""

from dataclasses import dataclass

from listing_assets.catalog import Catalog, Dataset, Listings
from listing_assets.listings.draft import Draft
from listing_assets.listings.opening import open_listing
from listing_assets.listings.published_products import PublishedProducts
from listing_assets.listings.stored import Status, read_drafts
from listing_assets.reading import OpenRevision
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName
from resources.errors import CatalogError


@dataclass(frozen=True)
class VersionDraft:
    """The draft of one product of a version, with the keys of all its photos."""

    listing_id: str
    keys: tuple[str, ...]
    status: Status
    draft: Draft


def drafts_of(version: VersionName, catalog: Catalog, settings: Settings) -> list[VersionDraft]:
    """The drafts of a version's newest revision, in the order of its products.

    A product whose draft is not made yet has none.

    Raises:
        CatalogError: the dataset names no listing definition.
        LakeError: the version is not published.
    """
    dataset = catalog.dataset(version.dataset)
    if dataset.listings is None:
        raise CatalogError(
            f"dataset '{dataset.name}' names no listing definition, so that nothing is drafted.",
            "Add 'listings: {definition: shop_en}' to it in catalog/datasets.yaml, and run again.",
        )
    revision = OpenRevision.of(str(version), settings)
    return drafts_in(revision, dataset, dataset.listings, catalog)


def drafts_in(
    revision: OpenRevision, dataset: Dataset, wanted: Listings, catalog: Catalog
) -> list[VersionDraft]:
    """The drafts of an open revision, as `wanted` names its listings."""
    settings = revision.settings
    listing = open_listing(wanted.definition, dataset, catalog, revision.lake, settings)
    products = PublishedProducts(revision, wanted.group_by, wanted.product_column)
    named = products.recipes(listing.recipes)
    drafts = read_drafts(revision.lake, named)
    return [
        VersionDraft(listing_id, keys, *drafts[recipe])
        for listing_id, keys, recipe in zip(products.listing_ids, products.keys, named, strict=True)
        if recipe in drafts
    ]
