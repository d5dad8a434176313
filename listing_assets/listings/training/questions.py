"""Examples of questions: the category among candidates, the attributes of a listing, the tags."""

import re
from collections.abc import Sequence
from typing import Any, Final

from listing_assets.catalog.schema import Tag, TagDefinition
from listing_assets.listings.definitions import Language
from listing_assets.listings.definitions.templates import Attribute, AttributeTemplate
from listing_assets.listings.draft import Neighbour
from listing_assets.listings.instructions import attributes_question, category_question
from listing_assets.listings.instructions.asking import CATEGORY_TAG, LONGEST_VALUE
from listing_assets.listings.training.examples import Example, answered
from listing_assets.listings.training.listings import Listing
from listing_assets.listings.training.splitting import share_of
from listing_assets.tagging.wording import folded

CHOICES: Final = frozenset({"choice", "multi_choice", "boolean"})
"""Types of tags that are a choice among few values."""


def category_example(
    listing: Listing, alike: Sequence[str], categories: Sequence[str], most: int, language: Language
) -> Example | None:
    """The choice of the category among `most` candidates; None where there is none to choose.

    Candidates are the listing's own category, those of its neighbours (`alike`) and, to fill up,
    others of `categories`, from a place on that the listing's id draws. They stand in an order
    without meaning.
    """
    if not listing.category:
        return None
    start = int(share_of("candidates", listing.listing_id) * len(categories))
    others = [*categories[start : start + most], *categories[:most]]
    candidates = list(dict.fromkeys([listing.category, *alike, *others]))[:most]
    if len(candidates) < 2:
        return None
    candidates.sort(key=lambda one: share_of("order", listing.listing_id, one))
    question = category_question(candidates, language)
    own = category_question([listing.category], language).tags[0].values[0].name
    request = question.request((CATEGORY_TAG,))
    return answered("category", request, listing.shown.photos[0], {CATEGORY_TAG: own})


def attributes_example(
    listing: Listing, template: AttributeTemplate, language: Language
) -> Example | None:
    """What the listing's own words tell of its template's attributes; None where that is nothing.

    The answer is known from the attributes that the listing carries beside its words. One whose
    value stands in the words is answered, one of which no word stands there is null; what is
    neither, and what the listing does not carry, is not asked for, for its answer is not known.
    """
    words = folded(f"{listing.title}\n{listing.description}")
    carried = template.matched(listing.attributes)
    asked: list[Attribute] = []
    answer: dict[str, str | None] = {}
    for attribute in template.told_by("identical"):
        value = carried.get(attribute.name, "")
        said = _said(value, words)
        if value and len(value) <= LONGEST_VALUE and said is not None:
            asked.append(attribute)
            answer[attribute.key] = value if said else None
    if not any(answer.values()):
        return None
    cover = listing.shown.photos[0]
    own = Neighbour(
        "", "", cover.name, 1.0, "identical", title=listing.title, description=listing.description
    )
    question = attributes_question(asked, [own], language)
    request = question.request(tuple(tag.name for tag in question.tags))
    return answered("attributes", request, cover, answer)


def tags_example(listing: Listing, definition: TagDefinition) -> Example | None:
    """The tags of the cover that are choices, as published; None where it has none."""
    cover = listing.shown.photos[0]
    tags = listing.tags[cover.name]
    answer = {
        tag.name: tags[tag.name]
        for tag in definition.tags
        if tag.type in CHOICES and _fits(tag, tags.get(tag.name))
    }
    if not answer:
        return None
    return answered("tags", definition.request(tuple(answer)), cover, answer)


def _said(value: str, words: str) -> bool | None:
    """Whether folded words tell a value; None where they have a part of it."""
    wanted = folded(value)
    if _stands(wanted, words):
        return True
    parts = re.findall(r"[a-z0-9]+|[^\W\da-z_]", wanted)
    return None if any(_stands(part, words) for part in parts) else False


def _stands(text: str, words: str) -> bool:
    """Whether a text stands in words, not within a Latin word or a number."""
    if not text[:1].isascii():
        return text in words
    return bool(text and re.search(rf"(?<![a-z0-9]){re.escape(text)}(?![a-z0-9])", words))


def _fits(tag: Tag, value: Any) -> bool:
    """Whether a published value is one of those that the definition has now."""
    names = {one.name for one in tag.values}
    match value:
        case bool():
            return tag.type == "boolean"
        case str():
            return value in names
        case list():
            return bool(value) and set(value) <= names
        case _:
            return False
