"""Asset checks: blocking where publishing would be wrong, warning where quality drifts.

What is computed is in `listing_assets.quality`; here is only how Dagster shows it.
"""

from collections.abc import Callable, Iterator, Sequence

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

Judge = Callable[[Subject], Verdict]


def _checks(
    asset: dg.AssetsDefinition, *, blocking: Sequence[Judge], warning: Sequence[Judge] = ()
) -> dg.AssetChecksDefinition:
    """All checks of one asset as one step, which reads what they judge once."""

    @dg.multi_asset_check(
        name=f"{asset.key.to_python_identifier()}_checks",
        specs=[
            dg.AssetCheckSpec(
                judge.__name__,
                asset=asset,
                description=judge.__doc__,
                blocking=judge in blocking,
                partitions_def=dataset_versions,
            )
            for judge in (*blocking, *warning)
        ],
    )
    def check(
        context: dg.AssetCheckExecutionContext, installation: Installation, lake: LakeResource
    ) -> Iterator[dg.AssetCheckResult]:
        run = VersionRun(context.partition_key, installation)
        memory = installation.settings().query_memory
        with Subject(lake.open(), run.version, run.recipes, memory) as subject:
            for judge in (*blocking, *warning):
                verdict = judge(subject)
                severity = "ERROR" if judge in blocking else "WARN"
                yield dg.AssetCheckResult(
                    asset_key=asset.key,
                    check_name=judge.__name__,
                    passed=verdict.passed,
                    severity=dg.AssetCheckSeverity(severity),
                    description=verdict.words,
                    metadata=verdict.figures,
                )

    return check


CHECKS = [
    _checks(raw_images, blocking=[quality.unique_keys]),
    _checks(
        normalized_images, blocking=[quality.every_object_settled], warning=[quality.reject_rate]
    ),
    _checks(smart_tags, blocking=[quality.known_label_values], warning=[quality.tag_coverage]),
    _checks(
        predicted_tags,
        blocking=[quality.known_predicted_values],
        warning=[quality.predicted_coverage],
    ),
    _checks(
        embeddings,
        blocking=[quality.unit_vectors_of_one_dimension],
        warning=[quality.vector_coverage],
    ),
    _checks(
        labeled_dataset_versions, blocking=[quality.row_accounting], warning=[quality.label_drift]
    ),
]
