"""`instruction_datasets`: what published listings teach, as conversations that a model is trained
on.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import dagster as dg
from pydantic import Field

from listing_assets.assets.labeled_dataset_versions import labeled_dataset_versions
from listing_assets.assets.reporting import calls_metadata, counts, materialized
from listing_assets.assets.run import (
    GROUP,
    OWNERS,
    Installation,
    Progress,
    RunMode,
    VersionRun,
    retried,
)
from listing_assets.listings.training import (
    InstructionDataset,
    InstructionRequest,
    NothingToLearnError,
    write_instruction_dataset,
)
from listing_assets.partitions import dataset_versions
from listing_assets.search import QueryEmbedder
from resources.injected import LakeResource, ModelEndpoints
from resources.lake.tables import LISTING_ANSWERS


class InstructionMode(RunMode):
    """How an instruction dataset is made."""

    settings: dict[str, Any] = Field(default_factory=dict)
    """Fields of an `InstructionRequest`, such as `least_quality` or `balance`."""


@dg.asset(
    deps=[labeled_dataset_versions],
    partitions_def=dataset_versions,
    group_name=GROUP,
    owners=OWNERS,
    kinds={"json"},
    code_version="1",
    pool="embedding_model",
    output_required=False,
)
def instruction_datasets(
    context: dg.AssetExecutionContext,
    config: InstructionMode,
    installation: Installation,
    lake: LakeResource,
    models: ModelEndpoints,
    progress: dg.ResourceParam[Progress],
) -> Iterator[dg.MaterializeResult]:
    """Listings of a version, cleaned, as instructions and answers in ChatML, split by product.

    Made where the dataset names a listing definition and its photos carry the texts of listings.
    Written once for a revision, its definition and its settings; a likeness of text and photo that
    was once asked for is not asked for again.
    """
    with retried(context):
        run = VersionRun(context.partition_key, installation)
        wanted = run.dataset.listings
        if wanted is None:
            context.log.info(f"{run.dataset.name} names no listing definition: nothing is taught")
            return
        asked = {
            "definition": wanted.definition,
            **InstructionRequest.of_dataset(wanted),
            **config.settings,
        }
        request = InstructionRequest(version=str(run.version), **asked)
        settings = installation.settings().model_copy(update={"lake": lake.uri})
        model = run.recipes.embedding_model
        with ExitStack() as stack:
            records = stack.enter_context(
                run.calling(context, config, installation, lake.open(), model)
            )
            # What a killed run asked for comes into the ledger.
            records.keep_in(LISTING_ANSWERS)
            vectors = stack.enter_context(
                QueryEmbedder(
                    model,
                    run.recipes.spec,
                    open_model=lambda endpoint, _: models.embedding_model(endpoint, records),
                )
            )
            try:
                written = write_instruction_dataset(
                    request,
                    settings,
                    vectors=vectors,
                    listener=progress.listener("instruction_datasets", context.log),
                )
            except NothingToLearnError as error:
                context.log.info(str(error))
                return
    calls = calls_metadata(records.summary) if records.summary.outcomes else {}
    yield materialized(context, {**_metadata(written), **calls}, written.data_version)


def _metadata(written: InstructionDataset) -> dict[str, Any]:
    removed = {line["step"]: line["removed"] for line in written.cleaning}
    metadata: dict[str, Any] = {
        "revision": written.revision,
        "listing_definition": written.definition,
        "path": dg.MetadataValue.path(written.to),
        "is_new": written.is_new,
        "listings": written.listings,
        "kept": written.kept,
        "removed_by_step": counts(removed, "step"),
        "files": written.files,
        "bytes": written.bytes,
    }
    for split, examples in written.examples.items():
        metadata[f"examples/{split}"] = counts(examples, "kind")
    return metadata
