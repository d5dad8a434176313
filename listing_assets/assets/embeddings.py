"""`embeddings`: one vector per photo and recipe."""

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
from listing_assets.embedding.step import embed_version
from listing_assets.partitions import dataset_versions
from resources.injected import LakeResource, ModelEndpoints
from resources.lake.locks import QUEUE_SECONDS
from resources.lake.tables import embeddings as embeddings_table


@dg.asset(
    deps=[normalized_images],
    partitions_def=dataset_versions,
    group_name=GROUP,
    owners=OWNERS,
    kinds={"lancedb", "ai"},
    code_version="1",
    pool="embedding_model",
)
def embeddings(
    context: dg.AssetExecutionContext,
    config: RunMode,
    installation: Installation,
    lake: LakeResource,
    models: ModelEndpoints,
    progress: dg.ResourceParam[Progress],
) -> dg.MaterializeResult:
    """Unit vectors of the dataset's embedding model; one model and dimension per table."""
    with retried(context):
        run = VersionRun(context.partition_key, installation)
        model = run.recipes.embedding_model
        opened = lake.open()
        endpoint = models.embedding_model(model.endpoint_config())
        purpose = f"run {context.run.run_id} of {run.version}"
        with opened.lease(f"model {model.name}", purpose, wait_seconds=QUEUE_SECONDS):
            report = embed_version(
                opened,
                run.version,
                run.recipes,
                endpoint,
                mode=config.mode,
                retry_failed=config.retry_failed,
                window=installation.window(),
                memory=installation.settings().query_memory,
                listener=progress.listener("embeddings", context.log),
            )
    table = embeddings_table(model.model, endpoint.dimension)
    return step_result(
        run,
        opened,
        table.name,
        run.recipes.embedding,
        report,
        model=model.identity,
        dimension=endpoint.dimension,
        **{"dagster/column_schema": column_schema(table.schema)},
    )
