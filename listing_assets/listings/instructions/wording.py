"""The form of a wording: every sentence that a language needs. Names in braces are filled in."""

from collections.abc import Mapping
from dataclasses import dataclass

from listing_assets.listings.definitions.schema import Voice
from listing_assets.listings.draft import Verdict


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one language."""

    role: Mapping[Voice, str]
    rules: str
    sources: str
    """The first rule, of what may be said: from the photos alone."""
    sources_with_reference: str
    unseen: Mapping[Voice, str]
    """The rule on what photos cannot show."""
    common_rules: tuple[str, ...]
    data: str
    """The rule on words that are no instructions."""
    data_with_reference: str
    limit: str
    only_text: str
    task: str
    category: str
    points: str
    reference: str
    reference_use: str
    likeness: Mapping[Verdict, str]
    """What a listing is to the product, by its verdict."""
    attribute: str
    """Names of the members of a row of data: an attribute, its value, the listing, where it is."""
    value: str
    listing: str
    source: str
    title: str
    description: str
    attributes: str
    choose_category: str
    category_tag: str
    extract: str
    listings: str
    also_called: str
    """The description of an attribute that has other names."""
