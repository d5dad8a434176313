"""How the API tells of jobs, exports and plans."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field

from listing_assets.increment import Mode
from listing_assets.settings import Settings
from listing_assets.web.documents import Problem
from listing_assets.web.running.folders import AGAIN, Kind, StepProgress, VersionJob
from listing_assets.web.running.jobs import JobState, JobStatus

if TYPE_CHECKING:
    from listing_assets.job_runs import RecordedStep, RecordedSteps


class StepDocument(StepProgress):
    """A step of a job, and how far it is."""

    name: str
    status: Literal["waiting", "running", "done", "failed", "not run"]
    began_at: datetime | None
    ended_at: datetime | None
    rate_per_second: float | None = Field(description="Results computed per second so far.")
    remaining_seconds: float | None = Field(
        description="How long a running step takes at that rate until it is done."
    )


class Begun(BaseModel):
    """What jobs and exports have in common."""

    id: str = Field(description="Also the id of the run in Dagster.")
    status: JobStatus
    started_by: Literal["gallery", "command", "dagster"]
    created_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    problems: list[Problem]
    dagster_url: str | None = Field(description="The run in Dagster's UI; null before it began.")


class JobDocument(Begun):
    """A labelling or indexing run of a dataset version."""

    dataset: str
    version: str
    kind: Kind
    mode: Mode
    budget: float | None
    currency: str = Field(description="Of the costs; empty where the tag model has no price.")
    steps: list[StepDocument]
    warnings: list[str] = Field(description="Checks that failed without stopping the job.")
    revision: str | None = Field(description="What it published.")


class JobsPage(BaseModel):
    """Jobs, newest first."""

    next_token: str | None
    jobs: list[JobDocument]


class PlannedStepDocument(BaseModel):
    """What a step of a job would compute, call and cost; null where nothing tells."""

    name: str
    mode: Mode
    needed: int
    to_compute: int
    calls: int
    tokens: int | None
    cost: float | None


class PlanDocument(BaseModel):
    """What a job would do. Nothing was changed, and no model was called."""

    dataset: str
    version: str
    kind: Kind
    mode: Mode
    steps: list[PlannedStepDocument]
    tags: dict[str, int] = Field(description="Photos that would be asked about, by tag.")
    calls: int
    tokens: int | None
    cost: float | None = Field(description="Null where nothing tells what a call costs.")
    currency: str
    budget: float | None = Field(description="What the dataset allows a run, if it says.")
    notes: list[str]


def job_document(
    state: JobState, told: "RecordedSteps | None", settings: Settings, currencies: Mapping[str, str]
) -> JobDocument:
    """A job as the API tells of it. `currencies` are those of the costs, by dataset."""
    asked = _asked(state)
    dataset, _, version = asked.version.partition("@")
    progress = state.folder.progress if state.folder else {}
    steps = [_step(one, progress, is_over=state.is_over) for one in told.steps] if told else []
    revision = next(
        (one.metadata["revision"] for one in told.steps if "revision" in one.metadata)
        if told
        else iter(()),
        None,
    )
    return JobDocument(
        **begun(state, told, settings),
        dataset=dataset,
        version=version,
        kind=asked.kind,
        mode=asked.mode,
        budget=asked.budget,
        currency=currencies.get(dataset, ""),
        steps=steps,
        warnings=list(told.failed_checks) if told else [],
        revision=revision,
    )


def begun(state: JobState, told: "RecordedSteps | None", settings: Settings) -> dict[str, Any]:
    """What jobs and exports have in common, by the names of `Begun`."""
    run, folder = state.run, state.folder
    if run is not None:
        created_at = run.created_at
    else:
        assert folder is not None
        created_at = datetime.fromtimestamp(folder.created_at, UTC)
    by_hand: Literal["command", "dagster"] = (
        "dagster" if run is not None and run.is_of_the_daemon else "command"
    )
    return {
        "id": state.id,
        "status": state.status,
        "started_by": "gallery" if folder is not None else by_hand,
        "created_at": created_at,
        "began_at": run.began_at if run else None,
        "ended_at": run.ended_at if run else None,
        "problems": _problems(state, told),
        "dagster_url": f"{settings.dagster_url.rstrip('/')}/runs/{run.id}" if run else None,
    }


def _asked(state: JobState) -> VersionJob:
    """What a job was asked for; that of a job without a folder is read from its run's config."""
    if state.folder is not None and isinstance(state.folder.job, VersionJob):
        return state.folder.job
    assert state.run is not None
    steps: Mapping[str, Any] = {
        name: op.get("config", {}) for name, op in state.run.config.get("ops", {}).items()
    }
    in_full = {name for name, step in steps.items() if step.get("mode") == "full"}
    kinds = [kind for kind, again in AGAIN.items() if again == in_full]
    return VersionJob(
        version=state.run.version,
        kind=kinds[0] if kinds else "all",
        mode="full" if in_full else "incremental",
        budget=next((step.get("budget") for step in steps.values()), None),
    )


def _step(
    step: "RecordedStep", progress: Mapping[str, StepProgress], *, is_over: bool
) -> StepDocument:
    known = progress.get(step.key, StepProgress()).model_dump()
    said = step.metadata
    known |= {name: said[name] for name in known.keys() & said.keys() if name != "failed"}
    if "computed" in said:
        known["to_compute"] = said["computed"]
    if "objects" in said:
        known["needed"] = said["objects"]
    if said.get("failed") and not known["failed"]:
        known["failed"] = {"failed": said["failed"]}
    status = "not run" if is_over and step.status in {"waiting", "running"} else step.status
    computed, seconds = known["computed"], known["seconds"]
    rate = computed / seconds if computed and seconds else None
    left = max(0, known["to_compute"] - computed)
    return StepDocument(
        **known,
        name=step.key,
        status=status,
        began_at=step.began_at,
        ended_at=step.ended_at,
        rate_per_second=rate,
        remaining_seconds=left / rate if rate and status == "running" else None,
    )


def _problems(state: JobState, told: "RecordedSteps | None") -> list[Problem]:
    found = [Problem(problem=what, remedy=remedy) for what, remedy in told.problems] if told else []
    if state.folder is not None and "problem" in (ended := state.folder.ended):
        found.append(Problem(problem=ended["problem"], remedy=ended["remedy"]))
    if not found and state.status == "failed":
        found.append(_unsaid(state, told))
    return found


def _unsaid(state: JobState, told: "RecordedSteps | None") -> Problem:
    """What is wrong with a job that failed without a word."""
    if told and told.failed_checks:
        return Problem(
            problem=f"It was not published: {'; '.join(told.failed_checks)}.",
            remedy="Look at the photos that are meant, or at the tag definition.",
        )
    log = f" Its log says more: {state.folder.log}" if state.folder else ""
    return Problem(
        problem="Its process was ended from outside.",
        remedy=f"Start it again: what is finished is kept and not paid for twice.{log}",
    )
