"""Has the ablation written for all products of an evaluation, a few at a time."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from listing_assets.listings import answers as kept_answers
from listing_assets.listings.answers import Answers, remembered
from listing_assets.listings.desk import Desk
from listing_assets.listings.evaluation.ablation import Ablated, ablation
from listing_assets.listings.evaluation.cases import HumanListing, loaded
from listing_assets.listings.evaluation.holding_out import photos_of_products
from listing_assets.listings.evaluation.own_reference import OwnReference
from listing_assets.listings.evaluation.told import Told
from listing_assets.listings.reference import PublishedReference, Reference
from listing_assets.search import Published
from resources.lake.database import scan

Listener = Callable[[int, int], None]
"""Told how many products are done, and of how many."""


async def write_all(
    told: Told,
    desk: Desk,
    published: Published | None,
    listings: Sequence[HumanListing],
    listener: Listener | None,
) -> tuple[list[Ablated], float | None]:
    """The ablation of all products, its answers kept a batch at a time."""
    opened, entry = told.opened, desk.definition.reference
    ids = {one.product for one in listings if one.product}
    held_out = await asyncio.to_thread(_held_out, told, published, entry.product, ids)
    reference: Reference = OwnReference(told, entry)
    if published is not None:
        vector_model = opened.published.embedding_model or ""
        reference = PublishedReference(published, entry, vector_model)
    desk = replace(desk, reference=reference)
    written: list[Ablated] = []
    cost: float | None = 0.0
    batches = loaded(opened, entry, listings)
    while (batch := await asyncio.to_thread(next, batches, None)) is not None:
        images = {one.photo.image_id for _, product in batch for one in product.photos}
        earlier = await asyncio.to_thread(remembered, opened.lake, images)
        known = {name: value for of_image in earlier.values() for name, value in of_image.items()}
        answers = Answers(known, opened.recipe)
        try:
            written += await ablation(batch, held_out, desk, answers)
        finally:
            kept_answers.store(answers.take())
        cost = None if cost is None or answers.cost is None else cost + answers.cost
        if listener:
            listener(len(written), len(listings))
    return written, cost


def _held_out(
    told: Told, published: Published | None, column: str, products: Collection[str]
) -> dict[str, frozenset[str]]:
    """The photos of these products in the reference."""
    rows: Iterable[Mapping[str, Any]] = ()
    if published is None:
        rows = told.rows(["image_id", column])
    elif column in published.columns:
        scanned = scan(published.table, ["image_id", column])
        rows = (row for batch in scanned for row in batch.to_pylist())
    return photos_of_products(rows, column, products)
