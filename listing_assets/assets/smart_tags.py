"""`smart_tags`: what a vision model says of each photo, per tag and recipe."""

import dagster as dg

from listing_assets.assets.normalized_images import normalized_images
from listing_assets.assets.reporting import calls_metadata, column_schema, step_result
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
from listing_assets.versions.photos import Sign
from resources.injected import LakeResource, ModelEndpoints, ObjectStores
from resources.lake.tables import SMART_TAGS

SIGNED_SECONDS = 3600
"""How long an endpoint may take to open a photo by its URL."""


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
    sources: ObjectStores,
    progress: dg.ResourceParam[Progress],
) -> dg.MaterializeResult:
    """The tags of the dataset's definition, one call a photo, each answer validated.

    Kept per (image, tag, recipe): a changed tag is asked again alone, an unchanged one never.
    """
    with retried(context):
        run = VersionRun(context.partition_key, installation)
        model = run.recipes.tag_model
        opened = lake.open()
        with run.calling(context, config, installation, opened, model) as records:
            report = tag_version(
                opened,
                run.version,
                run.recipes,
                models.tag_model(model.endpoint_config(), records),
                records,
                mode=config.mode,
                retry_failed=config.retry_failed,
                window=installation.window(),
                memory=installation.settings().query_memory,
                listener=progress.listener("smart_tags", context.log),
                sign=_signing(run, sources),
            )
    return step_result(
        run,
        opened,
        SMART_TAGS.name,
        run.recipes.tags,
        report,
        model=model.identity,
        tag_definition=run.recipes.definition.name,
        **calls_metadata(records.summary),
    )


def _signing(run: VersionRun, sources: ObjectStores) -> Sign | None:
    """How photos get a URL, where the model's input signature asks for one."""
    if run.recipes.tag_model.endpoint_config().image_input != "url":
        return None
    store = sources.open(run.dataset.source, run.dataset.credentials)
    return lambda key: store.signed_url(key, SIGNED_SECONDS)
