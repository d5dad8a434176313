"""What drafts are made with: a listing definition, all that it names, and the models, open."""

from dataclasses import dataclass

from listing_assets.listings.answers import Opened
from listing_assets.listings.definitions import AttributeTemplates, CategoryTree, ListingDefinition
from listing_assets.listings.honesty import Rules
from listing_assets.listings.reference import Reference
from resources.endpoints.interface import TagModel
from resources.endpoints.writing import TextModel


@dataclass(frozen=True)
class Desk:
    """Everything a draft needs besides the product.

    `reference`, `asker` and `safety` are None where there is none: then their steps are skipped.
    With `stop_with_endpoint`, an endpoint that cannot be called ends the work; without, the draft
    goes on without it.
    """

    definition: ListingDefinition
    templates: AttributeTemplates
    tree: CategoryTree | None
    rules: Rules
    reference: Reference | None
    writer: Opened[TextModel]
    asker: Opened[TagModel] | None = None
    safety: Opened[TagModel] | None = None
    stop_with_endpoint: bool = False

    async def aclose(self) -> None:
        """Release the models' connections."""
        for opened in (self.writer, self.asker, self.safety):
            if opened is not None:
                await opened.endpoint.aclose()
