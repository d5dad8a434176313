"""The products of a published revision: which photos show which, and each product when wanted.

A photo is a few bytes here until its product is loaded, so that a version of any size can be gone
through.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa

from listing_assets.catalog import GroupBy
from listing_assets.full_runs import sql_time
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
from listing_assets.versions.relations import Relations
from resources.endpoints.interface import Photo
from resources.errors import LakeError
from resources.lake.database import scan
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
        seen = self._seen_texts(members)
        photos = [
            self._photo(row, jpeg, texts)
            for row, jpeg, texts in zip(rows, jpegs, seen, strict=True)
        ]
        ends = np.cumsum([len(self._groups[number]) for number in numbers])
        return [
            Product(tuple(photos[end - len(self._groups[number]) : end]))
            for number, end in zip(numbers, ends, strict=True)
        ]

    def _seen_texts(self, members: np.ndarray) -> list[tuple[str, ...]]:
        """The words read on photos by the time of the publication, for each of these photos."""
        table, rows = self._texts
        wanted = [int(row) for row in rows[members] if row >= 0]
        if not wanted:
            return [()] * len(members)
        found = table.take_row_ids(wanted).select(["seen_text"]).with_row_id().to_arrow()
        texts = dict(zip(found["_rowid"].to_pylist(), found["seen_text"].to_pylist(), strict=True))
        return [tuple(texts[row].splitlines()) if row >= 0 else () for row in rows[members]]

    @cached_property
    def _texts(self) -> tuple[Any, np.ndarray]:
        """Where the words read on each photo are, by one scan: row ids of a pinned table, or -1.

        The newest words by the time of the publication count.
        """
        none = np.full(len(self._places), -1)
        if not self._opened.lake.exists(SMART_TAGS.name):
            return None, none
        table = self._opened.lake.open(SMART_TAGS.name)
        table.checkout(table.version)
        by_then = f"created_at <= {sql_time(self._opened.revision.published_at)}"
        images = pa.chunked_array(
            [
                rows["image_id"].combine_chunks()
                for rows in self._opened.rows(self._places, ["image_id"])
            ],
            pa.string(),
        )
        with Relations(self._opened.settings.query_memory) as relations:
            relations.load(
                "members",
                pa.table({"image_id": images, "place": pa.array(range(len(images)), pa.int64())}),
            )
            relations.load(
                "texts",
                scan(table, ["image_id", "seen_text", "created_at"], by_then, row_ids=True),
                """SELECT image_id, _rowid AS row FROM incoming
                   WHERE seen_text != '' AND image_id IN (SELECT image_id FROM members)
                   QUALIFY row_number() OVER (
                       PARTITION BY image_id ORDER BY created_at DESC, seen_text DESC) = 1""",
            )
            found = relations.table("SELECT place, row FROM members JOIN texts USING (image_id)")
        none[found["place"].to_numpy()] = found["row"].to_numpy()
        return table, none

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
