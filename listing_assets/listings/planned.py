"""Adds to the plan of a version what its drafts would take."""

from dataclasses import replace

from listing_assets.catalog import Catalog, Dataset
from listing_assets.listings.opening import open_listing
from listing_assets.listings.published_products import PublishedProducts
from listing_assets.listings.step import ASSET, lacking_drafts
from listing_assets.planning import Plan, asking
from listing_assets.reading import OpenRevision
from listing_assets.settings import Settings
from resources.errors import LakeError, ListingError
from resources.lake import Lake


def with_drafts(
    plan: Plan, dataset: Dataset, catalog: Catalog, lake: Lake, settings: Settings
) -> Plan:
    """The plan with the step of drafts, where the dataset names a listing definition.

    What is to be drafted is told from the newest revision; a product whose photos are yet to be
    tagged counts as one to be drafted. Questions to the asker come on top of the texts.
    """
    wanted = dataset.listings
    if wanted is None:
        return plan
    try:
        listing = open_listing(wanted.definition, dataset, catalog, lake, settings)
    except ListingError as error:
        return replace(plan, notes=(*plan.notes, f"{ASSET}: {error}"))
    tagging = next(step for step in plan.steps if step.name == "smart_tags")
    try:
        revision = OpenRevision.of(str(plan.version), settings)
    except LakeError:
        needed = missing = tagging.needed
        note = f"{ASSET}: at most one a photo; how many products there are is known once published."
    else:
        products = PublishedProducts(revision, wanted.group_by, wanted.product_column)
        needed, lacking = lacking_drafts(lake, products, listing.recipes)
        if plan.mode == "full":
            lacking = list(range(needed))
        missing = min(needed + tagging.to_compute, len(lacking) + tagging.to_compute)
        needed = max(needed, missing)
        note = f"{ASSET}: as of {revision}, and at most one more for each photo to be tagged."
    step = asking(lake, ASSET, listing.models.writer, needed, missing)
    notes = (*plan.notes, note) if missing else plan.notes
    return replace(plan, steps=(*plan.steps, step), notes=notes)
