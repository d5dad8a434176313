"""Asset checks: blocking where publishing would be wrong, warning where quality drifts.

What is computed is in `listing_assets.quality`; here is only how Dagster shows it.
"""

from collections.abc import Callable

import dagster as dg

from listing_assets import quality
from listing_assets.assets.embeddings import embeddings
from listing_assets.assets.labeled_dataset_versions import labeled_dataset_versions
from listing_assets.assets.normalized_images import normalized_images
from listing_assets.assets.predicted_tags import predicted_tags
from listing_assets.assets.raw_images import raw_images
from listing_assets.assets.run import Installation, VersionRun
from listing_assets.assets.smart_tags import smart_tags
from listing_assets.partitions import dataset_versions
from listing_assets.quality import Subject, Verdict
from resources.injected import LakeResource


def _check(
    asset: dg.AssetsDefinition, judge: Callable[[Subject], Verdict], *, blocking: bool
) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=asset,
        name=judge.__name__,
        description=judge.__doc__,
        blocking=blocking,
        partitions_def=dataset_versions,
    )
    def check(
        context: dg.AssetCheckExecutionContext, installation: Installation, lake: LakeResource
    ) -> dg.AssetCheckResult:
        run = VersionRun(context.partition_key, installation)
        memory = installation.settings().query_memory
        verdict = judge(Subject(lake.open(), run.version, run.recipes, memory))
        return dg.AssetCheckResult(
            passed=verdict.passed,
            severity=dg.AssetCheckSeverity.ERROR if blocking else dg.AssetCheckSeverity.WARN,
            description=verdict.words,
            metadata=verdict.figures,
        )

    return check


CHECKS = [
    _check(raw_images, quality.unique_keys, blocking=True),
    _check(normalized_images, quality.every_object_settled, blocking=True),
    _check(normalized_images, quality.reject_rate, blocking=False),
    _check(smart_tags, quality.known_label_values, blocking=True),
    _check(smart_tags, quality.tag_coverage, blocking=False),
    _check(predicted_tags, quality.known_predicted_values, blocking=True),
    _check(predicted_tags, quality.predicted_coverage, blocking=False),
    _check(embeddings, quality.unit_vectors_of_one_dimension, blocking=True),
    _check(embeddings, quality.vector_coverage, blocking=False),
    _check(labeled_dataset_versions, quality.row_accounting, blocking=True),
    _check(labeled_dataset_versions, quality.label_drift, blocking=False),
]
