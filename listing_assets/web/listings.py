"""What drafts listings in a server: its studios, and the listing catalog as its files are now."""

from listing_assets.catalog import Catalog, Dataset
from listing_assets.listings.definitions import (
    AttributeTemplate,
    Language,
    ListingCatalog,
    ListingDefinition,
    load_listing_catalog,
)
from listing_assets.listings.online import Studios
from listing_assets.listings.online.usual import (
    UPLOADS,
    dataset_of,
    usual_dataset,
    usual_definition,
)
from listing_assets.web.errors import NotFoundError, RefusedError
from listing_assets.web.library import Library


class Listings:
    """The listings of one server. Its studios are used in the server's event loop."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._written: tuple[Catalog, ListingCatalog] | None = None
        self.studios = Studios(library.settings, library.pool)

    @property
    def written(self) -> ListingCatalog:
        """The listing definitions and templates as the files are now.

        Raises:
            CatalogError: they have a fault.
        """
        catalog, kept = self._library.catalog, self._written
        if kept is None or kept[0] is not catalog:
            settings = self._library.settings
            loaded = load_listing_catalog(settings.catalog, {"LISTING_HOME": str(settings.home)})
            self._written = kept = catalog, loaded
        return kept[1]

    def definition(self, name: str | None) -> ListingDefinition:
        """The listing definition of that name; the usual one for None.

        Raises:
            NotFoundError: there is none.
        """
        known = self.written.definitions
        if not known:
            raise NotFoundError(
                "the catalog has no listing definition.",
                "Write one into catalog/listing_definitions/; docs/LISTINGS.md shows how.",
            )
        wanted = name or self.usual
        if wanted not in known:
            there = ", ".join(sorted(known))
            raise NotFoundError(f"there is no listing definition '{wanted}'.", f"It is {there}.")
        return known[wanted]

    @property
    def usual(self) -> str:
        """The name of the definition that counts where none is named."""
        return usual_definition(self.written.definitions)

    def dataset(self, name: str | None, definition: ListingDefinition) -> Dataset:
        """The dataset as whose photos those of a listing are looked at.

        Raises:
            RefusedError: the catalog has no dataset of that name.
        """
        catalog = self._library.catalog
        if name is None:
            name = self.usual_dataset(definition)
        if name not in {UPLOADS, *catalog.datasets, *catalog.broken}:
            raise RefusedError(
                f"the catalog has no dataset '{name}'.", "GET /api/datasets lists those there are."
            )
        return dataset_of(name, catalog)

    def usual_dataset(self, definition: ListingDefinition) -> str:
        """The dataset where none is named: that of the reference, whose vectors are compared."""
        return usual_dataset(definition, self._library.catalog)

    def template(self, category: str, language: Language) -> list[str]:
        """What a listing of a category says, in order; nothing where no category is known."""
        return list(self.template_of(category).named(language)) if category else []

    def template_of(self, category: str) -> AttributeTemplate:
        """The template of a category."""
        return self.written.templates.of(category)
