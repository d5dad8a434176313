"""The questions about a product: its category among candidates, its attributes in like listings.

They are tag definitions, so that asking, validation, repair and caching are those of tags.
"""

from collections.abc import Sequence
from typing import Any, Final

from listing_assets.catalog.schema import Tag, TagDefinition, Value
from listing_assets.hashing import recipe
from listing_assets.listings.definitions.schema import Language
from listing_assets.listings.definitions.templates import Attribute
from listing_assets.listings.draft import Neighbour
from listing_assets.listings.instructions.languages import WORDINGS
from listing_assets.listings.instructions.quoting import block, one_line
from listing_assets.listings.instructions.wording import Wording

VERSION: Final = "1"
"""The version of the questions: another one has everything asked again."""
CATEGORY_TAG: Final = "category"
"""The only tag of the question for the category."""
LONGEST_CATEGORY: Final = 200
LONGEST_VALUE: Final = 60
"""Characters of an attribute's value."""
MOST_NEIGHBOURS: Final = 3
MOST_ATTRIBUTES: Final = 30
MOST_SYNONYMS: Final = 5
MOST_OF_A_TITLE: Final = 200
MOST_OF_A_DESCRIPTION: Final = 1_000


def category_question(candidates: Sequence[str], language: Language) -> TagDefinition:
    """The question which of at least one candidate a photo's product belongs in, or none.

    A candidate is asked for by `one_line` of its name; equal ones count once.
    """
    wording = WORDINGS[language]
    names = dict.fromkeys(one_line(name, LONGEST_CATEGORY) for name in candidates)
    return TagDefinition(
        name="category_choice",
        language=language,
        guide_prompt=wording.choose_category,
        tags=(
            Tag(
                name=CATEGORY_TAG,
                type="choice",
                description=wording.category_tag,
                values=tuple(Value(name=name) for name in names if name),
            ),
        ),
    )


def attributes_question(
    attributes: Sequence[Attribute], neighbours: Sequence[Neighbour], language: Language
) -> TagDefinition:
    """The question for at least one attribute, to be read from the listings of the neighbours.

    Each tag is a text named by the attribute's key. The neighbours, the most alike first, are
    quoted in the guide prompt; the first three count.
    """
    wording = WORDINGS[language]
    listings = block("listings", (_listing(one, wording) for one in neighbours[:MOST_NEIGHBOURS]))
    return TagDefinition(
        name="attributes_of_listings",
        language=language,
        guide_prompt=f"{wording.extract}\n\n{wording.listings}\n{listings}",
        tags=tuple(
            Tag(
                name=attribute.key,
                type="text",
                max_length=LONGEST_VALUE,
                description=_described(attribute, language, wording),
            )
            for attribute in attributes
        ),
    )


def asking_recipe(language: Language) -> str:
    """The hash of how questions are put, whatever the product and what is asked."""
    wording = WORDINGS[language]
    said = (wording.choose_category, wording.category_tag, wording.extract, wording.listings)
    return recipe("asking", VERSION, language, *said, wording.also_called)


def _listing(neighbour: Neighbour, wording: Wording) -> dict[str, Any]:
    attributes = {
        one_line(name, LONGEST_VALUE): one_line(value, LONGEST_VALUE)
        for name, value in list(neighbour.attributes.items())[:MOST_ATTRIBUTES]
    }
    told = {
        wording.title: one_line(neighbour.title, MOST_OF_A_TITLE),
        wording.description: one_line(neighbour.description, MOST_OF_A_DESCRIPTION),
        wording.attributes: attributes,
    }
    return {
        wording.listing: wording.likeness[neighbour.verdict],
        **{name: value for name, value in told.items() if value},
    }


def _described(attribute: Attribute, language: Language, wording: Wording) -> str:
    name = attribute.named(language)
    others = [other for other in attribute.names if other != name][:MOST_SYNONYMS]
    if not others:
        return name
    separator = "、" if language == "zh" else ", "
    return wording.also_called.format(name=name, others=separator.join(others))
