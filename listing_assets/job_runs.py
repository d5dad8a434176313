"""The runs that Dagster's instance has recorded, as plain data: for whoever watches jobs.

Runs of the `listing` command, of the gallery, of the daemon and of Dagster's UI stand there beside
each other. Nothing here is slow: a run's events are read only where its steps are asked for.
"""

import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal

import dagster as dg

from resources.errors import LakeError
from resources.processes import is_alive

Status = Literal["queued", "starting", "running", "stopping", "succeeded", "failed", "stopped"]
StepStatus = Literal["waiting", "running", "done", "failed"]

EXPORT_JOB: Final = "export_version"
PAGE: Final = 100
STATUS: Final[Mapping[str, Status]] = {
    "QUEUED": "queued",
    "NOT_STARTED": "queued",
    "MANAGED": "queued",
    "SUSPENDED": "queued",
    "STARTING": "starting",
    "STARTED": "running",
    "CANCELING": "stopping",
    "SUCCESS": "succeeded",
    "FAILURE": "failed",
    "CANCELED": "stopped",
}
STEP_STATUS: Final[Mapping[str, StepStatus]] = {
    "IN_PROGRESS": "running",
    "SUCCESS": "done",
    "FAILURE": "failed",
}
OVER: Final[frozenset[Status]] = frozenset({"succeeded", "failed", "stopped"})
UNFINISHED: Final = [one for one in dg.DagsterRunStatus if STATUS[one.value] not in OVER]


@dataclass(frozen=True)
class RecordedRun:
    """A run. `version` is the partition that it is of, empty for an export."""

    id: str
    job: str
    version: str
    status: Status
    created_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    step_keys: tuple[str, ...]
    tags: Mapping[str, str] = field(repr=False)
    config: Mapping[str, Any] = field(repr=False)

    @property
    def is_export(self) -> bool:
        """Whether it takes photos out, instead of making a version."""
        return self.job == EXPORT_JOB

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens."""
        return self.status in OVER

    @property
    def is_of_the_daemon(self) -> bool:
        """Whether Dagster itself launched it, and can end it."""
        return "listing/pid" not in self.tags

    @property
    def is_dead(self) -> bool:
        """Whether its process was on this machine and is gone."""
        here = self.tags.get("listing/host") == socket.gethostname()
        return not self.is_over and here and not is_alive(int(self.tags["listing/pid"]))


@dataclass(frozen=True)
class RecordedStep:
    """A step of a run. `metadata` is what it said of its result."""

    key: str
    status: StepStatus
    began_at: datetime | None
    ended_at: datetime | None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordedSteps:
    """What the events of a run tell."""

    steps: tuple[RecordedStep, ...]
    problems: tuple[tuple[str, str], ...]
    """What failed: problem and remedy."""
    failed_checks: tuple[str, ...]


class RecordedRuns:
    """The records of an instance, for many threads."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self._instance = instance

    @classmethod
    def open(cls) -> "RecordedRuns":
        """Those that the environment names. Raises `LakeError` where it names none."""
        try:
            return cls(dg.DagsterInstance.get())
        except (dg.DagsterError, OSError) as error:
            raise LakeError(
                f"Dagster's records cannot be opened ({type(error).__name__}).",
                "Check dagster.yaml and LISTING_HOME; `listing serve` sets what both need.",
            ) from error

    def close(self) -> None:
        """Let go of the instance."""
        self._instance.dispose()

    def page(self, *, exports: bool, most: int, after: str | None) -> list[RecordedRun]:
        """Exports, or all other runs: the newest `most`, or those made before the run `after`."""
        found: list[RecordedRun] = []
        job = EXPORT_JOB if exports else None
        while True:
            records = self._instance.get_run_records(
                dg.RunsFilter(job_name=job), limit=PAGE, cursor=after
            )
            runs = [_recorded(record) for record in records]
            found += [run for run in runs if run.is_export == exports]
            if len(found) >= most or len(records) < PAGE:
                return found[:most]
            after = runs[-1].id

    def one(self, run_id: str) -> RecordedRun | None:
        """A run by its id; None where there is none."""
        return next(iter(self.named([run_id])), None)

    def named(self, run_ids: list[str]) -> list[RecordedRun]:
        """Those of these runs that there are, newest first."""
        if not run_ids:
            return []
        records = self._instance.get_run_records(dg.RunsFilter(run_ids=run_ids))
        return [_recorded(record) for record in records]

    def unfinished(self, version: str) -> RecordedRun | None:
        """A run of a dataset version that is not over."""
        wanted = dg.RunsFilter(tags={"dagster/partition": version}, statuses=UNFINISHED)
        return next(map(_recorded, self._instance.get_run_records(wanted, limit=1)), None)

    def steps(self, run: RecordedRun) -> RecordedSteps:
        """Its steps in their order, and what went wrong."""
        begun = {one.step_key: one for one in self._instance.get_run_step_stats(run.id)}
        metadata: dict[str, Mapping[str, Any]] = {}
        problems: list[tuple[str, str]] = []
        failed_checks: list[str] = []
        for event in self._events(run.id):
            kind, key = event.event_type, event.step_key or ""
            if kind == dg.DagsterEventType.ASSET_MATERIALIZATION:
                metadata[key] = _values(event.materialization.metadata)
            elif kind == dg.DagsterEventType.STEP_OUTPUT and run.is_export:
                metadata[key] = _values(event.step_output_data.metadata)
            elif kind == dg.DagsterEventType.STEP_FAILURE:
                problems += _problem(event)
            elif kind == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
                check = event.asset_check_evaluation_data
                if not check.passed:
                    failed_checks.append(f"{check.check_name}: {check.description or 'failed'}")
        steps = [
            RecordedStep(
                key=key,
                status=STEP_STATUS.get(one.status.value, "waiting")
                if one and one.status
                else "waiting",
                began_at=_moment(one.start_time) if one else None,
                ended_at=_moment(one.end_time) if one else None,
                metadata=metadata.get(key, {}),
            )
            for key in run.step_keys
            for one in (begun.get(key),)
        ]
        return RecordedSteps(tuple(steps), tuple(problems), tuple(failed_checks))

    def cancel(self, run: RecordedRun) -> bool:
        """Have Dagster end a run that it launched, or has not launched yet; whether it can."""
        return self._instance.run_coordinator.cancel_run(run.id)

    def close_dead(self, run: RecordedRun) -> None:
        """End the record of a run whose process is gone, and free the pool slots that it held."""
        _close(self._instance, run.id)

    def close_all_dead(self) -> None:
        """The same for every run whose process was on this machine."""
        here = dg.RunsFilter(statuses=UNFINISHED, tags={"listing/host": socket.gethostname()})
        for record in self._instance.get_run_records(here):
            if _recorded(record).is_dead:
                _close(self._instance, record.dagster_run.run_id)

    def _events(self, run_id: str) -> Iterator[dg.DagsterEvent]:
        wanted = {
            dg.DagsterEventType.ASSET_MATERIALIZATION,
            dg.DagsterEventType.ASSET_CHECK_EVALUATION,
            dg.DagsterEventType.STEP_OUTPUT,
            dg.DagsterEventType.STEP_FAILURE,
        }
        for entry in self._instance.all_logs(run_id, of_type=wanted):
            if entry.dagster_event is not None:
                yield entry.dagster_event


