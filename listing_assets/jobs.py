"""The jobs: the chain for one dataset version, incremental or in full; what is made on request."""

import dagster as dg

from listing_assets.assets import ASSETS
from listing_assets.assets.instruction_datasets import instruction_datasets
from listing_assets.assets.listing_drafts import listing_drafts
from listing_assets.assets.listing_evaluations import listing_evaluations
from listing_assets.assets.predicted_tags import predicted_tags
from listing_assets.catalog import Catalog, Recipes
from listing_assets.versions.names import VersionName

CHAIN = dg.AssetSelection.assets(*ASSETS)
MODED = ("normalized_images", "smart_tags", "embeddings", "predicted_tags", "listing_drafts")
"""The steps that take a run mode."""


def assets_for(version: VersionName, catalog: Catalog) -> list[dg.AssetKey]:
    """The chain of one version: the assets that its dataset has work for.

    What it never predicts or drafts would only fill the log that is kept of every run.

    Raises:
        ListingError: the catalog has no such dataset, or not all that it names.
    """
    dataset = catalog.dataset(version.dataset)
    idle = set()
    if not Recipes.of(dataset, catalog).predicted:
        idle.add(predicted_tags.key)
    if dataset.listings is None:
        idle.add(listing_drafts.key)
    return [asset.key for asset in ASSETS if asset.key not in idle]


def mode_config(
    mode: str, *, retry_failed: bool = False, budget: float | None = None
) -> dict[str, object]:
    """Run config that sets the mode of every step that has one."""
    config = {"mode": mode, "retry_failed": retry_failed, "budget": budget}
    return {"ops": {name: {"config": config} for name in MODED}}


build_version = dg.define_asset_job(
    "build_version",
    selection=CHAIN,
    description="Bring a dataset version up to date: compute what is missing, then publish.",
)

build_version_full = dg.define_asset_job(
    "build_version_full",
    selection=CHAIN,
    config=mode_config("full"),
    description="Compute all of a dataset version again, then publish.",
)

evaluate_listings = dg.define_asset_job(
    "evaluate_listings",
    selection=dg.AssetSelection.assets(listing_evaluations),
    description="Compare a version's drafts with texts and labels of people.",
)

write_instructions = dg.define_asset_job(
    "write_instructions",
    selection=dg.AssetSelection.assets(instruction_datasets),
    description="Write a version's listings as instructions that a model is trained on.",
)

JOBS = [build_version, build_version_full, evaluate_listings, write_instructions]
