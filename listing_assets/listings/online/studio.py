"""The studio: drafts listings of uploaded photos, step after step, while their person waits."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Final

from listing_assets.catalog import Catalog, Dataset, Recipes
from listing_assets.hashing import digest
from listing_assets.imaging.workers import DecodePool
from listing_assets.listings.answers import remembered
from listing_assets.listings.draft import Draft, StepResult
from listing_assets.listings.events import Event, Finished, Notice, StepBegan, StepEnded
from listing_assets.listings.online.adoptions import offer
from listing_assets.listings.online.asking import PatientAnswers
from listing_assets.listings.online.late import Late
from listing_assets.listings.online.models import ASSET, OpenModels
from listing_assets.listings.online.preparing import Prepared, Upload
from listing_assets.listings.online.readiness import make_ready
from listing_assets.listings.opening import Listing, open_listing
from listing_assets.listings.products import MOST_PHOTOS, Product
from listing_assets.listings.stored import append, draft_row
from listing_assets.publishing.revisions import newest_revision
from listing_assets.settings import Settings
from resources.errors import LakeError, ListingError
from resources.lake import Lake

SHARE_OF_PHOTOS: Final = 0.4
"""Of the time budget, what looking at the photos may take, if models are asked after that."""
SHARE_IF_ALONE: Final = 0.7
"""The same where all that follows is done in this process."""
SECONDS_TO_CLOSE: Final = 10.0
"""How long calls in flight are waited for at the end."""


class Studio:
    """Drafts listings by one definition, as photos of one dataset are tagged and embedded.

    It may be opened anywhere and is used in one event loop; several drafts may be made at once.
    What is answered is kept in the lake; `close` when no draft is in the making.
    """

    def __init__(
        self, name: str, dataset: Dataset, catalog: Catalog, settings: Settings, pool: DecodePool
    ) -> None:
        """Open all that the listing definition `name` needs.

        Raises:
            ListingError: the catalog does not have it, or a model cannot be opened.
        """
        self._lake = Lake(settings.lake)
        self._pool = pool
        self._recipes = Recipes.of(dataset, catalog)
        self._catalog = catalog
        self._late = Late()
        self._readiness: asyncio.Task[None] | None = None
        self.listing: Listing = open_listing(name, dataset, catalog, self._lake, settings)
        self._tree = settings.catalog / (self.listing.definition.category.tree or "")
        self._tree_changed_at = self._changed_at()
        is_alone = all(model.provider == "embedded" for model in self.listing.models.all)
        seconds = self.listing.definition.time_budget_seconds
        self._seconds_of_photos = seconds * (SHARE_IF_ALONE if is_alone else SHARE_OF_PHOTOS)
        self._models = OpenModels(self._lake, dataset.name, settings.journals / "studio")
        try:
            self._preparing = self._models.preparing(self._recipes, pool, self._late)
            self._pipeline = self._models.pipeline(self.listing, seconds - self._seconds_of_photos)
        except BaseException:
            self._models.release()
            raise

    def is_current(self, catalog: Catalog) -> bool:
        """Whether a studio opened now, by this catalog, would draft in the same way.

        Raises:
            LakeError: the lake cannot be reached.
        """
        reference = self.listing.reference
        if catalog is not self._catalog or self._changed_at() != self._tree_changed_at:
            return False
        if reference is None or reference.reference == reference.revision:
            return True
        newest = newest_revision(self._lake, reference.version)
        return newest is not None and newest.revision == reference.revision

    async def draft(self, uploads: Sequence[Upload]) -> AsyncGenerator[Event, None]:
        """What happens while the listing of these photos is drafted; the last is `Finished`.

        Its time counts from when decoders and embedded models are open, which a process waits for
        once.
        An endpoint that cannot be called leaves its step out. The draft and what was answered are
        kept before the last event; its draft has the recipe under which it is found. Where the
        generator is closed before, nothing more is asked, and what was answered is kept all the
        same.

        Raises:
            ListingError: there are no photos, or too many.
        """
        if not 0 < len(uploads) <= MOST_PHOTOS:
            raise ListingError(
                f"a listing has 1 to {MOST_PHOTOS} photos, and these are {len(uploads)}.",
                "Leave out the least telling ones." if uploads else "Give at least one.",
            )
        await self._ready()
        began = time.monotonic()
        yield StepBegan("photos")
        prepared = await self._prepared(uploads)
        result = _told(prepared, round(time.monotonic() - began, 3))
        draft = Draft(
            tuple(one.name for one in prepared.photos),
            others=dict(prepared.rejected),
            steps=(result,),
            cost=0.0,
        )
        yield StepEnded(result, draft)
        if not prepared.photos:
            yield Finished(draft)
            return
        product = Product(prepared.photos)
        answers = await self._answers(product)
        try:
            rest = began + self._seconds_of_photos
            async with aclosing(self._pipeline.draft(product, answers, rest)) as events:
                async for event in events:
                    told = _with_photos(event, draft)
                    if not isinstance(told, Finished):
                        yield told
                        continue
                    made, problem = await self._kept(product, told.draft, answers)
                    if problem:
                        yield Notice(problem)
                    yield Finished(made)
        finally:
            self._late.begin(answers.store_rest())

    async def close(self) -> None:
        """Release models, journals and records; the ledger is complete then."""
        self._models.stop()
        await self._late.settle(SECONDS_TO_CLOSE)
        await self._models.aclose()

    def _changed_at(self) -> int | None:
        """When the category tree was written last, which is no file that the catalog loads."""
        return self._tree.stat().st_mtime_ns if self._tree.is_file() else None

    async def _ready(self) -> None:
        """Wait, but not for ever, for what is made ready once, whoever asked for it first."""
        if self._readiness is None:
            self._readiness = self._late.begin(make_ready(self._pool, self._recipes))
        await asyncio.wait({self._readiness})

    async def _prepared(self, uploads: Sequence[Upload]) -> Prepared:
        return await self._preparing.prepare(uploads, self._seconds_of_photos)

    async def _answers(self, product: Product) -> PatientAnswers:
        ids = [one.photo.image_id for one in product.photos]
        known = await asyncio.to_thread(remembered, self._lake, ids)
        before = {request: value for of_one in known.values() for request, value in of_one.items()}
        return PatientAnswers(before, self._recipes.spec.recipe, self._late)

    async def _kept(
        self, product: Product, made: Draft, answers: PatientAnswers
    ) -> tuple[Draft, str]:
        """The draft with its recipe, kept as offered; else as it was, and why it is not kept."""
        contents = digest(ASSET, sorted(product.tags.items()), product.seen_text, length=16)
        recipes, listing_id = self.listing.recipes, product.listing_id
        draft = replace(made, recipe=recipes.listing(listing_id, contents))
        row = draft_row(listing_id, contents, draft, recipes)
        name = self.listing.definition.name
        try:
            await answers.store()
            await asyncio.to_thread(append, self._lake, [row])
            await asyncio.to_thread(offer, self._lake, name, listing_id, draft)
        except LakeError as error:
            return made, f"The draft could not be kept: {error.problem}"
        return draft, ""


def _told(prepared: Prepared, seconds: float) -> StepResult:
    """How looking at the photos went."""
    rejected = [f"{name} cannot be used ({why})" for name, why in prepared.rejected.items()]
    reason = "; ".join((*rejected, *prepared.lacking))
    if not prepared.photos:
        return StepResult("photos", "empty", seconds, reason)
    return StepResult("photos", "failed" if prepared.lacking else "done", seconds, reason)


def _with_photos(event: Event, before: Draft) -> Event:
    """An event of the pipeline; a draft in it gets what looking at the photos found."""
    if not isinstance(event, StepEnded | Finished):
        return event
    draft = event.draft
    steps, others = (*before.steps, *draft.steps), {**before.others, **draft.others}
    return replace(event, draft=replace(draft, steps=steps, others=others))
