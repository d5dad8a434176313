"""The listings of a published version: the photos of each, what it says, and its split."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from listing_assets.hashing import digest
from listing_assets.listings.definitions import ListingDefinition
from listing_assets.listings.definitions.carried import read_attributes
from listing_assets.listings.products import MOST_PHOTOS, Product, listing_id_of, product_name
from listing_assets.listings.published_products import PUBLISHED, TAG, PublishedProducts
from listing_assets.listings.steps.photos import with_cover
from listing_assets.listings.training.errors import NothingToLearnError
from listing_assets.listings.training.grouping import Member, groups_of, listings_of
from listing_assets.listings.training.request import InstructionRequest, Split
from listing_assets.listings.training.splitting import split_of
from listing_assets.listings.training.texts import tidied
from listing_assets.reading import OpenRevision

FACTS: Final = ("key", "image_id", "phash")


@dataclass(frozen=True)
class Listing:
    """One listing, as its seller wrote it.

    `shown` has its photos, nine at most, the cover first, without those that show something else.
    `tags` has what each photo was published with, by key and tag name, `uris` the places of the
    originals, by key. `listing_id` is the same for the same photos.
    """

    number: int
    listing_id: str
    product: str
    split: Split
    title: str
    description: str
    category: str
    attributes: Mapping[str, str]
    shown: Product
    tags: Mapping[str, Mapping[str, Any]]
    uris: Mapping[str, str]

    @property
    def words(self) -> str:
        """All that it says."""
        return "\n".join([self.title, self.description, *self.attributes.values()])


class Listings:
    """All listings of a revision. A photo is some hundred bytes here until its listing is loaded.

    `listing_ids`, `products`, `texts`, `groups` and `splits` have an entry for each listing: its
    id, the name of its product, a digest of its words, the name of the product by which the group
    that it is in is split, and the split. `photos` counts those that are published.
    """

    def __init__(
        self, opened: OpenRevision, definition: ListingDefinition, request: InstructionRequest
    ) -> None:
        """Raises `NothingToLearnError` where the version has no descriptions."""
        entry = definition.reference
        columns = opened.published.columns
        if entry.description not in columns:
            raise NothingToLearnError(
                f"{opened} has no column '{entry.description}' with the descriptions of listings.",
                "Give the photos a manifest with it, or name the column in the listing definition's"
                " reference.",
            )
        self._opened = opened
        self._definition = definition
        self._entry = entry
        self._photos = PublishedProducts(opened, "photo", "")
        self._places = opened.places(PUBLISHED, with_photos=False)
        tagged = f"{TAG}{definition.category.tag}"
        named = [entry.category, tagged]
        self._category = next((name for name in named if name in columns), None)
        texts = [entry.title, entry.description, entry.attributes]
        self._texts = [name for name in texts if name in columns]
        self._tags = sorted(name for name in columns if name.startswith(TAG))
        members, hashes = self._members(request, columns)
        self._members_of = listings_of(members)
        self.products = [members[photos[0]].product for photos in self._members_of]
        self.texts = [
            next((members[photo].text for photo in photos if members[photo].text), "")
            for photos in self._members_of
        ]
        self.listing_ids = [
            listing_id_of(members[photo].image_id for photo in photos[:MOST_PHOTOS])
            for photos in self._members_of
        ]
        groups = groups_of(members, hashes)
        self.groups = [groups[photos[0]] for photos in self._members_of]
        self.splits = [split_of(name, request) for name in self.groups]
        self.photos = len(members)

    def __len__(self) -> int:
        return len(self._members_of)

    def load(self, numbers: Sequence[int]) -> list[Listing]:
        """The listings of these numbers, with their photos."""
        chosen = [self._members_of[number][:MOST_PHOTOS] for number in numbers]
        members = [photo for photos in chosen for photo in photos]
        shown = dict(zip(members, self._photos.load(members), strict=True))
        category = [self._category] if self._category else []
        columns = dict.fromkeys(["key", "uri", *self._texts, *category, *self._tags])
        table = self._opened.source.rows(self._places.rows[members], list(columns))
        rows = dict(zip(members, table.to_pylist(), strict=True))
        return [
            self._listing(number, [shown[one] for one in photos], [rows[one] for one in photos])
            for number, photos in zip(numbers, chosen, strict=True)
        ]

    def _listing(self, number: int, shown: list[Product], rows: list[dict[str, Any]]) -> Listing:
        entry = self._entry
        row = next((one for one in rows if _said(one.get(entry.description))), rows[0])
        together = Product(tuple(photo for product in shown for photo in product.photos))
        source, verdict = self._definition.category, self._definition.verdict
        product, _ = with_cover(together, source.tag, verdict.similar)
        return Listing(
            number,
            self.listing_ids[number],
            self.products[number],
            self.splits[number],
            title=tidied(_said(row.get(entry.title))),
            description=tidied(_said(row.get(entry.description))),
            category=tidied(_said(row.get(self._category)) if self._category else ""),
            attributes=read_attributes(row.get(entry.attributes)),
            shown=product,
            tags={one["key"]: _tags(one) for one in rows},
            uris={one["key"]: one["uri"] for one in rows},
        )

    def _members(
        self, request: InstructionRequest, columns: Collection[str]
    ) -> tuple[list[Member], list[str | None]]:
        """All published photos in the order of their keys, and their perceptual hashes."""
        product_column = request.product_column or self._entry.product
        more = [name for name in (product_column, "ingested_at") if name in columns]
        wanted = list(dict.fromkeys([*FACTS, *more, *self._texts]))
        members: list[Member] = []
        hashes: list[str | None] = []
        for table in self._opened.rows(self._places, wanted):
            for row in table.to_pylist():
                seen = row.get("ingested_at")
                named = _said(row.get(product_column))
                product = product_name(row["key"], request.group_by, named)
                members.append(
                    Member(
                        row["image_id"],
                        product,
                        product == row["key"],
                        named,
                        self._text(row),
                        seen.timestamp() if seen else np.inf,
                    )
                )
                hashes.append(row["phash"])
        return members, hashes

    def _text(self, row: Mapping[str, Any]) -> str:
        """A digest of what a photo's listing says; empty where it describes nothing."""
        told = (_said(row.get(self._entry.title)), _said(row.get(self._entry.description)))
        return digest([tidied(one) for one in told], length=16) if told[1].strip() else ""


def _tags(row: Mapping[str, Any]) -> dict[str, Any]:
    told = {name.removeprefix(TAG): row[name] for name in row if name.startswith(TAG)}
    return {name: value for name, value in told.items() if value is not None}


def _said(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else None
    return "" if value is None else str(value)
