"""Which photos are a listing, and which listings have to be in one split.

Photos of one product with one text are a listing; so are photos without a product that have the
same text. Listings that could give each other away are split together: those of one product, those
with a photo in common or nearly so, and those with the same words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from listing_assets.listings.training.splitting import connected, equal, near_duplicates, share_of


@dataclass(frozen=True, slots=True)
class Member:
    """What is known of a photo while listings are put together.

    `product` is what the photos of its product have in common; `is_alone` says that there is no
    such thing, so that it is one by itself. `named` is the product that the manifest names, empty
    where it does not. `text` is a digest of its listing's words, empty where it describes nothing.
    `first_seen` is in seconds since 1970, infinite where it is not known.
    """

    image_id: str
    product: str
    is_alone: bool
    named: str
    text: str
    first_seen: float


def listings_of(members: Sequence[Member]) -> list[list[int]]:
    """The photos of each listing by their places, in the order of the first.

    A product with one text is a listing, photos without text among it; with several, each text is.
    """
    texts: dict[str, set[str]] = {}
    for member in members:
        texts.setdefault(member.product, set()).update({member.text} - {""})
    found: dict[tuple[str, str], list[int]] = {}
    for place, member in enumerate(members):
        if member.is_alone and member.text:
            name = ("", member.text)
        else:
            several = len(texts[member.product]) > 1
            name = (member.product, member.text if several else "")
        found.setdefault(name, []).append(place)
    return list(found.values())


def groups_of(members: Sequence[Member], hashes: Sequence[str | None]) -> list[str]:
    """For each photo the name of the group that it is split with.

    It is that of the product which was there first, so that what comes later leaves it where it
    is; among equals, one that a hash draws.
    """
    links = [
        *equal(member.product for member in members),
        *equal(member.named for member in members),
        *equal(member.image_id for member in members),
        *equal(member.text for member in members),
        *near_duplicates(hashes),
    ]
    groups = connected(len(members), links).tolist()
    first: dict[int, tuple[float, float, str]] = {}
    for group, member in zip(groups, members, strict=True):
        rank = (member.first_seen, share_of(member.product), member.product)
        first[group] = min(first.get(group, rank), rank)
    return [first[group][2] for group in groups]
