"""Drafts of drawn posters name product, category and price as they are printed on them."""

import asyncio
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from listing_assets.catalog import Dataset, load_catalog
from listing_assets.imaging.workers import DecodePool
from listing_assets.listings.draft import Draft
from listing_assets.listings.events import Finished, StepBegan
from listing_assets.listings.online import Studio, Upload
from listing_assets.sample import PRODUCTS, Product, draw
from listing_assets.sample.encoding import encode
from listing_assets.sample.shots import SHOTS
from listing_assets.settings import Settings

SOME = PRODUCTS[::4]
MOST_SHOTS = 3
HAPPENED: list[str] = []


class NotedPool(DecodePool):
    """Notes when photos are normalized."""

    def normalize(self, *given: Any) -> Any:
        HAPPENED.append("a photo is normalized")
        return super().normalize(*given)


def uploads(product: Product) -> list[Upload]:
    return [
        Upload(f"{product.sku}-{shot.number}.jpg", encode(draw(product, shot), "jpg"))
        for shot in SHOTS[product.sku][:MOST_SHOTS]
    ]


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Draft]:
    """The drafts of some products, made by one studio with embedded models alone."""
    home = tmp_path_factory.mktemp("studio")
    settings = Settings(home=home, lake=str(home / "lake"), catalog=Path("catalog"))
    catalog = load_catalog(settings.catalog, settings.adopted, {"LISTING_HOME": str(home)})

    async def make() -> dict[str, Draft]:
        made: dict[str, Draft] = {}
        dataset = Dataset(name="uploads", source="")
        with NotedPool(1) as pool:
            studio = Studio("shop_en", dataset, catalog, settings, pool)
            for product in SOME:
                async with aclosing(studio.draft(uploads(product))) as events:
                    async for event in events:
                        if event == StepBegan("photos"):
                            HAPPENED.append("the time counts")
                        if isinstance(event, Finished):
                            made[product.sku] = event.draft
            await studio.close()
        return made

    return asyncio.run(make())


@pytest.mark.parametrize("product", SOME, ids=lambda product: product.sku)
def test_a_draft_names_what_is_printed(product: Product, drafts: dict[str, Draft]) -> None:
    draft = drafts[product.sku]
    assert draft.title.casefold() == product.name_en.casefold()
    assert draft.category == product.category
    assert f"¥{product.price:g}" in draft.description
    assert not any(claim.flagged for claim in draft.claims)
    assert draft.quality is not None
    assert draft.quality.score > 0.5


def test_the_time_counts_once_the_decoder_runs(drafts: dict[str, Draft]) -> None:
    assert HAPPENED[:3] == ["a photo is normalized", "the time counts", "a photo is normalized"]
    assert HAPPENED.count("the time counts") == len(drafts)
    taken = sum(len(SHOTS[product.sku][:MOST_SHOTS]) for product in SOME)
    assert HAPPENED.count("a photo is normalized") == taken + 1
