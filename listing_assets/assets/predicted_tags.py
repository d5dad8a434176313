"""`predicted_tags`: what imported models say of each photo, from its facts or its vector."""

from contextlib import nullcontext

import dagster as dg

from listing_assets import quality
from listing_assets.assets.checking import AssetChecks
from listing_assets.assets.embeddings import embeddings
from listing_assets.assets.normalized_images import normalized_images
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
from listing_assets.partitions import dataset_versions
from listing_assets.prediction.step import predict_version
from resources.injected import LakeResource
from resources.lake.tables import SMART_TAGS

CHECKS = AssetChecks(
    "predicted_tags",
    blocking=[quality.known_predicted_values],
    warning=[quality.predicted_coverage],
)


@dg.asset(
    deps=[normalized_images, embeddings],
    partitions_def=dataset_versions,
    group_name=GROUP,
    owners=OWNERS,
    kinds={"lancedb", "ai"},
    code_version="1",
    check_specs=CHECKS.specs,
    metadata={"dagster/column_schema": column_schema(SMART_TAGS.schema)},
)
def predicted_tags(
    context: dg.AssetExecutionContext,
    config: RunMode,
    installation: Installation,
    lake: LakeResource,
    progress: dg.ResourceParam[Progress],
) -> dg.MaterializeResult:
    """The tags that name a model of their own, predicted in this process; no call is made.

    Kept with the other tags, per (image, tag, recipe): a new version of a model predicts again.
    """
    with retried(context):
        run = VersionRun(context.partition_key, installation)
        predicted = run.recipes.predicted
        opened = lake.open()
        lease = opened.lease(str(run.version), f"run {context.run.run_id}", wait_seconds=5)
        with lease if predicted else nullcontext():
            report = predict_version(
                opened,
                run.version,
                run.recipes,
                mode=config.mode,
                retry_failed=config.retry_failed,
                window=installation.window(),
                memory=installation.settings().query_memory,
                listener=progress.listener("predicted_tags", context.log),
            )
    return step_result(
        context,
        run,
        opened,
        SMART_TAGS.name,
        {tag: run.recipes.tags[tag] for tag in predicted},
        report,
        CHECKS.judge(run, opened, installation),
        models=", ".join(f"{tag}: {model.identity}" for tag, model in predicted.items()),
        tag_definition=run.recipes.definition.name,
    )
