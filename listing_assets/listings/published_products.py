"""The products of a published revision: which photos show which, and each product when wanted.

A photo is a few bytes here until its product is loaded, so that a version of any size can be gone
through.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from listing_assets.catalog import GroupBy
from listing_assets.hashing import digest
from listing_assets.listings.products import (
    Product,
    ProductPhoto,
    grouped,
    listing_id_of,
    product_name,
)
from listing_assets.listings.recipes import DraftRecipes
from listing_assets.reading import OpenRevision
from listing_assets.versions.relations import is_one_of
from resources.endpoints.interface import Photo
from resources.errors import LakeError
from resources.lake.tables import SMART_TAGS

PUBLISHED: Final = "status = 'published'"
TAG: Final = "tag_"
FACTS: Final = ("key", "image_id", "width", "height", "sharpness", "brightness", "vector")


class PublishedProducts:
    """All products of a revision, in the order of their first keys.

    `listing_ids` has each product's id, `keys` those of its photos, `contents` a digest of what
    else a draft of it rests on: tags and words of its photos.
    """

    def __init__(self, opened: OpenRevision, group_by: GroupBy, product_column: str) -> None:
        """Raises `LakeError` where photos shall be grouped by a column that there is not."""
        self._opened = opened
        columns = opened.published.columns
        if group_by == "product" and product_column not in columns:
            raise LakeError(
                f"{opened} has no column '{product_column}' to group photos by.",
                "Give the photos a manifest with it, or set group_by to name, folder or photo.",
            )
        self._tags = sorted(name for name in columns if name.startswith(TAG))
        self._places = opened.places(PUBLISHED, with_photos=True)
        told = ["key", "image_id", "content_version"]
        told += [product_column] if group_by == "product" else []
        members: list[tuple[str, tuple[int, str, str, str]]] = []
        for table in opened.rows(self._places, told):
            for row in table.to_pylist():
                name = product_name(row["key"], group_by, _text(row.get(product_column)))
                member = (len(members), row["key"], row["image_id"], row["content_version"])
                members.append((name, member))
        self._groups: list[np.ndarray] = []
        self.listing_ids: list[str] = []
        self.contents: list[str] = []
        self.keys: list[tuple[str, ...]] = []
        for group in grouped(members):
            self.keys.append(tuple(key for _, key, _, _ in group))
            self._groups.append(np.array([place for place, _, _, _ in group]))
            self.listing_ids.append(listing_id_of(image_id for _, _, image_id, _ in group))
            self.contents.append(digest(sorted(content for *_, content in group), length=16))

    @property
    def pixels(self) -> str:
        """The recipe of the normalized photos."""
        return self._opened.recipe

    def recipes(self, recipes: DraftRecipes) -> list[str]:
        """The recipe that the draft of each product would have."""
        return [
            recipes.listing(listing_id, contents)
            for listing_id, contents in zip(self.listing_ids, self.contents, strict=True)
        ]

    def __len__(self) -> int:
        return len(self._groups)

    def load(self, numbers: Sequence[int]) -> list[Product]:
        """The products of these numbers, with their photos."""
        if not numbers:
            return []
        members = np.concatenate([self._groups[number] for number in numbers])
        source = self._opened.source
        columns = [*FACTS, *self._tags]
        rows = source.rows(self._places.rows[members], columns).to_pylist()
        jpegs = list(source.jpegs(self._places.photos[members]))
        seen = self._seen_texts([row["image_id"] for row in rows])
        photos = [
            self._photo(row, jpeg, seen.get(row["image_id"], ()))
            for row, jpeg in zip(rows, jpegs, strict=True)
        ]
        ends = np.cumsum([len(self._groups[number]) for number in numbers])
        return [
            Product(tuple(photos[end - len(self._groups[number]) : end]))
            for number, end in zip(numbers, ends, strict=True)
        ]

    def _seen_texts(self, image_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The words read on the photos by the time of the publication, by image id."""
        rows = self._opened.lake.scan(
            SMART_TAGS, ["image_id", "seen_text", "created_at"], is_one_of("image_id", image_ids)
        ).read_all()
        published_at = self._opened.revision.published_at
        newest: dict[str, tuple[Any, str]] = {}
        for row in rows.to_pylist():
            text, created = row["seen_text"], row["created_at"]
            if text and created <= published_at:
                newest[row["image_id"]] = max(
                    newest.get(row["image_id"], (created, text)), (created, text)
                )
        return {image_id: tuple(text.splitlines()) for image_id, (_, text) in newest.items()}

    def _photo(self, row: dict[str, Any], jpeg: bytes, seen: tuple[str, ...]) -> ProductPhoto:
        vector = row["vector"]
        return ProductPhoto(
            row["key"],
            Photo(row["image_id"], jpeg),
            tags={
                name.removeprefix(TAG): values
                for name in self._tags
                if (values := tag_values(row[name]))
            },
            seen_text=seen,
            vector=None if vector is None else np.asarray(vector, dtype=np.float32),
            width=row["width"] or 0,
            height=row["height"] or 0,
            sharpness=row["sharpness"],
            brightness=row["brightness"],
        )


def tag_values(value: Any) -> tuple[str, ...]:
    """A tag's value as a person would say it, one text each; none where it is not known."""
    match value:
        case None | "":
            return ()
        case list():
            return tuple(text for one in value for text in tag_values(one))
        case bool():
            return ("yes" if value else "no",)
        case float():
            return (f"{value:.15g}",)
        case _:
            return (str(value),)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
