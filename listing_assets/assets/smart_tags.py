"""`smart_tags`: what a vision model says of each photo, per tag and recipe."""

import dagster as dg

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
from listing_assets.tagging.step import tag_version
from resources.injected import LakeResource, ModelEndpoints
from resources.lake.locks import QUEUE_SECONDS
from resources.lake.tables import SMART_TAGS


@dg.asset(
    deps=[normalized_images],
    partitions_def=dataset_versions,
    group_name=GROUP,
    owners=OWNERS,
    kinds={"lancedb", "ai"},
    code_version="1",
    pool="tag_model",
    metadata={"dagster/column_schema": column_schema(SMART_TAGS.schema)},
)
def smart_tags(
    context: dg.AssetExecutionContext,
    config: RunMode,
    installation: Installation,
    lake: LakeResource,
    models: ModelEndpoints,
    progress: dg.ResourceParam[Progress],
) -> dg.MaterializeResult:
    """The tags of the dataset's definition, one call a photo, each answer validated.

    Kept per (image, tag, recipe): a changed tag is asked again alone, an unchanged one never.
    """
    with retried(context):
        run = VersionRun(context.partition_key, installation)
        model = run.recipes.tag_model
        opened = lake.open()
        purpose = f"run {context.run.run_id} of {run.version}"
        with opened.lease(f"model {model.name}", purpose, wait_seconds=QUEUE_SECONDS):
            report = tag_version(
                opened,
                run.version,
                run.recipes,
                models.tag_model(model.endpoint_config()),
                mode=config.mode,
                retry_failed=config.retry_failed,
                window=installation.window(),
                memory=installation.settings().query_memory,
                listener=progress.listener("smart_tags", context.log),
            )
    return step_result(
        run,
        opened,
        SMART_TAGS.name,
        run.recipes.tags,
        report,
        model=model.identity,
        tag_definition=run.recipes.definition.name,
    )
