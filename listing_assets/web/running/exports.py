"""How the API tells of exports, and which of them can be downloaded."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from listing_assets.exports import DATASET_VERSION, FORMATS, MANIFEST, ExportRequest
from listing_assets.settings import Settings
from listing_assets.web.errors import ChangedError, NotFoundError
from listing_assets.web.running.destinations import folder_of
from listing_assets.web.running.documents import Begun, begun
from listing_assets.web.running.folders import ExportJob
from listing_assets.web.running.jobs import JobState

if TYPE_CHECKING:
    from listing_assets.job_runs import RecordedSteps


class FormatDocument(BaseModel):
    """A format of exports."""

    name: str
    description: str
    has_photos: bool = Field(description="Whether photos are written, which may be originals.")
    is_dataset_version: bool = Field(
        description="Whether the destination is the name of a new dataset version."
    )


class ExportedDocument(BaseModel):
    """What an export wrote."""

    photos: int
    skipped: int = Field(description="Photos that the format has no use for.")
    files: int
    bytes: int
    seconds: float
    data_version: str
    manifest: str | None


class ExportDocument(Begun):
    """An export, and how far it is."""

    version: str = Field(description="DATASET@REVISION.")
    format: str
    destination: str
    to_compute: int
    computed: int
    result: ExportedDocument | None
    download: str | None = Field(description="Where it is had as a zip, once it is whole.")
    published_by: str | None = Field(
        description="The job that publishes the dataset version that was made."
    )


class ExportsPage(BaseModel):
    """Exports, newest first."""

    next_token: str | None
    exports: list[ExportDocument]


def format_documents() -> list[FormatDocument]:
    """Every format with its words."""
    return [
        *(
            FormatDocument(
                name=name,
                description=form.description,
                has_photos=form.has_photos,
                is_dataset_version=False,
            )
            for name, form in FORMATS.items()
        ),
        FormatDocument(
            name=DATASET_VERSION,
            description="a new dataset version of the chosen photos; none is copied",
            has_photos=False,
            is_dataset_version=True,
        ),
    ]


def export_document(
    state: JobState, told: "RecordedSteps | None", settings: Settings
) -> ExportDocument:
    """An export as the API tells of it."""
    asked = _asked(state)
    said: dict[str, Any] = {}
    if told is not None and state.status == "succeeded":
        said = dict(next((one.metadata for one in told.steps if one.metadata), {}))
    progress = state.folder.progress.get("export") if state.folder else None
    ended = state.folder.ended if state.folder else {}
    result = ExportedDocument(**{"manifest": None, **said}) if said else None
    return ExportDocument(
        **begun(state, told, settings),
        version=asked.request.version,
        format=asked.request.format,
        destination=asked.name or asked.request.to,
        to_compute=progress.to_compute if progress else 0,
        computed=progress.computed if progress else 0,
        result=result,
        download=f"/api/exports/{state.id}/download" if "manifest_sha256" in ended else None,
        published_by=ended.get("published_by"),
    )


def exported_folder(state: JobState, settings: Settings) -> Path:
    """The folder of an export that can be downloaded.

    Raises:
        NotFoundError: it is not whole, went elsewhere, or was removed.
        ChangedError: another export has taken its place.
    """
    asked = state.folder.job if state.folder else None
    sha256 = state.folder.ended.get("manifest_sha256") if state.folder else None
    if not isinstance(asked, ExportJob) or asked.name is None or sha256 is None:
        raise NotFoundError(
            f"export {state.id} is nothing to download ({state.status}).",
            "Only what was written to the server's exports folder is, once it is whole.",
        )
    folder = folder_of(asked.name, settings.exports)
    try:
        found = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    except OSError as error:
        raise NotFoundError(
            f"the export '{asked.name}' is no longer there.", "Export it again."
        ) from error
    if found != sha256:
        raise ChangedError(
            f"another export has taken the place of '{asked.name}'.", "Download that one."
        )
    return folder


def _asked(state: JobState) -> ExportJob:
    """What an export was asked for; one without a folder is read from its run's config."""
    if state.folder is not None and isinstance(state.folder.job, ExportJob):
        return state.folder.job
    assert state.run is not None
    (op,) = state.run.config["ops"].values()
    return ExportJob(request=ExportRequest.model_validate(op["config"]))
