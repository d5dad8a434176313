"""`listing_drafts`: a listing draft of each product of a published version."""

from collections.abc import Iterator

import dagster as dg

from listing_assets.assets.labeled_dataset_versions import labeled_dataset_versions
from listing_assets.assets.reporting import (
    calls_metadata,
    column_schema,
    materialized,
    report_metadata,
)
from listing_assets.assets.run import (
    GROUP,
    OWNERS,
    Installation,
    Progress,
    RunMode,
    VersionRun,
    retried,
)
from listing_assets.hashing import digest
from listing_assets.listings.manned import manned_desk
from listing_assets.listings.opening import open_listing
from listing_assets.listings.published_products import PublishedProducts
from listing_assets.listings.step import ASSET, draft_version
from listing_assets.partitions import dataset_versions
from listing_assets.reading import OpenRevision
from listing_assets.search import open_published
from resources.injected import LakeResource, ModelEndpoints
from resources.lake.tables import LISTING_DRAFTS


@dg.asset(
    deps=[labeled_dataset_versions],
    partitions_def=dataset_versions,
    group_name=GROUP,
    owners=OWNERS,
    kinds={"lancedb", "ai"},
    code_version="1",
    pool="listing_models",
    output_required=False,
    metadata={"dagster/column_schema": column_schema(LISTING_DRAFTS.schema)},
)
def listing_drafts(
    context: dg.AssetExecutionContext,
    config: RunMode,
    installation: Installation,
    lake: LakeResource,
    models: ModelEndpoints,
    progress: dg.ResourceParam[Progress],
) -> Iterator[dg.MaterializeResult]:
    """Category, the same product found, attributes and a description, of each product.

    Made where the dataset names a listing definition. Kept per (product, recipe): a template's
    change makes the drafts of its category again, and asks only what it did not ask before.
    """
    with retried(context):
        run = VersionRun(context.partition_key, installation)
        wanted = run.dataset.listings
        if wanted is None:
            context.log.info(f"{run.dataset.name} names no listing definition: nothing is drafted")
            return
        opened, settings = lake.open(), installation.settings()
        listing = open_listing(wanted.definition, run.dataset, run.catalog, opened, settings)
        revision = OpenRevision(open_published(opened, str(run.version)), settings)
        products = PublishedProducts(revision, wanted.group_by, wanted.product_column)
        with manned_desk(
            listing,
            opened,
            run.version,
            ASSET,
            settings,
            run_id=context.run.run_id,
            purpose=f"run {context.run.run_id} of {run.version}",
            budget=run.budget(config),
            open_tag=models.tag_model,
            open_text=models.text_model,
        ) as manned:
            report = draft_version(
                opened,
                run.version,
                products,
                manned.desk,
                listing.recipes,
                manned.records,
                mode=config.mode,
                window=installation.window(),
                listener=progress.listener("listing_drafts", context.log),
            )
    templates = [(template.name, template.recipe) for template in listing.templates]
    yield materialized(
        context,
        {
            **report_metadata(report),
            "dagster/uri": f"{opened.uri}/{LISTING_DRAFTS.name}.lance",
            "revision": revision.revision.revision,
            "listing_definition": listing.definition.name,
            "models": dg.MetadataValue.json(dict(listing.models.identities)),
            "recipe": digest(listing.recipes.fingerprint, templates, length=16),
            **calls_metadata(manned.writer.summary),
        },
        digest(revision.revision.data_version, listing.recipes.fingerprint, sorted(templates)),
    )