def _close(instance: dg.DagsterInstance, run_id: str) -> None:
    run = instance.get_run_by_id(run_id)
    if run is not None and not run.is_finished:
        instance.report_run_failed(run, "Its process was ended from outside.")
        instance.event_log_storage.free_concurrency_slots_for_run(run_id)


def _recorded(record: dg.RunRecord) -> RecordedRun:
    run = record.dagster_run
    return RecordedRun(
        id=run.run_id,
        job=run.job_name,
        version=run.tags.get("dagster/partition", ""),
        status=STATUS[run.status.value],
        created_at=record.create_timestamp,
        began_at=_moment(record.start_time),
        ended_at=_moment(record.end_time),
        step_keys=tuple(run.step_keys_to_execute or ()),
        tags=run.tags,
        config=run.run_config,
    )


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _values(metadata: Mapping[str, dg.MetadataValue]) -> dict[str, Any]:
    return {name: value.value for name, value in metadata.items()}


def _problem(event: dg.DagsterEvent) -> list[tuple[str, str]]:
    """What a failed step says, in its own words where it has any; nothing where it was stopped."""
    data = event.step_failure_data
    if data.error_source is not None and data.error_source.value == "INTERRUPT":
        return []
    told = data.user_failure_data.metadata if data.user_failure_data is not None else {}
    if "problem" in told:
        return [(str(told["problem"].value), str(told["remedy"].value))]
    cause = data.error
    while cause is not None and cause.cause is not None:
        cause = cause.cause
    message = cause.message.strip() if cause is not None else "no reason is on record"
    return [(f"{event.step_key} failed: {message}", "Dagster's UI has the whole story.")]
