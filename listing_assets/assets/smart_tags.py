"""`smart_tags`: what a vision model says of each photo, per tag and recipe."""

from collections.abc import Iterator

import dagster as dg

from listing_assets import quality
from listing_assets.assets.checking import AssetChecks
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
from listing_assets.batches.step import Tagged, tag_in_batches
from listing_assets.batches.waiting import Waiting
from listing_assets.calls import CallRecords
from listing_assets.calls.opening import run_budget
from listing_assets.increment import Listener
from listing_assets.partitions import dataset_versions
from listing_assets.tagging.step import tag_version
from listing_assets.versions.photos import Sign, locate_photos, read_photos
from resources.endpoints.chat.batch import BatchClient
from resources.injected import Compute, LakeResource, ModelEndpoints, ObjectStores
from resources.lake import Lake
from resources.lake.tables import SMART_TAGS

SIGNED_SECONDS = {"online": 3600, "batch": 3 * 24 * 3600}
"""How long an endpoint may take to open a photo by its URL."""


CHECKS = AssetChecks(
    "smart_tags", blocking=[quality.known_label_values], warning=[quality.tag_coverage]
)


@dg.asset(
    deps=[normalized_images],
    partitions_def=dataset_versions,
    group_name=GROUP,
    owners=OWNERS,
    kinds={"lancedb", "ai"},
    code_version="1",
    pool="tag_model",
    output_required=False,
    check_specs=CHECKS.specs,
    metadata={"dagster/column_schema": column_schema(SMART_TAGS.schema)},
)
def smart_tags(
    context: dg.AssetExecutionContext,
    config: RunMode,
    installation: Installation,
    lake: LakeResource,
    models: ModelEndpoints,
    sources: ObjectStores,
    compute: Compute,
    progress: dg.ResourceParam[Progress],
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """The tags of the dataset's definition, one call a photo, each answer validated.

    Kept per (image, tag, recipe): a changed tag is asked again alone, an unchanged one never. While
    answers are still to come from a batch, nothing is materialized and the run ends well.
    """
    with retried(context):
        run = VersionRun(context.partition_key, installation)
        model = run.recipes.tag_model
        opened = lake.open()
        sign, listener = _signing(run, sources), progress.listener("smart_tags", context.log)
        with run.calling(context, config, installation, opened, model) as records:
            if model.mode == "batch":
                tagged = _tag_in_batches(
                    context, config, installation, run, opened, records, listener, sign
                )
            else:
                endpoint_config = model.endpoint_config()
                workers = compute.workers(run.dataset.compute, endpoint_config, opened)
                report = tag_version(
                    opened,
                    run.version,
                    run.recipes,
                    models.tag_model(endpoint_config, records, workers),
                    records,
                    mode=config.mode,
                    retry_failed=config.retry_failed,
                    window=installation.window(),
                    memory=installation.settings().query_memory,
                    listener=listener,
                    sign=sign,
                    photos=locate_photos if workers else read_photos,
                )
                tagged = Tagged(report, None)
    if tagged.waiting is not None:
        _tell(context, run, tagged.waiting)
        yield from CHECKS.put_off(f"it waits for {tagged.waiting.words}")
        return
    yield step_result(
        context,
        run,
        opened,
        SMART_TAGS.name,
        run.recipes.tags,
        tagged.report,
        CHECKS.judge(run, opened, installation),
        model=model.identity,
        tag_definition=run.recipes.definition.name,
        **calls_metadata(records.summary),
    )


def _tag_in_batches(
    context: dg.AssetExecutionContext,
    config: RunMode,
    installation: Installation,
    run: VersionRun,
    lake: Lake,
    records: CallRecords,
    listener: Listener,
    sign: Sign | None,
) -> Tagged:
    model, run_id = run.recipes.tag_model, context.run.run_id
    budget = run.budget(config)
    with BatchClient(model.endpoint_config()) as client:
        return tag_in_batches(
            lake,
            run.version,
            run.recipes,
            client,
            records,
            run_id=run_id,
            budget=run_budget(lake, model, run_id, budget),
            mode=config.mode,
            retry_failed=config.retry_failed,
            window=installation.window(),
            memory=installation.settings().query_memory,
            say=context.log.info,
            listener=listener,
            sign=sign,
        )


def _tell(context: dg.AssetExecutionContext, run: VersionRun, waiting: Waiting) -> None:
    """Say what a version waits for: in the log, at the run, and at the asset."""
    context.log.info(f"{run.version} waits for {waiting.words}; nothing is published until then")
    context.instance.add_run_tags(
        context.run.run_id,
        {
            "listing/waiting_requests": str(waiting.requests),
            "listing/waiting_batches": str(len(waiting.batches)),
        },
    )
    context.log_event(
        dg.AssetObservation(
            asset_key=context.asset_key,
            partition=context.partition_key,
            description=f"waits for {waiting.words}",
            metadata={"waiting": dg.MetadataValue.json(waiting.document())},
        )
    )


def _signing(run: VersionRun, sources: ObjectStores) -> Sign | None:
    """How photos get a URL, where the model's input signature asks for one."""
    model = run.recipes.tag_model
    if model.image_input != "url":
        return None
    store = sources.open(run.dataset.source, run.dataset.credentials)
    return lambda key: store.signed_url(key, SIGNED_SECONDS[model.mode])
