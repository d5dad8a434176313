"""The jobs of an installation: what their folders say, and what Dagster has recorded.

Jobs of the gallery have both; runs of the `listing` command and of Dagster's UI and sensors have no
folder, and are told of all the same.
"""

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Literal

from filelock import FileLock

from listing_assets.settings import Settings
from listing_assets.web.errors import NotFoundError, RefusedError
from listing_assets.web.library import Kept
from listing_assets.web.running.folders import (
    ExportJob,
    Job,
    JobFolder,
    VersionJob,
    job_folders,
    make_room,
)
from listing_assets.web.running.launching import launch
from resources.errors import VersionBusyError

if TYPE_CHECKING:
    from listing_assets.job_runs import RecordedRun, RecordedRuns, RecordedSteps

JobStatus = Literal[
    "queued", "starting", "running", "stopping", "succeeded", "waiting", "failed", "stopped"
]
OVER = frozenset({"succeeded", "waiting", "failed", "stopped"})
TOLD_KEPT = 200
"""Jobs that are over, whose events are kept in memory."""


@dataclass(frozen=True)
class JobState:
    """A job as it is now. `waiting`: it ended well, to go on once batches are answered."""

    id: str
    status: JobStatus
    folder: JobFolder | None
    run: "RecordedRun | None"

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens."""
        return self.status in OVER


class Jobs:
    """The jobs, for many threads. Dagster is not loaded before it is asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._root = settings.jobs
        self._lock = Lock()
        self._opened: RecordedRuns | None = None
        self._recorded: set[str] = set()
        self._told: Kept[str, RecordedSteps] = Kept(TOLD_KEPT)

    def start(self, job: Job) -> JobState:
        """Begin a job.

        Raises:
            VersionBusyError: another run of the same dataset version is not over yet.
        """
        self._root.mkdir(parents=True, exist_ok=True)
        with FileLock(self._root / ".starting"):
            if isinstance(job, VersionJob):
                self._require_idle(job.version)
            make_room(self._root)
            folder = JobFolder.create(self._root, job)
            launch(folder, self._settings)
        return JobState(folder.id, "starting", folder, None)

    def one(self, job_id: str, *, export: bool) -> JobState:
        """A job by its id. Raises `NotFoundError`."""
        found = self._folder(job_id)
        # In this order: a run that is not over while its process was gone before is dead.
        is_alive = found is not None and found.is_alive
        run = self._runs.one(job_id)
        kind = run.is_export if run else found is not None and isinstance(found.job, ExportJob)
        if (found is None and run is None) or kind != export:
            raise NotFoundError(
                f"there is no {'export' if export else 'job'} {job_id}.",
                f"GET /api/{'exports' if export else 'jobs'} lists those there are.",
            )
        return self._state(job_id, found, run, is_alive=is_alive)

    def page(
        self, *, exports: bool, most: int, after: str | None = None
    ) -> tuple[list[JobState], str | None]:
        """The newest jobs, or those before the job `after`; and the last one, if there are more.

        Those whose run is not recorded yet come first.
        """
        folders = {folder.id: folder for folder in job_folders(self._root)}
        alive = {one for one in folders if folders[one].is_alive}
        runs = self._runs.page(exports=exports, most=most + 1, after=after)
        following = runs[most - 1].id if len(runs) > most else None
        states = [
            self._state(run.id, folders.get(run.id), run, is_alive=run.id in alive)
            for run in runs[:most]
        ]
        if after is None:
            fresh = [folders[one] for one in self._unrecorded(list(folders))]
            states = [
                self._state(folder.id, folder, None, is_alive=folder.id in alive)
                for folder in fresh
                if isinstance(folder.job, ExportJob) == exports
            ] + states
        return states, following

    def stop(self, job_id: str, *, export: bool) -> JobState:
        """Ask a job to end itself, once what is finished is kept; one that is over stays as it is.

        Raises:
            NotFoundError: there is no such job.
            RefusedError: it belongs to a terminal, or Dagster cannot end it.
        """
        state = self.one(job_id, export=export)
        if state.is_over:
            return state
        if state.folder is not None:
            state.folder.ask_to_stop()
        elif state.run is not None and not state.run.is_of_the_daemon:
            raise RefusedError(
                f"job {job_id} was begun by a command, as process {state.run.tags['listing/pid']}"
                f" of {state.run.tags.get('listing/host', 'an unknown machine')}.",
                "Press Ctrl-C in its terminal, or send that process SIGTERM.",
            )
        elif state.run is not None and not self._runs.cancel(state.run):
            raise RefusedError(
                f"job {job_id} was begun by Dagster, which cannot reach it now.",
                "Stop it in Dagster's UI.",
            )
        return self.one(job_id, export=export)

    def steps(self, state: JobState) -> "RecordedSteps | None":
        """What the events of a job's run tell; None before there is a run."""
        if state.run is None:
            return None
        told = self._told.get(state.id)
        if told is None:
            told = self._runs.steps(state.run)
            if state.is_over:
                self._told.put(state.id, told)
        return told

    def close(self) -> None:
        """Let go of Dagster's instance. Jobs go on."""
        if self._opened is not None:
            self._opened.close()

    @property
    def _runs(self) -> "RecordedRuns":
        # Dagster takes its time, and its memory, which a search does not need.
        from listing_assets.job_runs import RecordedRuns

        with self._lock:
            if self._opened is None:
                self._opened = RecordedRuns.open()
            return self._opened

    def _require_idle(self, version: str) -> None:
        for folder in job_folders(self._root):
            if folder.is_alive and _version(folder.job) == version:
                own = self._runs.one(folder.id)
                if own is None or not own.is_over:  # a process takes a moment to end after its run
                    raise _busy(version, folder.id)
        run = self._runs.unfinished(version)
        if run is not None and not self._state(run.id, self._folder(run.id), run).is_over:
            raise _busy(version, run.id)

    def _folder(self, job_id: str) -> JobFolder | None:
        folder = JobFolder(self._root / job_id)
        return folder if folder.path.is_dir() else None

    def _unrecorded(self, job_ids: list[str]) -> list[str]:
        """Those jobs, in their order, whose process has recorded no run, or has not yet."""
        unknown = [one for one in job_ids if one not in self._recorded]
        self._recorded |= {run.id for run in self._runs.named(unknown)}
        return [one for one in unknown if one not in self._recorded]

    def _state(
        self,
        job_id: str,
        folder: JobFolder | None,
        run: "RecordedRun | None",
        *,
        is_alive: bool = False,
    ) -> JobState:
        is_to_stop = folder is not None and folder.is_to_stop
        if run is not None and (run.is_dead or (folder and not is_alive and not run.is_over)):
            self._runs.close_dead(run)
            run = self._runs.one(job_id) or run
        status: JobStatus
        if run is None:
            status = "starting" if is_alive else "failed"
        elif run.status == "succeeded" and "listing/waiting_requests" in run.tags:
            status = "waiting"
        elif run.status == "succeeded" and is_alive and folder and folder.is_ending_export:
            status = "running"
        else:
            status = run.status
        if is_to_stop and status == "failed":
            status = "stopped"
        elif is_to_stop and status not in OVER:
            status = "stopping"
        return JobState(job_id, status, folder, run)


def _version(job: Job) -> str | None:
    return job.version if isinstance(job, VersionJob) else None


def _busy(version: str, job_id: str) -> VersionBusyError:
    return VersionBusyError(
        f"{version} is being worked on by job {job_id}.",
        "Wait for its end, or stop it: two runs of one version would do the same work twice.",
    )
