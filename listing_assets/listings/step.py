"""The computation of `listing_drafts`: a draft of each product of a published version.

Kept per (product, recipe). A draft whose category's template changed is made again; what it asked
before in the same words is not asked again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from listing_assets.calls import CallRecords, Kept
from listing_assets.full_runs import results_count_since
from listing_assets.increment import (
    Increment,
    Listener,
    Mode,
    Outcome,
    Report,
    Spent,
    Window,
    run_increment,
)
from listing_assets.listings import answers as kept_answers
from listing_assets.listings.answers import Answers, remembered
from listing_assets.listings.desk import Desk
from listing_assets.listings.draft import Draft
from listing_assets.listings.events import Finished
from listing_assets.listings.pipeline import Pipeline
from listing_assets.listings.products import Product
from listing_assets.listings.published_products import PublishedProducts
from listing_assets.listings.recipes import DraftRecipes
from listing_assets.listings.stored import append, draft_row, status_of, stored_drafts
from listing_assets.streams import in_event_loop
from listing_assets.versions.names import VersionName
from resources.lake import Lake

LOADED: Final = 16
"""Products whose photos are read from the lake at once."""
ASSET: Final = "listing_drafts"


@dataclass(frozen=True)
class _Waiting:
    """A product whose draft is to be made, and what was answered about it before."""

    product: Product
    contents: str
    answers: Answers


@dataclass(frozen=True)
class _Made:
    """A draft as a row, with the answers that were paid for it."""

    row: dict[str, Any]
    paid: Sequence[tuple[CallRecords, Kept]]


def draft_version(
    lake: Lake,
    version: VersionName,
    products: PublishedProducts,
    desk: Desk,
    recipes: DraftRecipes,
    records: Sequence[CallRecords],
    *,
    mode: Mode,
    window: Window,
    listener: Listener | None = None,
) -> Report:
    """Make the drafts that the version's products lack and keep each.

    `records` are the meters that the desk's models were opened with; they keep its answers.

    Raises:
        EndpointStoppedError: no call can succeed until the user acts; what is finished is kept.
    """
    pipeline = Pipeline(desk)
    with results_count_since(lake, version, ASSET, mode) as since:
        needed, lacking = lacking_drafts(lake, products, recipes, since)

        async def make(waiting: _Waiting) -> Outcome[_Made]:
            draft = Draft(photos=())
            async for event in pipeline.draft(waiting.product, waiting.answers):
                if isinstance(event, Finished):
                    draft = event.draft
            row = draft_row(waiting.product.listing_id, waiting.contents, draft, recipes)
            status = status_of(draft)
            failure = None if status == "drafted" else f"draft_{status}"
            made = _Made(row, waiting.answers.take())
            return Outcome(made, failure, Spent(calls=waiting.answers.asked, cost=draft.cost))

        def commit(outcomes: Sequence[Outcome[_Made]]) -> None:
            kept_answers.store([paid for outcome in outcomes for paid in outcome.result.paid])
            append(lake, [outcome.result.row for outcome in outcomes])

        def stop() -> None:
            for one in records:
                one.stop()

        return run_increment(
            Increment(needed, len(lacking), _loaded(lake, products, lacking, since)),
            lambda waiting: in_event_loop(
                waiting, make, desk.writer.endpoint.concurrency, desk.aclose, records[0].stopping
            ),
            commit,
            window=window,
            listener=listener,
            on_stop=stop,
        )


def lacking_drafts(
    lake: Lake, products: PublishedProducts, recipes: DraftRecipes, since: datetime | None = None
) -> tuple[int, list[int]]:
    """How many drafts a version needs, and the numbers of the products that have none.

    `since` makes earlier drafts count as missing. Equal products under several keys are one.
    """
    each_once = {recipe: number for number, recipe in enumerate(products.recipes(recipes))}
    stored = stored_drafts(lake, each_once, since)
    return len(each_once), [
        number
        for recipe, number in each_once.items()
        if (known := stored.get(recipe)) is None
        or known.status == "partial"
        or known.template != recipes.template(known.category)
    ]


def _loaded(
    lake: Lake, products: PublishedProducts, lacking: Sequence[int], since: datetime | None
) -> Iterator[_Waiting]:
    for start in range(0, len(lacking), LOADED):
        numbers = lacking[start : start + LOADED]
        loaded = products.load(numbers)
        ids = {one.photo.image_id for product in loaded for one in product.photos}
        known = remembered(lake, ids, since)
        for number, product in zip(numbers, loaded, strict=True):
            before = {
                request: value
                for one in product.photos
                for request, value in known.get(one.photo.image_id, {}).items()
            }
            answers = Answers(before, products.pixels)
            yield _Waiting(product, products.contents[number], answers)
