"""`normalized_images`: every object fetched, decoded and brought to one size, or rejected."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from listing_assets import quality
from listing_assets.assets.checking import AssetChecks
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
from listing_assets.imaging.normalizing import Normalizing, NormalizingHere
from listing_assets.imaging.on_cluster import NormalizingOnCluster, Place
from listing_assets.imaging.step import normalize_version
from listing_assets.imaging.workers import DecodePool
from listing_assets.partitions import dataset_versions
from listing_assets.settings import Settings
from resources.injected import Compute, LakeResource, ObjectStores
from resources.lake import Lake
from resources.lake.tables import NORMALIZED_IMAGES

CHECKS = AssetChecks(
    "normalized_images", blocking=[quality.every_object_settled], warning=[quality.reject_rate]
)


@dg.asset(
    deps=[raw_images],
    partitions_def=dataset_versions,
    group_name=GROUP,
    owners=OWNERS,
    kinds={"lancedb", "pillow"},
    code_version="1",
    check_specs=CHECKS.specs,
    metadata={"dagster/column_schema": column_schema(NORMALIZED_IMAGES.schema)},
)
def normalized_images(
    context: dg.AssetExecutionContext,
    config: RunMode,
    installation: Installation,
    lake: LakeResource,
    sources: ObjectStores,
    compute: Compute,
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
            _normalizing(run, settings, opened, sources, compute) as normalizing,
        ):
            report = normalize_version(
                opened,
                run.version,
                normalizing,
                run.recipes.spec,
                mode=config.mode,
                retry_failed=config.retry_failed,
                window=installation.window(),
                memory=settings.query_memory,
                listener=progress.listener("normalized_images", context.log),
            )
    checks = CHECKS.judge(run, opened, installation)
    return step_result(
        context, run, opened, NORMALIZED_IMAGES.name, run.recipes.spec.recipe, report, checks
    )


@contextmanager
def _normalizing(
    run: VersionRun, settings: Settings, lake: Lake, sources: ObjectStores, compute: Compute
) -> Iterator[Normalizing]:
    """The way that the dataset's photos are normalized: on a cluster, or here."""
    source, spec, fetches = run.dataset.source, run.recipes.spec, settings.fetch_concurrency
    cluster = compute.cluster(run.dataset.compute)
    if cluster is not None:
        place = Place(source, run.dataset.credentials, lake.uri, spec, fetches)
        yield NormalizingOnCluster(cluster, lake, place)
        return
    with DecodePool(settings.decode_workers) as pool:
        store = sources.open(source, run.dataset.credentials)
        yield NormalizingHere(lake, spec, store, pool, fetches)
