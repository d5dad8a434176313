"""`normalized_images`: every object fetched, decoded and brought to one size, or rejected."""

import dagster as dg

from listing_assets.assets.raw_images import raw_images
from listing_assets.assets.reporting import column_schema, step_result
from listing_assets.assets.run import (
    GROUP,
    OWNERS,
    Installation,
    Progress,
    RunMode,
    VersionRun,
    retried,
)
from listing_assets.imaging.step import normalize_version
from listing_assets.imaging.workers import DecodePool
from listing_assets.partitions import dataset_versions
from resources.injected import LakeResource, ObjectStores
from resources.lake.tables import NORMALIZED_IMAGES


@dg.asset(
    deps=[raw_images],
    partitions_def=dataset_versions,
    group_name=GROUP,
    owners=OWNERS,
    kinds={"lancedb", "pillow"},
    code_version="1",
    metadata={"dagster/column_schema": column_schema(NORMALIZED_IMAGES.schema)},
)
def normalized_images(
    context: dg.AssetExecutionContext,
    config: RunMode,
    installation: Installation,
    lake: LakeResource,
    sources: ObjectStores,
    progress: dg.ResourceParam[Progress],
) -> dg.MaterializeResult:
    """Photos as sRGB JPEG of one size, upright, with the facts of their originals.

    Equal bytes are worked on once, whichever dataset or version holds them. What cannot be an image
    is a rejected row with a reason code.
    """
    with retried(context):
        run = VersionRun(context.partition_key, installation)
        settings = installation.settings()
        opened = lake.open()
        with (
            opened.lease(str(run.version), f"run {context.run.run_id}", wait_seconds=5),
            DecodePool(settings.decode_workers) as pool,
        ):
            report = normalize_version(
                opened,
                run.version,
                sources.open(run.dataset.source, run.dataset.credentials),
                pool,
                run.recipes.spec,
                mode=config.mode,
                retry_failed=config.retry_failed,
                concurrency=settings.fetch_concurrency,
                window=installation.window(),
                memory=settings.query_memory,
                listener=progress.listener("normalized_images", context.log),
            )
    return step_result(run, opened, NORMALIZED_IMAGES.name, run.recipes.spec.recipe, report)
