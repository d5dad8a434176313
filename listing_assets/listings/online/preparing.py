"""Makes a product of uploaded files: normalized, tagged and embedded as a dataset's photos are.

What the lake knows of the same bytes is used; what is asked anew is kept for every later run.
"""

import asyncio
import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from listing_assets.calls import CallRecords, Kept
from listing_assets.catalog import Recipes
from listing_assets.embedding.step import embedded_rows, stored_vectors
from listing_assets.imaging.normalize import Normalized
from listing_assets.imaging.reasons import Rejected
from listing_assets.imaging.workers import DecodePool
from listing_assets.listings.online.late import Late
from listing_assets.listings.products import ProductPhoto
from listing_assets.listings.published_products import tag_values
from listing_assets.tagging.asking import ask
from listing_assets.tagging.step import answer_rows
from listing_assets.tagging.stored import StoredAnswer, stored_answers
from resources.endpoints.interface import EmbeddingModel, Photo, TagModel
from resources.errors import EndpointStoppedError, ListingError
from resources.lake import Lake

FAILED: Final = "failed"
Said = tuple[dict[str, StoredAnswer], str]
"""The answers about a photo, and the words that were read on it."""


@dataclass(frozen=True)
class Upload:
    """A file that was uploaded, under the name that its person knows it by."""

    name: str
    data: bytes

    @property
    def image_id(self) -> str:
        """The sha256 of the file, in hex."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class _Known:
    """What is known of photos so far, by image id: answers with words, unit vectors."""

    answers: dict[str, Said] = field(default_factory=dict)
    vectors: dict[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Prepared:
    """The photos that could be used, and by name why others could not.

    `lacking` has what went without: a tag or a vector that no model gave.
    """

    photos: tuple[ProductPhoto, ...]
    rejected: Mapping[str, str]
    lacking: tuple[str, ...] = ()


class Preparing:
    """Prepares uploads. Both models are open, in the running event loop."""

    def __init__(
        self,
        lake: Lake,
        recipes: Recipes,
        pool: DecodePool,
        tag_model: TagModel,
        tag_records: CallRecords,
        embedding_model: EmbeddingModel,
        embedding_records: CallRecords,
        late: Late,
    ) -> None:
        """The records are the meters of the models, each keeping what is answered."""
        self._lake = lake
        self._recipes = recipes
        self._pool = pool
        self._tag_model = tag_model
        self._tag_records = tag_records
        self._embedding_model = embedding_model
        self._embedding_records = embedding_records
        self._late = late

    async def prepare(self, uploads: Sequence[Upload], seconds: float) -> Prepared:
        """Normalize, tag and embed uploads; equal files count once, under their first name.

        Models have `seconds` together. An answer that comes later is kept all the same.
        """
        until = time.monotonic() + seconds
        first: dict[str, Upload] = {}
        rejected: dict[str, str] = {}
        for upload in uploads:
            same = first.setdefault(upload.image_id, upload)
            if same is not upload:
                rejected[upload.name] = f"it is the same file as {same.name}"
        ordered = list(first.values())
        made = await asyncio.gather(*(self._normalized(upload) for upload in ordered))
        photos: dict[str, tuple[Upload, Normalized]] = {}
        for upload, one in zip(ordered, made, strict=True):
            if isinstance(one, Rejected):
                rejected[upload.name] = one.detail or str(one.reason)
            else:
                photos[upload.image_id] = (upload, one)
        if not photos:
            return Prepared((), rejected)
        shown = [Photo(image_id, one.jpeg) for image_id, (_, one) in photos.items()]
        left = until - time.monotonic()
        known = _Known()
        why_no_tags, why_no_vector = await asyncio.gather(
            self._late.within(self._tag(shown, known), left),
            self._late.within(self._embed(shown, known), left),
        )
        answers, vectors = dict(known.answers), dict(known.vectors)
        if why_no_tags is None:
            lacking = sum(photo.image_id not in answers for photo in shown)
            why_no_tags = f"the time was over before the tags of {_photos(lacking)} were there"
        if why_no_vector is None:
            lacking = sum(photo.image_id not in vectors for photo in shown)
            why_no_vector = f"the time was over before the vectors of {_photos(lacking)} were there"
        return Prepared(
            tuple(
                _photo(photo, upload, one, answers.get(photo.image_id, ({}, "")), vectors)
                for photo, (upload, one) in zip(shown, photos.values(), strict=True)
            ),
            rejected,
            tuple(why for why in (why_no_tags, why_no_vector) if why),
        )

    async def _normalized(self, upload: Upload) -> Normalized | Rejected:
        return await asyncio.to_thread(self._pool.normalize, upload.data, self._recipes.spec)

    async def _tag(self, photos: Sequence[Photo], found: "_Known") -> str:
        """Find answers and words, a photo as it comes; why some are missing, if there are any."""
        ids = [photo.image_id for photo in photos]
        known = await asyncio.to_thread(stored_answers, self._lake, self._recipes, ids)

        async def tag(photo: Photo) -> str:
            before = known.get(photo.image_id, {})
            try:
                found.answers[photo.image_id] = await self._asked(photo, before)
            except ListingError as error:
                found.answers[photo.image_id] = (before, "")
                return error.problem
            return ""

        return next(filter(None, await asyncio.gather(*map(tag, photos))), "")

    async def _asked(self, photo: Photo, known: Mapping[str, StoredAnswer]) -> Said:
        lacking = tuple(
            name
            for name in self._recipes.asked
            if name not in known or known[name].status == FAILED
        )
        seen = next((one.seen_text for one in known.values() if one.seen_text), None)
        if not lacking:
            return dict(known), seen or ""
        asked = await ask(self._tag_model, photo, self._recipes.definition, lacking)
        kept = answer_rows(self._recipes, photo, asked)
        self._tag_records.answered(kept)
        await asyncio.to_thread(self._tag_records.commit, [kept])
        answers = {
            name: StoredAnswer(one.status, one.value, one.reason, one.repairs)
            for name, one in asked.answers.items()
        }
        read = next((one.seen_text for one in asked.described if one.seen_text), None)
        return {**known, **answers}, read or seen or ""

    async def _embed(self, photos: Sequence[Photo], found: "_Known") -> str:
        """Find the unit vectors; why some are missing, if there are any."""
        ids = [photo.image_id for photo in photos]
        found.vectors.update(
            await asyncio.to_thread(stored_vectors, self._lake, self._recipes, ids)
        )
        lacking = [photo for photo in photos if photo.image_id not in found.vectors]
        if not lacking:
            return ""
        try:
            vectors, kept, why = await embedded_rows(self._embedding_model, self._recipes, lacking)
        except EndpointStoppedError as error:
            return error.problem
        found.vectors.update(vectors)
        await asyncio.to_thread(self._keep, kept)
        return why

    def _keep(self, kept: Sequence[Kept]) -> None:
        for one in kept:
            self._embedding_records.answered(one)
        self._embedding_records.commit(kept)


def _photos(number: int) -> str:
    return "one photo" if number == 1 else f"{number} photos"


def _photo(
    photo: Photo,
    upload: Upload,
    made: Normalized,
    said: Said,
    vectors: Mapping[str, np.ndarray],
) -> ProductPhoto:
    answers, seen_text = said
    tags = {name: tag_values(one.value) for name, one in answers.items() if one.status == "valid"}
    return ProductPhoto(
        upload.name,
        photo,
        tags={name: values for name, values in tags.items() if values},
        seen_text=tuple(seen_text.splitlines()),
        vector=vectors.get(photo.image_id),
        width=made.facts.width,
        height=made.facts.height,
        sharpness=made.facts.sharpness,
        brightness=made.facts.brightness,
    )
