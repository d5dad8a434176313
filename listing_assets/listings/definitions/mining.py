"""Proposes attribute templates from the attributes that real listings carry.

Attributes that most listings of a category have come first; of equal shares, those that stand first
in the listings.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from listing_assets.listings.definitions.counting import CarriedAttribute, Counting, Group
from listing_assets.listings.definitions.names import levels, name_key
from listing_assets.listings.definitions.templates import Attribute, AttributeTemplate

NOT_OF_THE_PRODUCT: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("category", "categories", "category name", "product category", "类目", "分类", "品类"),
        "tells the category",
    ),
    **dict.fromkeys(
        ("price", "list price", "sale price", "currency", "discount", "stock", "价格", "售价"),
        "tells the offer, not the product",
    ),
    **dict.fromkeys(
        (
            *("id", "sku", "spu", "asin", "item id", "product id", "url", "image", "images"),
            *("lang", "locale", "source", "created at", "updated at", "seller", "链接", "卖家"),
        ),
        "is about the record, not the product",
    ),
}
"""Names, as `name_key` has them, that are never attributes of a template, and why."""
EXAMPLES: Final = 4
LONGEST_EXAMPLE: Final = 40
LONGEST_LABEL: Final = 60

Standing = Literal["new", "in the template", "of the template only"]
"""Whether an attribute is also, or only, in the template that serves the category now."""


@dataclass(frozen=True, slots=True)
class Mined:
    """An attribute of a proposal.

    `share` is the part of the listings that carry it, `position` its mean place among the
    attributes of a listing, from 0; both are None of an attribute that only the template has.
    """

    attribute: Attribute
    standing: Standing
    listings: int = 0
    share: float | None = None
    position: float | None = None
    spellings: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A name that listings carry and the proposal does not have, with the reason."""

    name: str
    listings: int
    share: float
    reason: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A template for the categories that one template serves, or for one that none serves."""

    template: AttributeTemplate
    serving: AttributeTemplate | None
    categories: tuple[str, ...]
    listings: int
    attributes: tuple[Mined, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def changes(self) -> bool:
        """Whether it differs from the template that serves these categories now."""
        return self.serving is None or self.template.attributes != self.serving.attributes


@dataclass(frozen=True, slots=True)
class Mining:
    """All that was found.

    `too_few` are categories that have fewer listings than wanted, `without` those in which no
    attribute is frequent enough, each with its number of listings.
    """

    proposals: tuple[Proposal, ...]
    too_few: Mapping[str, int]
    without: Mapping[str, int]


def mine(counting: Counting, *, min_share: float = 0.3, min_listings: int = 3) -> Mining:
    """Propose a template for each group of categories with at least `min_listings` listings.

    `min_share` is the least part of a group's listings that must have an attribute, from 0 to 1.
    """
    proposals: list[Proposal] = []
    too_few: dict[str, int] = {}
    without: dict[str, int] = {}
    for group in counting.groups:
        if group.listings < min_listings:
            too_few |= group.categories
        elif (proposal := _proposal(group, min_share)) is not None:
            proposals.append(proposal)
        else:
            without |= group.categories
    return Mining(tuple(proposals), too_few, without)


def _proposal(group: Group, min_share: float) -> Proposal | None:
    """The proposal for a group, None where no attribute is frequent enough.

    What the serving template has already stays in it, after what the listings have often.
    """
    mined: list[Mined] = []
    left_out: list[LeftOut] = []
    rare: dict[Attribute, Mined] = {}
    for key, one in group.attributes.items():
        found = _mined(group, one)
        if key in NOT_OF_THE_PRODUCT and found.standing == "new":
            left_out.append(_left_out(found, NOT_OF_THE_PRODUCT[key]))
        elif one.listings >= min_share * group.listings:
            mined.append(found)
        elif found.standing == "new":
            left_out.append(_left_out(found, f"below {min_share:.0%} of the listings"))
        else:
            rare[found.attribute] = found
    mined.sort(key=lambda one: (-one.listings, one.position, one.attribute.name))
    apart = _apart(mined)
    if not apart:
        return None
    left_out += (
        _left_out(one, "a more frequent one is called so") for one in mined if one not in apart
    )
    have = {one.attribute for one in apart}
    kept = group.serving.attributes if group.serving else ()
    attributes = [
        *apart,
        *(rare.get(one) or Mined(one, "of the template only") for one in kept if one not in have),
    ]
    return Proposal(
        _template(group, attributes),
        group.serving,
        tuple(name for name, _ in group.categories.most_common()),
        group.listings,
        tuple(attributes),
        tuple(sorted(left_out, key=lambda one: (-one.listings, one.name))),
    )


def _mined(group: Group, one: CarriedAttribute) -> Mined:
    spellings = tuple(name for name, _ in one.spellings.most_common())
    is_own = group.serving is not None and one.known in group.serving.attributes
    return Mined(
        one.known or _named_by_listings(spellings),
        "in the template" if is_own else "new",
        one.listings,
        one.listings / group.listings,
        one.positions / one.listings,
        spellings,
        _examples(one),
    )


def _left_out(one: Mined, reason: str) -> LeftOut:
    return LeftOut(one.spellings[0], one.listings, one.share or 0.0, reason, one.examples)


def _examples(one: CarriedAttribute) -> tuple[str, ...]:
    return tuple(value[:LONGEST_EXAMPLE] for value, _ in one.values.most_common(EXAMPLES))


def _named_by_listings(spellings: tuple[str, ...]) -> Attribute:
    """An attribute that no template knows, named as listings write it most."""
    printable = "".join(sign if sign.isprintable() else " " for sign in spellings[0])
    words = printable.replace("_", " ").split()
    name = " ".join(word if any(map(str.isupper, word)) else word.capitalize() for word in words)
    return Attribute(name=name, zh=name)


def _apart(mined: Iterable[Mined]) -> list[Mined]:
    """Those of which no more frequent one has a name."""
    taken: set[str] = set()
    apart = []
    for one in mined:
        names = {*map(name_key, one.attribute.names), one.attribute.key}
        if not names & taken:
            apart.append(one)
            taken |= names
    return apart


def _template(group: Group, attributes: Iterable[Mined]) -> AttributeTemplate:
    proposed = tuple(one.attribute for one in attributes)
    if group.serving is not None:
        fields = {**dict(group.serving), "attributes": proposed}
        return AttributeTemplate(**fields)
    (category, _), *_ = group.categories.most_common()
    label = "".join(sign for sign in levels(category)[-1] if sign.isprintable())[:LONGEST_LABEL]
    return AttributeTemplate(name=label.strip(), zh=label.strip(), attributes=proposed)
