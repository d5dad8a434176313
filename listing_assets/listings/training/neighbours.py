"""The reference of training: listings of the train split alone, and never a listing's own.

What is looked up is what production would find, if the listings to train on were all there is. A
listing that is tested or validated on finds none of its own split either.
"""

import asyncio
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import IO, Final

import numpy as np

from listing_assets.listings.definitions import ListingDefinition
from listing_assets.listings.definitions.names import name_key
from listing_assets.listings.draft import Neighbour
from listing_assets.listings.products import Product
from listing_assets.listings.steps.retrieval import like_products
from listing_assets.listings.training.listings import Listing

BLOCK: Final = 16_384
"""Photos that are compared at once: 32 MB of vectors of 512 numbers."""
FIRST_LOOK: Final = 50
"""Photos that are looked through for each neighbour before all are."""


class TrainReference:
    """Listings by the vectors of their photos.

    What it keeps of a listing is its title, category and attributes; descriptions are not told.
    """

    def __init__(
        self, dataset: str, revision: str, definition: ListingDefinition, waiting: IO[bytes]
    ) -> None:
        """The vectors, float32, wait in `waiting`, a file of this machine."""
        self._dataset, self._revision = dataset, revision
        self._definition = definition
        self._file = waiting
        self._dimension = 0
        self._image_ids: list[str] = []
        self._listing_of: list[int] = []
        self._listings: list[tuple[Neighbour, str, str]] = []

    def add(self, listing: Listing, text: str) -> None:
        """Take in a listing; one of another split than train is refused.

        `text` is the digest of its words, by which it is known when it comes again.
        """
        if listing.split != "train":
            raise ValueError(f"listing {listing.listing_id} is of the split {listing.split}")
        cover = listing.shown.photos[0].name
        for photo in listing.shown.photos:
            if photo.vector is not None:
                self._dimension = len(photo.vector)
                self._file.write(np.asarray(photo.vector, dtype=np.float32).tobytes())
                self._listing_of.append(len(self._listings))
                self._image_ids.append(photo.photo.image_id)
        found = Neighbour(
            self._dataset,
            self._revision,
            cover,
            0.0,
            title=listing.title,
            category=listing.category,
            attributes=listing.attributes,
        )
        self._listings.append((found, listing.product, text))

    def like(self, listing: Listing, text: str) -> tuple[Neighbour, ...]:
        """The neighbours of a listing with their verdicts, as the retrieval step has them.

        None has the words of `text`, or a photo in common. What the listing says of its brand or
        model counts as known: a neighbour that differs in it is not the same model.
        """
        if not self._listing_of:
            return ()
        self._file.flush()
        cover, *others = listing.shown.photos
        known = {name: (value,) for name, value in listing.attributes.items()}
        shown = Product((replace(cover, tags={**known, **cover.tags}), *others))
        definition = self._definition
        most = definition.reference.neighbours
        looking = like_products(shown, _Others(self, text), most, definition.verdict)
        return asyncio.run(looking).value

    def nearest(
        self, vector: np.ndarray, most: int, but: Collection[str], text: str
    ) -> tuple[Neighbour, ...]:
        """A photo of each of the most similar products, best first.

        None with the words of `text`, nor with an image id of `but`.
        """
        scores = self._scores(vector)
        found: dict[str, Neighbour] = {}
        for photo in _best_first(scores, FIRST_LOOK * most):
            neighbour, product, words = self._listings[self._listing_of[photo]]
            if words != text and product not in found and self._image_ids[photo] not in but:
                found[product] = replace(neighbour, score=float(scores[photo]))
                if len(found) == most:
                    break
        return tuple(found.values())

    def _scores(self, vector: np.ndarray) -> np.ndarray:
        count = len(self._listing_of)
        vectors = np.memmap(self._file, dtype=np.float32, mode="r", shape=(count, self._dimension))
        blocks = [vectors[start : start + BLOCK] @ vector for start in range(0, count, BLOCK)]
        return np.concatenate(blocks)


class _Others:
    """The reference as the retrieval step wants it: without the listings of one text."""

    def __init__(self, reference: TrainReference, text: str) -> None:
        self._reference = reference
        self._text = text

    def nearest(self, vector: np.ndarray, most: int, but: Collection[str]) -> tuple[Neighbour, ...]:
        """The most similar products."""
        return self._reference.nearest(vector, most, but, self._text)


def _best_first(scores: np.ndarray, first: int) -> Iterator[int]:
    """The places of scores, the highest first; a few at once, for the rest is seldom wanted."""
    few = np.argpartition(-scores, first)[:first] if first < len(scores) else np.arange(len(scores))
    yield from few[np.lexsort((few, -scores[few]))].tolist()
    if first < len(scores):
        yield from np.argsort(-scores, kind="stable")[first:].tolist()


def of_category(neighbours: Sequence[Neighbour], category: str) -> tuple[Neighbour, ...]:
    """The neighbours of one category, by which they could be the same model."""
    return tuple(one for one in neighbours if name_key(one.category) == name_key(category))
