"""The job that keeps the lake small and quick, and when it is run.

Its pool of one keeps two of them from working at once; what it does alone in the lake is guarded by
the lake's own leases, for runs outside the daemon too.
"""

from datetime import timedelta
from typing import Any

import dagster as dg

from listing_assets.assets.run import Installation
from listing_assets.maintenance import Maintenance, TableUpkeep, maintain_lake
from resources.errors import LakeError, ListingError
from resources.injected import LakeResource

POOL = "lake_maintenance"
MOST_RETRIES = 2
RETRY_SECONDS = 300.0
"""After a table could not be maintained; those that were have nothing more to do."""
WAIT_SECONDS = 3600.0
"""How long it waits for the runs of a night to leave a gap."""


@dg.op(
    pool=POOL,
    out=dg.Out(dg.Nothing),
    description="Compact the lake's tables, clear away versions that no revision names.",
)
def maintain_lake_tables(
    context: dg.OpExecutionContext, installation: Installation, lake: LakeResource
) -> Any:
    """Maintain the lake; the output's metadata has files and bytes before and after, by table."""

    def tell(upkeep: TableUpkeep) -> None:
        if upkeep.merged or upkeep.versions or upkeep.problem:
            context.log.info(
                f"{upkeep.table}: {upkeep.merged} fragments became {upkeep.made},"
                f" {upkeep.versions} versions cleared {upkeep.problem or ''}".strip()
            )

    try:
        done = maintain_lake(
            lake.open(),
            timedelta(days=installation.settings().maintenance_retention),
            f"lake_maintenance, run {context.run.run_id}",
            wait_seconds=WAIT_SECONDS,
            on_table=tell,
        )
        context.add_output_metadata(_metadata(done))
        if done.problems:
            if context.retry_number < MOST_RETRIES:
                context.log.warning(" ".join(done.problems))
                raise dg.RetryRequested(MOST_RETRIES, RETRY_SECONDS)
            raise LakeError(" ".join(done.problems), "The other tables are maintained.")
    except ListingError as error:
        raise dg.Failure(
            description=str(error),
            metadata={"problem": error.problem, "remedy": error.remedy or "none known"},
            allow_retries=False,
        ) from error


def _metadata(done: Maintenance) -> dict[str, dg.MetadataValue]:
    totals: dict[str, dg.MetadataValue] = {
        "files_before": dg.MetadataValue.int(done.before.files),
        "files_after": dg.MetadataValue.int(done.after.files),
        "bytes_before": dg.MetadataValue.int(done.before.bytes),
        "bytes_after": dg.MetadataValue.int(done.after.bytes),
        "retention_days": dg.MetadataValue.float(done.retention_days),
        "seconds": dg.MetadataValue.float(done.seconds),
    }
    if not done.tables:
        return totals
    return {
        **totals,
        "tables": dg.MetadataValue.table(
            records=[
                dg.TableRecord(
                    {
                        "table": upkeep.table,
                        "files_before": upkeep.before.files,
                        "files_after": upkeep.after.files,
                        "bytes_before": upkeep.before.bytes,
                        "bytes_after": upkeep.after.bytes,
                        "fragments_merged": upkeep.merged,
                        "versions_cleared": upkeep.versions,
                        "problem": upkeep.problem or "",
                    }
                )
                for upkeep in done.tables
            ]
        ),
    }


@dg.job(
    tags={"listing/kind": "maintenance"},
    description="Compact the lake's tables, clear away old versions; revisions stay as they are.",
)
def lake_maintenance() -> None:
    """One op."""
    maintain_lake_tables()
