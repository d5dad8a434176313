"""One assembly for Dagster, the command line and the tests."""

from collections.abc import Mapping

import dagster as dg

from listing_assets.assets import ASSETS, ON_REQUEST
from listing_assets.assets.run import Installation, Progress
from listing_assets.jobs import JOBS
from listing_assets.maintenance_job import lake_maintenance
from listing_assets.schedules import SCHEDULES
from listing_assets.sensors import SENSORS
from listing_assets.settings import Settings
from resources.injected import Compute, LakeResource, ModelEndpoints, ObjectStores


def build_defs(*, resource_overrides: Mapping[str, object] | None = None) -> dg.Definitions:
    """The definitions, with any resource replaced.

    Steps run in the process of their run: each run has a process of its own already, and the
    concurrency that matters is inside a step.
    """
    settings = Settings()
    resources: dict[str, object] = {
        "installation": Installation(),
        "lake": LakeResource(uri=settings.lake),
        "sources": ObjectStores(max_connections=settings.fetch_concurrency * 2),
        "models": ModelEndpoints(),
        "compute": Compute(kind=settings.compute),
        "progress": Progress(),
    }
    return dg.Definitions(
        assets=[*ASSETS, *ON_REQUEST],
        jobs=[*JOBS, lake_maintenance],
        sensors=SENSORS,
        schedules=SCHEDULES,
        resources={**resources, **(resource_overrides or {})},
        executor=dg.in_process_executor,
    )


defs = build_defs()
