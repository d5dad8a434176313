"""`listing_evaluations`: how good drafts are, against texts and labels of people."""

import asyncio
import base64
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from listing_assets.assets.listing_drafts import listing_drafts
from listing_assets.assets.reporting import materialized
from listing_assets.assets.run import (
    GROUP,
    OWNERS,
    Installation,
    RunMode,
    VersionRun,
    retried,
)
from listing_assets.hashing import digest
from listing_assets.listings.evaluation import (
    Evaluation,
    evaluate_version,
    markdown,
    save_evaluation,
)
from listing_assets.partitions import dataset_versions
from resources.injected import LakeResource, ModelEndpoints

PREVIEW_BYTES = 200_000
"""Largest plot that is shown in the metadata itself."""


@dg.asset(
    deps=[listing_drafts],
    partitions_def=dataset_versions,
    group_name=GROUP,
    owners=OWNERS,
    kinds={"ai"},
    code_version="1",
    pool="listing_models",
    output_required=False,
)
def listing_evaluations(
    context: dg.AssetExecutionContext,
    config: RunMode,
    installation: Installation,
    lake: LakeResource,
    models: ModelEndpoints,
) -> Iterator[dg.MaterializeResult]:
    """BLEU, ROUGE, similarity, accuracies and Precision@k, with the ablation of what is told.

    Made on request, where the dataset names a listing definition and its version carries texts or
    labels of people. What was asked for an earlier evaluation or a draft is not asked again.
    """
    with retried(context):
        run = VersionRun(context.partition_key, installation)
        wanted = run.dataset.listings
        if wanted is None:
            context.log.info(f"{run.dataset.name} names no listing definition: nothing to evaluate")
            return
        settings = installation.settings().model_copy(update={"lake": lake.uri})
        evaluation = asyncio.run(
            evaluate_version(
                run.version,
                wanted.definition,
                run.catalog,
                settings,
                run_id=context.run.run_id,
                budget=run.budget(config),
                listener=lambda done, of: context.log.info(f"{done} of {of} products"),
                open_tag=models.tag_model,
                open_text=models.text_model,
            )
        )
        files = save_evaluation(evaluation, settings.reports)
    yield materialized(
        context,
        {
            "revision": evaluation.version,
            "listing_definition": evaluation.definition,
            "products": evaluation.products,
            "tables": dg.MetadataValue.md(f"{markdown(evaluation)}{_picture(files)}"),
            "files": dg.MetadataValue.json([str(path) for path in files]),
            **_figures(evaluation),
        },
        digest(evaluation.to_rows()),
    )


def _picture(files: tuple[Path, ...]) -> str:
    """The plot as Markdown, where it is small enough for an event."""
    drawn = [path.read_bytes() for path in files if path.suffix == ".png"]
    if not drawn or len(drawn[0]) > PREVIEW_BYTES:
        return ""
    return f"\n![plot](data:image/png;base64,{base64.b64encode(drawn[0]).decode()})\n"


def _figures(evaluation: Evaluation) -> dict[str, float]:
    """The figures that are worth a curve over runs."""
    return {
        f"{row['part']}/{row['name']}/{row['metric']}": float(row["value"])
        for row in evaluation.to_rows()
        if (row["part"], row["name"]) == ("description", "all")
        or row["metric"] in {"accuracy", "Precision@1", "Precision@10"}
    }
