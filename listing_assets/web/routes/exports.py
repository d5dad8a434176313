"""Exports: begun, watched, stopped, and downloaded where they stayed on the server."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from listing_assets.web.library import Library
from listing_assets.web.routes import FromLibrary
from listing_assets.web.routes.jobs import FromJobs, JobId, JobsQuestion
from listing_assets.web.running.asking import ExportQuestion, export_job
from listing_assets.web.running.exports import (
    ExportDocument,
    ExportsPage,
    FormatDocument,
    export_document,
    exported_folder,
    format_documents,
)
from listing_assets.web.running.jobs import Jobs, JobState
from listing_assets.web.running.zipping import zipped

router = APIRouter(prefix="/exports", tags=["exports"])
ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {}}, "description": "The export's files."}
}


@router.get("/formats")
def list_formats() -> list[FormatDocument]:
    """What photos can be exported as."""
    return format_documents()


@router.get("")
def list_exports(
    library: FromLibrary, jobs: FromJobs, question: Annotated[JobsQuestion, Query()]
) -> ExportsPage:
    """Exports, newest first: of the gallery, the command and Dagster."""
    states, following = jobs.page(
        exports=True, most=question.max_results, after=question.next_token
    )
    return ExportsPage(
        next_token=following, exports=[_document(library, jobs, state) for state in states]
    )


@router.post("", status_code=202)
def start_export(library: FromLibrary, jobs: FromJobs, asked: ExportQuestion) -> ExportDocument:
    """Begin an export of a version, of keys of it, or of the results of a search."""
    return _document(library, jobs, jobs.start(export_job(library, asked)))


@router.get("/{job_id}")
def get_export(library: FromLibrary, jobs: FromJobs, job_id: JobId) -> ExportDocument:
    """How far an export is, what it wrote, or what went wrong."""
    return _document(library, jobs, jobs.one(job_id, export=True))


@router.post("/{job_id}/stop", status_code=202)
def stop_export(library: FromLibrary, jobs: FromJobs, job_id: JobId) -> ExportDocument:
    """Ask an export to end; nothing of it is left."""
    return _document(library, jobs, jobs.stop(job_id, export=True))


@router.get("/{job_id}/download", response_class=StreamingResponse, responses=ZIP)
def download_export(library: FromLibrary, jobs: FromJobs, job_id: JobId) -> StreamingResponse:
    """An export that stayed on the server, as a zip."""
    folder = exported_folder(jobs.one(job_id, export=True), library.settings)
    return StreamingResponse(
        zipped(folder),
        media_type="application/zip",
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(folder.name, safe='')}.zip"
        },
    )


def _document(library: Library, jobs: Jobs, state: JobState) -> ExportDocument:
    return export_document(state, jobs.steps(state), library.settings)
