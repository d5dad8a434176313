"""The checks of an asset: blocking where publishing would be wrong, warning where quality drifts.

They are judged at the end of the asset's own step, from what the lake holds. What is computed is in
`listing_assets.quality`; here is only how Dagster is told.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence

import dagster as dg

from listing_assets.assets.run import Installation, VersionRun
from listing_assets.partitions import dataset_versions
from listing_assets.quality import Subject, Verdict
from resources.lake import Lake

# A check that knows its partition is still marked as a preview in Dagster 1.13.
warnings.filterwarnings("ignore", category=dg.PreviewWarning)

Judge = Callable[[Subject], Verdict]


class AssetChecks:
    """What is judged of one asset's partition."""

    def __init__(
        self, asset: str, *, blocking: Sequence[Judge], warning: Sequence[Judge] = ()
    ) -> None:
        self._judges = [*((judge, True) for judge in blocking), *((one, False) for one in warning)]
        self.specs = [
            dg.AssetCheckSpec(
                judge.__name__,
                asset=asset,
                description=judge.__doc__,
                blocking=blocks,
                partitions_def=dataset_versions,
            )
            for judge, blocks in self._judges
        ]
        """What the asset declares."""

    def judge(
        self, run: VersionRun, lake: Lake, installation: Installation
    ) -> list[dg.AssetCheckResult]:
        """The verdicts on what the lake holds now; it is read once for all."""
        memory = installation.settings().query_memory
        with Subject(lake, run.version, run.recipes, memory) as subject:
            return [
                self._result(judge, judge(subject), "ERROR" if blocks else "WARN")
                for judge, blocks in self._judges
            ]

    def put_off(self, why: str) -> Iterator[dg.AssetCheckResult]:
        """What is said of a partition that is not whole yet, and so not materialized."""
        for judge, _ in self._judges:
            yield self._result(judge, Verdict(True, f"Not judged yet: {why}."), "WARN")

    def _result(self, judge: Judge, verdict: Verdict, severity: str) -> dg.AssetCheckResult:
        return dg.AssetCheckResult(
            asset_key=self.specs[0].asset_key,
            check_name=judge.__name__,
            passed=verdict.passed,
            severity=dg.AssetCheckSeverity(severity),
            description=verdict.words,
            metadata=verdict.figures,
        )
