"""One job of the gallery, in a process of its own: `python -m listing_assets.job_process FOLDER`.

The run has the job's id and is recorded in the shared instance, so that Dagster's UI shows it and a
stop there is heard here. What the job was asked for and how far it is, is in its folder.
"""

import hashlib
import logging
import os
import signal
import socket
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any, Final

import dagster as dg

from listing_assets.assets.run import Installation, Progress
from listing_assets.definitions import build_defs
from listing_assets.export_job import export_config, export_version
from listing_assets.exports import DATASET_VERSION, MANIFEST
from listing_assets.increment import Listener, Report
from listing_assets.job_runs import RecordedRuns
from listing_assets.jobs import MODED, assets_for, build_version, build_version_full
from listing_assets.partitions import dataset_versions
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName
from listing_assets.web.running.folders import (
    AGAIN,
    ExportJob,
    JobFolder,
    StepProgress,
    VersionJob,
)
from listing_assets.web.running.jobs import Jobs
from resources.errors import ListingError
from resources.injected import LakeResource
from resources.processes import hold_memory_flat

INTERRUPTED: Final = 130
NOTED_SECONDS: Final = 0.5
STOP_SECONDS: Final = 0.5
QUIET: Final = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def main() -> None:
    """Run the job of the folder that is named; exit codes as those of `listing`."""
    folder = JobFolder(Path(sys.argv[1]))
    hold_memory_flat()
    for number in (signal.SIGINT, signal.SIGTERM):  # Dagster takes the one for the other
        signal.signal(number, signal.default_int_handler)
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    logging.getLogger("dagster._core.execution.plan").setLevel(logging.CRITICAL)
    try:
        is_done = run_job(folder, Settings())
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except ListingError as error:
        folder.note_end(problem=error.problem, remedy=error.remedy)
        sys.exit(1)
    except Exception as error:
        traceback.print_exc()
        folder.note_end(
            problem=f"the job's process failed: {type(error).__name__}.",
            remedy=f"Its log says more: {folder.log}",
        )
        sys.exit(1)
    sys.exit(0 if is_done else 1)


def run_job(folder: JobFolder, settings: Settings) -> bool:
    """Run the job; whether it was done.

    Raises:
        ListingError: it could not begin.
        KeyboardInterrupt: it was stopped before it began.
    """
    with dg.DagsterInstance.get() as instance:
        RecordedRuns(instance).close_all_dead()
        threading.Thread(target=_stop_when_asked, args=(folder, instance), daemon=True).start()
        job = folder.job
        if isinstance(job, VersionJob):
            return _bring_up_to_date(folder, job, instance)
        is_done = _export(folder, job, settings, instance)
    if is_done and job.name is not None:
        manifest = (settings.exports / job.name / MANIFEST).read_bytes()
        folder.note_end(manifest_sha256=hashlib.sha256(manifest).hexdigest())
    elif is_done and job.request.format == DATASET_VERSION:
        publishing = Jobs(settings).start(VersionJob(version=job.request.to))
        folder.note_end(published_by=publishing.id)
    return is_done


def _bring_up_to_date(folder: JobFolder, job: VersionJob, instance: dg.DagsterInstance) -> bool:
    instance.add_dynamic_partitions(dataset_versions.name or "", [job.version])
    in_full = job.mode == "full" and AGAIN[job.kind] >= set(MODED)
    steps: dict[str, object] = {
        step: {
            "config": {
                "mode": job.mode_of(step),
                "retry_failed": job.retry_failed,
                "budget": job.budget,
            }
        }
        for step in MODED
    }
    result = (
        build_defs(resource_overrides={"progress": NotedProgress(folder)})
        .resolve_job_def((build_version_full if in_full else build_version).name)
        .execute_in_process(
            instance=instance,
            run_id=folder.id,
            partition_key=job.version,
            asset_selection=assets_for(VersionName.parse(job.version), Installation().catalog()),
            run_config={"ops": steps, **QUIET},
            tags=_tags(),
            raise_on_error=False,
        )
    )
    return bool(result.success)


def _export(
    folder: JobFolder, job: ExportJob, settings: Settings, instance: dg.DagsterInstance
) -> bool:
    result = export_version.execute_in_process(
        instance=instance,
        run_id=folder.id,
        run_config={**export_config(job.request), **QUIET},
        resources={
            "installation": Installation(),
            "lake": LakeResource(uri=settings.lake),
            "progress": NotedProgress(folder),
        },
        tags=_tags(),
        raise_on_error=False,
    )
    return bool(result.success)


class NotedProgress(Progress):
    """Keeps in the job's folder how far each step is."""

    def __init__(self, folder: JobFolder) -> None:
        self._folder = folder
        self._steps: dict[str, StepProgress] = {}

    def listener(self, asset: str, log: dg.DagsterLogManager) -> Listener:
        """A listener that notes the step `asset`."""
        last = 0.0

        def listen(report: Report, to_compute: int) -> None:
            nonlocal last
            is_whole = report.computed >= to_compute
            if not is_whole and time.monotonic() - last < NOTED_SECONDS:
                return
            last = time.monotonic()
            self._steps[asset] = StepProgress(
                needed=report.needed,
                reused=report.reused,
                to_compute=to_compute,
                computed=report.computed,
                failed=dict(report.failed),
                calls=report.calls,
                input_tokens=report.input_tokens,
                output_tokens=report.output_tokens,
                cost=report.cost,
                seconds=report.seconds,
            )
            self._folder.note_progress(self._steps)

        return listen


def _tags() -> dict[str, str]:
    return {
        "listing/host": socket.gethostname(),
        "listing/pid": str(os.getpid()),
        "listing/started_by": "gallery",
    }


def _stop_when_asked(folder: JobFolder, instance: Any) -> None:
    """Interrupt this process once its folder or its run says so: what is finished is kept."""
    while True:
        time.sleep(STOP_SECONDS)
        run = instance.get_run_by_id(folder.id)
        is_canceling = run is not None and run.status == dg.DagsterRunStatus.CANCELING
        if not folder.is_to_stop and not is_canceling:
            continue
        if run is not None and not run.is_finished and not is_canceling:
            # An interrupted run that was not canceled would stand as failed.
            instance.report_run_canceling(run)
        os.kill(os.getpid(), signal.SIGTERM)
        return


if __name__ == "__main__":
    main()
