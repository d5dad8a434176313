"""Jobs: labelling and indexing runs of dataset versions, begun, watched and stopped."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from listing_assets.increment import Mode
from listing_assets.versions.names import VersionName
from listing_assets.web.library import Library
from listing_assets.web.routes import FromLibrary
from listing_assets.web.running.documents import JobDocument, JobsPage, job_document
from listing_assets.web.running.folders import Kind, VersionJob
from listing_assets.web.running.jobs import Jobs, JobState
from resources.errors import CatalogError

router = APIRouter(prefix="/jobs", tags=["jobs"])
UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
JobId = Annotated[str, Path(pattern=UUID)]


def jobs_of(request: Request) -> Jobs:
    """The jobs of the installation that the app was built with."""
    jobs: Jobs = request.app.state.jobs
    return jobs


FromJobs = Annotated[Jobs, Depends(jobs_of)]


class JobsQuestion(BaseModel):
    """Which page of jobs or exports."""

    model_config = ConfigDict(extra="forbid")

    max_results: int = Field(default=20, ge=1, le=100)
    next_token: str | None = Field(
        default=None, pattern=UUID, description="Goes on where a page ended."
    )


class JobQuestion(BaseModel):
    """A job that brings a dataset version up to date and publishes it."""

    model_config = ConfigDict(extra="forbid")

    dataset: str = Field(pattern="^[A-Za-z][A-Za-z0-9_-]{0,39}$")
    version: str = Field(
        pattern="^[A-Za-z0-9][A-Za-z0-9_-]{0,19}$",
        description="A version, published or new.",
    )
    kind: Kind = Field(
        default="all",
        description="What a full job computes again: tags (labelling), vectors (indexing), or all"
        " with the photos. An incremental job computes whatever is missing.",
    )
    mode: Mode = "incremental"
    budget: float | None = Field(
        default=None,
        ge=0,
        allow_inf_nan=False,
        description="The job stops cleanly before it costs more than this.",
    )
    retry_failed: bool = Field(
        default=False, description="Ask again for invalid and refused tags too."
    )


@router.get("")
def list_jobs(
    library: FromLibrary, jobs: FromJobs, question: Annotated[JobsQuestion, Query()]
) -> JobsPage:
    """Labelling and indexing runs, newest first: of the gallery, the command and Dagster."""
    states, following = jobs.page(
        exports=False, most=question.max_results, after=question.next_token
    )
    return JobsPage(
        next_token=following, jobs=[_document(library, jobs, state) for state in states]
    )


@router.post("", status_code=202)
def start_job(library: FromLibrary, jobs: FromJobs, asked: JobQuestion) -> JobDocument:
    """Begin a job. It goes on by itself, whatever becomes of this server."""
    version = VersionName.parse(f"{asked.dataset}@{asked.version}")
    library.revisions(asked.dataset)  # it says so where there is no such dataset
    library.dataset(asked.dataset)
    job = VersionJob(
        version=str(version),
        kind=asked.kind,
        mode=asked.mode,
        budget=asked.budget,
        retry_failed=asked.retry_failed,
    )
    return _document(library, jobs, jobs.start(job))


@router.get("/{job_id}")
def get_job(library: FromLibrary, jobs: FromJobs, job_id: JobId) -> JobDocument:
    """How far a job is: each step with its counts, what failed, where Dagster shows it."""
    return _document(library, jobs, jobs.one(job_id, export=False))


@router.post("/{job_id}/stop", status_code=202)
def stop_job(library: FromLibrary, jobs: FromJobs, job_id: JobId) -> JobDocument:
    """Ask a job to end. Calls in flight are waited for; what is finished is kept."""
    return _document(library, jobs, jobs.stop(job_id, export=False))


def _document(library: Library, jobs: Jobs, state: JobState) -> JobDocument:
    return job_document(state, jobs.steps(state), library.settings, _currencies(library))


def _currencies(library: Library) -> dict[str, str]:
    """What runs of each dataset of the catalog are paid in."""
    try:
        catalog = library.catalog
        models = {name: catalog.model(one.tag_model) for name, one in catalog.datasets.items()}
    except CatalogError:
        return {}
    return {name: one.price.currency for name, one in models.items() if one.price is not None}
