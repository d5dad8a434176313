"""The schedules: what is done by the clock."""

import dagster as dg

from listing_assets.maintenance_job import lake_maintenance

nightly_maintenance = dg.ScheduleDefinition(
    name="nightly_maintenance",
    job=lake_maintenance,
    cron_schedule="40 3 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Maintains the lake every night at 03:40 UTC. It waits for a gap between runs; runs"
    " wait while it works.",
)

SCHEDULES = [nightly_maintenance]
