"""The likeness of texts and photos by an embedding model that knows both; kept, for it may cost.

A model may have nothing to say of a text: then the likeness is unknown, not low.
"""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from listing_assets.hashing import digest
from listing_assets.listings.training.listings import Listing
from listing_assets.search.embedding import QueryVectors

CONCURRENCY: Final = 8


class Similarities:
    """The cosines of listings' texts and their photos.

    They are kept in `folder`, a file for each model, so that no text is embedded twice.
    """

    def __init__(self, vectors: QueryVectors, folder: Path) -> None:
        self._vectors = vectors
        self._file = folder / f"{digest(vectors.model, length=16)}.jsonl"
        self._known = _read(self._file)

    @property
    def model(self) -> str:
        """The model, as `model@version`."""
        return self._vectors.model

    def of(self, listings: Sequence[Listing]) -> list[float | None]:
        """For each listing the greatest cosine of its text with a photo, from -1 to 1.

        None where the model has nothing to say of the text, or a listing has no vector.

        Raises:
            ModelError: the endpoint gave no usable answer.
        """
        names = [digest(text_of(one), one.listing_id) for one in listings]
        new = {
            name: one
            for name, one in zip(names, listings, strict=True)
            if name not in self._known
            and any(photo.vector is not None for photo in one.shown.photos)
        }
        with ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="texts") as pool:
            found = dict(zip(new, pool.map(self._measured, new.values()), strict=True))
        self._keep(found)
        return [self._known.get(name) for name in names]

    def _measured(self, listing: Listing) -> float | None:
        vector = self._vectors.of_text(text_of(listing))
        if vector is None:
            return None
        photos = [photo.vector for photo in listing.shown.photos if photo.vector is not None]
        return max(float(photo @ vector) for photo in photos)

    def _keep(self, found: Mapping[str, float | None]) -> None:
        self._known |= found
        if found:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            lines = (json.dumps({"of": name, "is": value}) for name, value in found.items())
            with self._file.open("a", encoding="utf-8") as file:
                # The line before may be one that a kill cut off.
                file.write("".join(f"\n{line}" for line in lines))


def text_of(listing: Listing) -> str:
    """What is compared with the photos."""
    return f"{listing.title}\n{listing.description}".strip()


def _read(file: Path) -> dict[str, float | None]:
    """What is in the file; a line that a kill cut off is passed over."""
    known: dict[str, float | None] = {}
    if file.is_file():
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                kept = json.loads(line)
            except ValueError:
                continue
            known[kept["of"]] = kept["is"]
    return known
