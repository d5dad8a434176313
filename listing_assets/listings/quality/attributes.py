"""The category, the attributes, and what the description says of them."""

import re
from collections.abc import Mapping
from typing import Final

from listing_assets.listings.definitions import AttributeTemplate, Language
from listing_assets.listings.honesty.likeness import stands_in
from listing_assets.listings.quality.measured import Measured, listed, share

CHOOSE: Final = "Choose a category: it says which attributes a buyer looks for."
_VALUES: Final = re.compile(r"\s*(?: / |[,;，；、|])\s*")


def category(name: str) -> Measured:
    """Whether the category is known."""
    return Measured(1.0) if name else Measured(0.0, CHOOSE)


def filled(
    attributes: Mapping[str, str], template: AttributeTemplate | None, language: Language
) -> Measured:
    """The share of the template's attributes that have a value."""
    if template is None:
        return Measured(0.0, CHOOSE)
    known = template.matched(attributes)
    missing = [one.named(language) for one in template.attributes if one.name not in known]
    if not missing:
        return Measured(1.0)
    return Measured(share(len(known), len(template.attributes)), f"Fill in {listed(missing)}.")


def coverage(
    text: str,
    attributes: Mapping[str, str],
    template: AttributeTemplate | None,
    language: Language,
) -> Measured:
    """The share of the template's attributes that the text speaks of: by a name or by the value."""
    if template is None:
        return Measured(0.0, CHOOSE)
    known = template.matched(attributes)
    unsaid = []
    for one in template.attributes:
        values = _VALUES.split(known.get(one.name, ""))
        if not any(stands_in(words, text) for words in (*one.names, *values)):
            unsaid.append(one)
    if not unsaid:
        return Measured(1.0)
    # What has a value can be said at once.
    unsaid.sort(key=lambda one: one.name not in known)
    names = listed([one.named(language) for one in unsaid])
    said = len(template.attributes) - len(unsaid)
    return Measured(share(said, len(template.attributes)), f"Say in the description: {names}.")
