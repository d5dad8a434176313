"""Examples of descriptions: what the pipeline would ask a writer for, answered by the seller."""

from collections.abc import Collection, Iterator
from typing import Final

from listing_assets.listings.definitions import ListingDefinition
from listing_assets.listings.definitions.templates import AttributeTemplate
from listing_assets.listings.draft import InstructionKind, Neighbour
from listing_assets.listings.steps.attributes import KeyValue, known_values
from listing_assets.listings.steps.description import attempts
from listing_assets.listings.training.examples import Example, described
from listing_assets.listings.training.listings import Listing
from listing_assets.listings.training.request import ExampleKind

NAMES: Final[dict[InstructionKind, ExampleKind]] = {
    "photo": "description_photo",
    "photo_template": "description_photo_template",
    "photo_template_reference": "description_photo_template_reference",
}


def description_examples(
    listing: Listing,
    definition: ListingDefinition,
    template: AttributeTemplate | None,
    neighbours: tuple[Neighbour, ...],
    kinds: Collection[ExampleKind],
) -> Iterator[Example]:
    """An example of each instruction that what is known is enough for.

    `template` is None where the category is not known. Only neighbours whose verdict lets them
    speak for the product give reference values, as in production.
    """
    values: tuple[KeyValue, ...] = ()
    if template is not None:
        found = known_values(listing.shown, template, neighbours, definition.language)
        values = tuple(found[one.name] for one in template.attributes if one.name in found)
    asked = attempts(listing.shown, definition, "", listing.category, template, values, neighbours)
    for attempt in asked:
        kind = NAMES[attempt.kind]
        if kind in kinds:
            request = attempt.request
            photos = listing.shown.photos
            yield described(kind, request.system, request.prompt, photos, listing.description)
