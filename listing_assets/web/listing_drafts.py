"""The drafts of a published version, a page of them or one by a photo of its product."""

from collections.abc import Sequence
from dataclasses import dataclass

from listing_assets.catalog import Catalog
from listing_assets.listings.definitions import ListingDefinition
from listing_assets.listings.opening import open_listing
from listing_assets.listings.published_products import PublishedProducts
from listing_assets.listings.stored import read_drafts, stored_drafts
from listing_assets.reading import OpenRevision
from listing_assets.search import Published
from listing_assets.web.errors import NotFoundError
from listing_assets.web.library import Kept, Library
from listing_assets.web.listing_documents import VersionDraftDocument
from listing_assets.web.listings import Listings
from resources.errors import CatalogError

VERSIONS_KEPT = 2


@dataclass(frozen=True)
class ProductsOf:
    """The products of a revision, with the recipe that the draft of each would have."""

    definition: ListingDefinition
    listing_ids: Sequence[str]
    keys: Sequence[tuple[str, ...]]
    recipes: Sequence[str]


class VersionDrafts:
    """Finds drafts. The products of the last few revisions are kept."""

    def __init__(self, library: Library, listings: Listings) -> None:
        self._library = library
        self._listings = listings
        self._kept: Kept[tuple[str, str], tuple[Catalog, ProductsOf]] = Kept(VERSIONS_KEPT)

    def products(self, published: Published) -> ProductsOf:
        """The products of a revision, as its dataset names them now.

        Raises:
            NotFoundError: the dataset names no listing definition.
        """
        place, catalog = (published.dataset, published.revision), self._library.catalog
        kept = self._kept.get(place)
        if kept is None or kept[0] is not catalog:
            kept = self._kept.put(place, (catalog, self._grouped(published, catalog)))
        return kept[1]

    def drafted(self, products: ProductsOf) -> list[int]:
        """The numbers of the products that have a draft."""
        stored = stored_drafts(self._library.lake, products.recipes)
        return [number for number, recipe in enumerate(products.recipes) if recipe in stored]

    def read(self, products: ProductsOf, numbers: Sequence[int]) -> list[VersionDraftDocument]:
        """The drafts of the products of these numbers, as far as there are any."""
        found = read_drafts(self._library.lake, [products.recipes[number] for number in numbers])
        return [
            VersionDraftDocument(
                listing_id=products.listing_ids[number],
                recipe=products.recipes[number],
                definition=products.definition.name,
                keys=list(products.keys[number]),
                status=status,
                template=self._listings.template(draft.category, products.definition.language),
                draft=draft,
            )
            for number in numbers
            if (known := found.get(products.recipes[number]))
            for status, draft in [known]
        ]

    def _grouped(self, published: Published, catalog: Catalog) -> ProductsOf:
        try:
            dataset = catalog.dataset(published.dataset)
        except CatalogError as error:
            raise NotFoundError(error.problem, error.remedy) from error
        wanted = dataset.listings
        if wanted is None:
            raise NotFoundError(
                f"dataset '{dataset.name}' names no listing definition: nothing is drafted.",
                "Add 'listings: {definition: shop_en}' to it in catalog/datasets.yaml, and run"
                " again.",
            )
        settings = self._library.settings
        listing = open_listing(wanted.definition, dataset, catalog, self._library.lake, settings)
        opened = OpenRevision(published, settings)
        found = PublishedProducts(opened, wanted.group_by, wanted.product_column)
        return ProductsOf(
            listing.definition, found.listing_ids, found.keys, found.recipes(listing.recipes)
        )
