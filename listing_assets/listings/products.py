"""The products that listings are about: one to nine photos each, with what is known of every photo.

A product is the same whatever the order in which its photos came; the cover is chosen, not given.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final, TypeVar

import numpy as np

from listing_assets.catalog import GroupBy
from listing_assets.hashing import digest
from listing_assets.listings.draft import Evidence, Neighbour
from resources.endpoints.interface import Photo

MOST_PHOTOS = 9
LAST_NUMBER: Final = re.compile(r"[\s_\-.(]*\d+\)?$")

T = TypeVar("T")


@dataclass(frozen=True)
class ProductPhoto:
    """One photo: its name for people (a key or a file name), and what was found out about it.

    `tags` has each tag's values, `seen_text` the lines read on the photo. `vector` is the unit
    vector, float32, or None. `width` and `height` are those of the original; `sharpness` and
    `brightness` are None where they were not measured.
    """

    name: str
    photo: Photo
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seen_text: tuple[str, ...] = ()
    vector: np.ndarray | None = field(default=None, repr=False)
    width: int = 0
    height: int = 0
    sharpness: float | None = None
    brightness: float | None = None


@dataclass(frozen=True)
class Product:
    """What one listing offers: its photos, the cover first once it was chosen."""

    photos: tuple[ProductPhoto, ...]

    @property
    def listing_id(self) -> str:
        """The same for the same photos, whatever their order and their names."""
        return listing_id_of(one.photo.image_id for one in self.photos)

    @cached_property
    def tags(self) -> dict[str, tuple[str, ...]]:
        """Each tag's values over all photos, the most frequent first."""
        counted: dict[str, Counter[str]] = {}
        for one in self.photos:
            for name, values in one.tags.items():
                counted.setdefault(name, Counter()).update(dict.fromkeys(values, 1))
        return {
            name: tuple(value for value, _ in counts.most_common())
            for name, counts in counted.items()
        }

    @cached_property
    def seen_text(self) -> tuple[str, ...]:
        """The lines read on the photos, each once."""
        return tuple(dict.fromkeys(line for one in self.photos for line in one.seen_text))

    def evidence(
        self, attributes: Mapping[str, str], reference: Sequence[Neighbour] = ()
    ) -> Evidence:
        """All that a text about this product may rest on."""
        return Evidence(self.tags, self.seen_text, dict(attributes), tuple(reference))


def listing_id_of(image_ids: Iterable[str]) -> str:
    """The id of the listing with these photos."""
    return digest("listing", sorted(set(image_ids)))


def grouped(photos: Iterable[tuple[str, T]]) -> Iterator[tuple[T, ...]]:
    """Photos with equal names of their product, in the order they come, at most nine together.

    A product with more photos becomes several listings.
    """
    groups: dict[str, list[T]] = {}
    for name, photo in photos:
        groups.setdefault(name, []).append(photo)
    for group in groups.values():
        yield from _batches(group)


def product_name(key: str, group_by: GroupBy, product: str | None) -> str:
    """What the photos of one product have in common; a photo without it stands alone."""
    path = PurePosixPath(key)
    if group_by == "folder" and len(path.parts) > 1:
        return f"{path.parent}/"
    if group_by == "name" and (stem := LAST_NUMBER.sub("", path.stem)):
        return str(path.with_name(stem))
    if group_by == "product" and product:
        return f"product {product}"
    return key


def _batches(group: Sequence[T]) -> Iterator[tuple[T, ...]]:
    for start in range(0, len(group), MOST_PHOTOS):
        yield tuple(group[start : start + MOST_PHOTOS])
