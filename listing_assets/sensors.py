"""The sensors: settled uploads and ended batches become runs of dataset versions.

What has settled is decided in `watching.py`, which batches have ended in `batches/polling.py`; here
is only what Dagster must be told.
"""

import json
import time
from collections.abc import Iterable, Mapping

import dagster as dg

from listing_assets.assets.run import Installation
from listing_assets.batches.polling import Due, look_at_batches
from listing_assets.jobs import assets_for, build_version, mode_config
from listing_assets.partitions import dataset_versions
from listing_assets.versions.listing import frozen_listings
from listing_assets.versions.names import VersionName
from listing_assets.watching import SourceState, Upload, look
from resources.errors import ListingError
from resources.injected import LakeResource, ObjectStores

TICK_SECONDS = 40.0
"""Listing stops here and goes on in the next tick; Dagster ends a tick after 60 s."""
INTERVAL_SECONDS = 15
BATCH_INTERVAL_SECONDS = 60


@dg.sensor(
    job=build_version,
    minimum_interval_seconds=INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Adds and runs the next dataset version once uploads have settled.",
)
def new_uploads(
    context: dg.SensorEvaluationContext,
    installation: Installation,
    lake: LakeResource,
    sources: ObjectStores,
) -> dg.SensorResult | dg.SkipReason:
    """Look at every watched source; ask for a run of each version whose upload has settled."""
    states = _states(context.cursor)
    opened = lake.open()
    deadline = time.monotonic() + TICK_SECONDS
    wanted: dict[VersionName, Upload] = {}
    chains: dict[VersionName, list[dg.AssetKey]] = {}
    catalog = installation.catalog()
    notes = []
    watched = [d for d in catalog.datasets.values() if d.watch.enabled]
    # A dataset in the middle of its look comes first, so that a large one is seen through.
    for dataset in sorted(watched, key=lambda d: _is_idle(states, d.name)):
        state = states.setdefault(dataset.name, SourceState())
        try:
            store = sources.open(dataset.source, dataset.credentials)
            listings = frozen_listings(opened, dataset.name)
            for upload in look(dataset, store, state, listings, deadline):
                name = VersionName(dataset.name, upload.version)
                chains[name] = assets_for(name, catalog)
                wanted[name] = upload
        except ListingError as error:
            notes.append(f"{dataset.name}: {error}")
            continue
        if state.after is not None:
            notes.append(f"{dataset.name}: listed up to {state.after}, to be continued")
        if time.monotonic() >= deadline:
            break
    busy = {name for name in wanted if _is_running(context.instance, name)}
    ready = {name: upload for name, upload in wanted.items() if name not in busy}
    cursor = json.dumps({name: s.model_dump(mode="json") for name, s in states.items()})
    notes += [f"{name}: a run is under way" for name in busy]
    return dg.SensorResult(
        cursor=cursor,
        skip_reason=None if ready else "; ".join(notes) or "no new uploads have settled",
        dynamic_partitions_requests=[
            dataset_versions.build_add_request([str(name) for name in ready])
        ],
        run_requests=[
            dg.RunRequest(
                partition_key=str(name),
                asset_selection=chains[name],
                # The same version is asked for again only when its objects differ.
                run_key=f"{name}:{upload.fingerprint}",
                tags={"listing/objects": str(upload.objects)},
            )
            for name, upload in ready.items()
        ],
    )


@dg.sensor(
    job=build_version,
    minimum_interval_seconds=BATCH_INTERVAL_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Runs a dataset version once a batch that it waits for has ended.",
)
def batch_results(
    context: dg.SensorEvaluationContext, installation: Installation, lake: LakeResource
) -> dg.SensorResult | dg.SkipReason:
    """Ask about every open batch; ask for a run of each version that waits for an ended one.

    All that is known is in the lake, so that there is no cursor to lose.
    """
    deadline = time.monotonic() + TICK_SECONDS
    catalog = installation.catalog()
    look = look_at_batches(lake.open(), catalog, deadline)
    notes, requests = list(look.notes), []
    for version, reasons in _by_version(look.due).items():
        fresh = next((due for due in reasons if not _was_run_for(context.instance, due)), None)
        if _is_running(context.instance, version):
            notes.append(f"{version}: a run is under way")
        elif fresh is None:
            notes.append(f"{version}: its last run did not collect what has ended; run it again")
        else:
            requests.append(
                dg.RunRequest(
                    partition_key=str(version),
                    asset_selection=assets_for(version, catalog),
                    run_key=fresh.key,
                    run_config=mode_config("incremental", budget=fresh.budget_left),
                    tags={"listing/batch": fresh.batch},
                )
            )
    if not requests:
        notes.append(f"open batches: {look.open}")
    return dg.SensorResult(
        skip_reason=None if requests else "; ".join(notes),
        dynamic_partitions_requests=[
            dataset_versions.build_add_request([str(due.partition_key) for due in requests])
        ],
        run_requests=requests,
    )


SENSORS = [new_uploads, batch_results]


def _by_version(due: Iterable[Due]) -> dict[VersionName, list[Due]]:
    by_version: dict[VersionName, list[Due]] = {}
    for one in due:
        by_version.setdefault(one.version, []).append(one)
    return by_version


def _was_run_for(instance: dg.DagsterInstance, due: Due) -> bool:
    """Whether a run was asked for with this key, which Dagster takes only once."""
    return bool(instance.get_runs(dg.RunsFilter(tags={"dagster/run_key": due.key}), limit=1))


def _states(cursor: str | None) -> dict[str, SourceState]:
    """The states in the cursor; a lost or unreadable cursor begins anew."""
    try:
        stored = json.loads(cursor or "{}")
        return {name: SourceState.model_validate(state) for name, state in stored.items()}
    except ValueError:
        return {}


def _is_idle(states: Mapping[str, SourceState], name: str) -> bool:
    return name not in states or states[name].after is None


def _is_running(instance: dg.DagsterInstance, name: VersionName) -> bool:
    unfinished = dg.RunsFilter(
        tags={"dagster/partition": str(name)},
        statuses=[
            dg.DagsterRunStatus.QUEUED,
            dg.DagsterRunStatus.NOT_STARTED,
            dg.DagsterRunStatus.STARTING,
            dg.DagsterRunStatus.STARTED,
        ],
    )
    return bool(instance.get_runs(unfinished, limit=1))
