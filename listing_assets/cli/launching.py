"""Runs a dataset version through Dagster in this process, recorded in the shared instance.

Runs of the daemon and runs made here stand beside each other in the UI; the lake's leases keep them
from writing one version at once.
"""

import logging
import os
import signal
import socket
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from listing_assets import cli
from listing_assets.cli.ending import Interrupted
from listing_assets.cli.notices import NOTICES
from listing_assets.cli.output import Bars
from listing_assets.cli.turns import Turns
from listing_assets.increment import Listener, Mode
from listing_assets.settings import PROJECT, Settings
from listing_assets.versions.names import VersionName
from resources.errors import ListingError
from resources.processes import is_alive

INTERRUPTED = cli.INTERRUPTED


@dataclass(frozen=True)
class FinishedRun:
    """What a run reported: metadata by asset, failed checks, seconds.

    `waiting` tells of the open batches that keep the version from being published.
    """

    run_id: str
    seconds: float
    metadata: Mapping[str, Mapping[str, Any]]
    warnings: tuple[str, ...]
    waiting: Mapping[str, Any] | None = None


def prepare_environment(settings: Settings) -> None:
    """Point Dagster at the repository's `dagster.yaml` and at this installation's storage.

    Raises:
        ListingError: the storage cannot be written.
    """
    settings.dagster_storage.mkdir(parents=True, exist_ok=True)
    if not os.access(settings.dagster_storage, os.W_OK):
        raise ListingError(
            f"{settings.dagster_storage}: it cannot be written.",
            "Allow writing below LISTING_HOME, or set it to another folder.",
        )
    os.environ["LISTING_HOME"] = str(settings.home)
    os.environ["LISTING_LAKE"] = settings.lake
    os.environ["LISTING_CATALOG"] = str(settings.catalog)
    os.environ["LISTING_DAGSTER"] = str(settings.dagster_storage)
    os.environ.setdefault("DAGSTER_HOME", str(PROJECT))
    # For the processes that Dagster starts; `hold_memory_flat` does the same for this one.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")


def run_version(
    version: VersionName,
    settings: Settings,
    *,
    mode: Mode,
    retry_failed: bool,
    quiet: bool,
    budget: float | None = None,
) -> FinishedRun:
    """Materialize the chain for one version.

    Raises:
        ListingError: the run failed; in the words of what failed.
    """
    prepare_environment(settings)
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    # A run sets the level above anew, and would warn of the checks of what still waits.
    logging.getLogger("dagster._core.execution.plan").setLevel(logging.CRITICAL)
    import dagster as dg

    from listing_assets.assets.run import Installation, Progress
    from listing_assets.definitions import build_defs
    from listing_assets.jobs import assets_for, build_version, build_version_full, mode_config
    from listing_assets.partitions import dataset_versions

    class ProgressBars(Progress):
        """Shows increments as bars."""

        def listener(self, asset: str, log: dg.DagsterLogManager) -> Listener:
            """A listener that moves the bar of `asset`."""
            return lambda report, to_compute: bars.show(asset, report, to_compute)

    began, run_id = time.monotonic(), str(uuid.uuid4())
    with (
        _instance() as instance,
        Bars(quiet=quiet) as bars,
        Turns(instance, run_id),
        _interruptible(),
    ):
        close_dead_runs(instance)
        instance.add_dynamic_partitions(dataset_versions.name or "", [str(version)])
        job = build_version_full if mode == "full" else build_version
        result = (
            build_defs(resource_overrides={"progress": ProgressBars()})
            .resolve_job_def(job.name)
            .execute_in_process(
                instance=instance,
                run_id=run_id,
                partition_key=str(version),
                asset_selection=assets_for(version, Installation().catalog()),
                run_config={
                    **mode_config(mode, retry_failed=retry_failed, budget=budget),
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                },
                tags={"listing/host": socket.gethostname(), "listing/pid": str(os.getpid())},
                raise_on_error=False,
            )
        )
    if not result.success:
        raise _failure(result, version)
    return FinishedRun(
        run_id=result.run_id,
        seconds=time.monotonic() - began,
        metadata=_metadata(result),
        warnings=tuple(
            f"{check.asset_key.to_user_string()}: {check.description}"
            for check in result.get_asset_check_evaluations()
            if not check.passed
        ),
        waiting=_waiting(result),
    )


def _instance() -> Any:
    """The shared instance; it captures no output of this process.

    Captured output goes through files, so that no bar would move; and each of the processes that
    Dagster starts for that answers a Ctrl-C with a traceback.
    """
    import dagster as dg
    from dagster._core.instance.ref import InstanceRef

    kept_nowhere = {
        "module": "dagster._core.storage.noop_compute_log_manager",
        "class": "NoOpComputeLogManager",
    }
    home = str(Path(os.environ["DAGSTER_HOME"]).expanduser())
    return dg.DagsterInstance.from_ref(
        InstanceRef.from_dir(home, overrides={"compute_logs": kept_nowhere})
    )


def close_dead_runs(instance: Any) -> None:
    """End runs whose process on this machine is gone, and free the pool slots they held.

    A process that is killed cannot say so; its run would stand as started for ever and the next
    one would wait for its slot.
    """
    import dagster as dg

    running = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING],
        tags={"listing/host": socket.gethostname()},
    )
    for run in instance.get_runs(running):
        if not is_alive(int(run.tags["listing/pid"])):
            instance.report_run_failed(run, "Its process was ended from outside.")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let SIGTERM end the run as Ctrl-C does: what is finished is committed first."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _metadata(result: Any) -> dict[str, dict[str, Any]]:
    return {
        event.asset_key.to_user_string(): {
            name: value.value for name, value in event.materialization.metadata.items()
        }
        for event in result.get_asset_materialization_events()
    }


def _waiting(result: Any) -> dict[str, Any] | None:
    for event in result.get_asset_observation_events():
        metadata = event.asset_observation_data.asset_observation.metadata
        if "waiting" in metadata:
            return dict(metadata["waiting"].value)
    return None


def _failure(result: Any, version: VersionName) -> ListingError:
    for event in result.get_step_failure_events():
        data = event.step_failure_data
        if data.error_source is not None and data.error_source.value == "INTERRUPT":
            raise Interrupted(
                f"interrupted{NOTICES.while_waiting}; everything finished is kept.",
                "The same command goes on from here.",
            )
        if data.user_failure_data is not None:
            metadata = data.user_failure_data.metadata
            if "problem" in metadata:
                return ListingError(metadata["problem"].value, metadata["remedy"].value)
        if data.error is not None:
            cause = data.error
            while cause.cause is not None:
                cause = cause.cause
            return ListingError(
                f"{event.step_key} of {version} failed: {cause.message.strip()}",
                f"Everything finished is kept. The whole story is in run {result.run_id}:"
                " `make ui` shows it.",
            )
    failed = [check for check in result.get_asset_check_evaluations() if not check.passed]
    told = "; ".join(f"{check.check_name}: {check.description}" for check in failed)
    return ListingError(f"{version} is not published: {told or 'the run was stopped'}.")
