"""`embeddings`: one vector per photo and recipe."""

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
from listing_assets.embedding.step import embed_version
from listing_assets.partitions import dataset_versions
from listing_assets.publishing.columns import ANY_DIMENSION
from listing_assets.versions.photos import locate_photos, read_photos
from resources.injected import Compute, LakeResource, ModelEndpoints
from resources.lake.tables import embeddings as embeddings_table

CHECKS = AssetChecks(
    "embeddings",
    blocking=[quality.unit_vectors_of_one_dimension],
    warning=[quality.vector_coverage],
)


@dg.asset(
    deps=[normalized_images],
    partitions_def=dataset_versions,
    group_name=GROUP,
    owners=OWNERS,
    kinds={"lancedb", "ai"},
    code_version="1",
    pool="embedding_model",
    check_specs=CHECKS.specs,
    metadata={
        "dagster/column_schema": column_schema(embeddings_table("model", ANY_DIMENSION).schema)
    },
)
def embeddings(
    context: dg.AssetExecutionContext,
    config: RunMode,
    installation: Installation,
    lake: LakeResource,
    models: ModelEndpoints,
    compute: Compute,
    progress: dg.ResourceParam[Progress],
) -> dg.MaterializeResult:
    """Unit vectors of the dataset's embedding model; one model and dimension per table."""
    with retried(context):
        run = VersionRun(context.partition_key, installation)
        model = run.recipes.embedding_model
        opened = lake.open()
        with run.calling(context, config, installation, opened, model) as records:
            endpoint_config = model.endpoint_config()
            workers = compute.workers(run.dataset.compute, endpoint_config, opened)
            endpoint = models.embedding_model(endpoint_config, records, workers)
            report = embed_version(
                opened,
                run.version,
                run.recipes,
                endpoint,
                records,
                mode=config.mode,
                retry_failed=config.retry_failed,
                window=installation.window(),
                memory=installation.settings().query_memory,
                listener=progress.listener("embeddings", context.log),
                photos=locate_photos if workers else read_photos,
            )
    table = embeddings_table(model.vector_space, endpoint.dimension)
    return step_result(
        context,
        run,
        opened,
        table.name,
        run.recipes.embedding,
        report,
        CHECKS.judge(run, opened, installation),
        model=model.identity,
        dimension=endpoint.dimension,
        **calls_metadata(records.summary),
    )
