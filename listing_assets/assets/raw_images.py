"""`raw_images`: the object table. Lists the source and freezes the listing of a version."""

from typing import Any

import dagster as dg

from listing_assets import quality
from listing_assets.assets.checking import AssetChecks
from listing_assets.assets.reporting import column_schema, counts, materialized
from listing_assets.assets.run import (
    GROUP,
    OWNERS,
    Installation,
    VersionRun,
    retried,
)
from listing_assets.partitions import dataset_versions
from listing_assets.versions.refresh import refresh_listing
from resources.injected import LakeResource, ObjectStores
from resources.lake.tables import RAW_IMAGES

CHECKS = AssetChecks("raw_images", blocking=[quality.unique_keys])


@dg.asset(
    partitions_def=dataset_versions,
    group_name=GROUP,
    owners=OWNERS,
    kinds={"lancedb", "s3"},
    code_version="1",
    check_specs=CHECKS.specs,
    metadata={"dagster/column_schema": column_schema(RAW_IMAGES.schema)},
)
def raw_images(
    context: dg.AssetExecutionContext,
    installation: Installation,
    lake: LakeResource,
    sources: ObjectStores,
) -> dg.MaterializeResult:
    """The object table: every object of the version's selection, frozen; the photos stay put.

    Materializing again refreshes the listing and tells what was added, removed and changed.
    """
    with retried(context):
        run = VersionRun(context.partition_key, installation)
        opened = lake.open()
        with opened.lease(str(run.version), f"run {context.run.run_id}", wait_seconds=5):
            refreshed = refresh_listing(
                opened,
                run.version,
                sources.open(run.dataset.source, run.dataset.credentials),
                run.dataset,
                installation.settings().query_memory,
            )
    listing = refreshed.listing
    metadata: dict[str, Any] = {
        "source": run.dataset.source,
        "dagster/uri": f"{opened.uri}/{RAW_IMAGES.name}.lance",
        "objects": listing.objects,
        "bytes": listing.bytes,
        "passed_over": sum(listing.passed_over.values()),
    }
    if listing.passed_over:
        metadata["passed_over_by_kind"] = counts(listing.passed_over, "kind")
    for difference in refreshed.differences:
        metadata[f"against {difference.against}"] = (
            f"{difference.added} added, {difference.removed} removed, {difference.changed} changed"
        )
    checks = CHECKS.judge(run, opened, installation)
    return materialized(context, metadata, listing.fingerprint, checks)
