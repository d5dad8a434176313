"""The quality score of a published listing, as drafts have it."""

from collections.abc import Callable
from dataclasses import dataclass

from listing_assets.hashing import digest
from listing_assets.listings.definitions import AttributeTemplates, ListingDefinition
from listing_assets.listings.draft import Draft
from listing_assets.listings.quality import quality_of
from listing_assets.listings.training.listings import Listing


@dataclass(frozen=True)
class Scorer:
    """The quality score of a listing, from 0 to 1; None where it has none.

    `identity` changes whenever the scores do, such as a digest of the weights.
    """

    identity: str
    score: Callable[[Listing], float | None]


def scorer_of(definition: ListingDefinition, templates: AttributeTemplates) -> Scorer:
    """The score by the weights of a listing definition."""

    def score(listing: Listing) -> float:
        template = templates.of(listing.category) if listing.category else None
        values = template.matched(listing.attributes) if template else {}
        attributes = {
            one.named(definition.language): values[one.name]
            for one in (template.attributes if template else ())
            if one.name in values
        }
        draft = Draft(
            photos=tuple(one.name for one in listing.shown.photos),
            category=listing.category,
            attributes=attributes,
            title=listing.title,
            description=listing.description,
        )
        return quality_of(draft, listing.shown, template, definition).score

    weights = digest("quality", definition.quality.model_dump(), length=16)
    return Scorer(f"weights {weights}", score)
