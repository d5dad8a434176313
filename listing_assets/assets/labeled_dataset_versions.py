"""`labeled_dataset_versions`: the published, immutable, searchable revision of a version."""

from typing import Any

import dagster as dg
import pyarrow as pa

from listing_assets import quality
from listing_assets.assets.checking import AssetChecks
from listing_assets.assets.embeddings import embeddings
from listing_assets.assets.predicted_tags import predicted_tags
from listing_assets.assets.reporting import column_schema, counts, materialized
from listing_assets.assets.run import (
    GROUP,
    OWNERS,
    Installation,
    VersionRun,
    retried,
)
from listing_assets.assets.smart_tags import smart_tags
from listing_assets.full_runs import note_published
from listing_assets.partitions import dataset_versions
from listing_assets.publishing.columns import ANY_DIMENSION, fixed_columns
from listing_assets.publishing.publish import publish_version
from listing_assets.publishing.report import write_report
from resources.injected import LakeResource

CHECKS = AssetChecks(
    "labeled_dataset_versions", blocking=[quality.row_accounting], warning=[quality.label_drift]
)


@dg.asset(
    deps=[smart_tags, embeddings, predicted_tags],
    partitions_def=dataset_versions,
    group_name=GROUP,
    owners=OWNERS,
    kinds={"lancedb"},
    code_version="1",
    check_specs=CHECKS.specs,
    metadata={"dagster/column_schema": column_schema(pa.schema(fixed_columns(ANY_DIMENSION)))},
)
def labeled_dataset_versions(
    context: dg.AssetExecutionContext, installation: Installation, lake: LakeResource
) -> dg.MaterializeResult:
    """The dataset's LanceDB table at this version: a branch, written as the difference only.

    A revision is a tag such as `v2.1`. Publishing what already stands makes no new one.
    """
    with retried(context):
        run = VersionRun(context.partition_key, installation)
        opened = lake.open()
        settings = installation.settings()
        with opened.lease(str(run.version), f"run {context.run.run_id}", wait_seconds=5):
            published = publish_version(
                opened, run.version, run.recipes, memory=settings.query_memory
            )
            note_published(opened, run.version)
            report = write_report(opened, published.revision, run.recipes, settings.reports)
    revision = published.revision
    summary = revision.summary
    metadata: dict[str, Any] = {
        "revision": revision.revision,
        "gallery": dg.MetadataValue.url(
            f"{settings.gallery_url.rstrip('/')}/?v={run.version.dataset}@{revision.revision}"
        ),
        "is_new_revision": published.is_new,
        "dagster/uri": f"{opened.uri}/{run.version.dataset}.lance",
        "objects": revision.objects,
        "published": revision.published,
        "rejected": revision.rejected,
        "rows_added": published.added,
        "rows_changed": published.changed,
        "rows_removed": published.removed,
        "near_duplicate_groups": summary["near_duplicates"]["groups"],
        "contact_sheet": dg.MetadataValue.path(str(report.contact_sheet)),
        "dataset_card": dg.MetadataValue.path(str(report.card)),
        "preview": dg.MetadataValue.md(report.preview),
    }
    if summary["reasons"]:
        metadata["rejected_by_reason"] = counts(summary["reasons"], "reason")
    for tag, values in summary["labels"].items():
        metadata[f"labels/{tag}"] = counts(values, "value")
    if summary["difference"]:
        metadata["difference"] = dg.MetadataValue.json(summary["difference"])
    checks = CHECKS.judge(run, opened, installation)
    return materialized(context, metadata, revision.data_version, checks)
