"""What a job leaves on disk: what it was asked for, how far it is, and why it failed.

A job has a folder under its id, which is that of its Dagster run too. The file `lock` in it is
locked by the job's process for as long as that lives, however it ends; so whether a job is alive is
never a guess, even after a restart of server or machine.
"""

import fcntl
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from listing_assets.exports import ExportRequest
from listing_assets.increment import Mode

Kind = Literal["labelling", "indexing", "all"]
AGAIN: Final[dict[Kind, frozenset[str]]] = {
    "labelling": frozenset({"smart_tags", "predicted_tags"}),
    "indexing": frozenset({"embeddings"}),
    "all": frozenset(
        {"normalized_images", "smart_tags", "embeddings", "predicted_tags", "listing_drafts"}
    ),
}
"""The steps that a full job of each kind computes again."""
MOST_KEPT: Final = 500
"""Folders of jobs that are over."""


class VersionJob(BaseModel):
    """Bring a dataset version up to date and publish it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    job: Literal["version"] = "version"
    version: str
    kind: Kind = "all"
    mode: Mode = "incremental"
    budget: float | None = None
    retry_failed: bool = False

    def mode_of(self, step: str) -> Mode:
        """The mode of a step: a full job computes again what its kind says, all else as needed."""
        return "full" if self.mode == "full" and step in AGAIN[self.kind] else "incremental"


class ExportJob(BaseModel):
    """Take a version, or what is chosen of it, out of the lake."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    job: Literal["export"] = "export"
    request: ExportRequest
    name: str | None = None
    """Its name in the server's exports folder; None where it goes elsewhere."""


Job = VersionJob | ExportJob
_JOB: Final[TypeAdapter[Job]] = TypeAdapter(Annotated[Job, Field(discriminator="job")])


class StepProgress(BaseModel):
    """How far a step is. `failed` counts results without a usable answer by reason."""

    needed: int = 0
    reused: int = 0
    to_compute: int = 0
    computed: int = 0
    failed: dict[str, int] = {}
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = 0.0
    seconds: float = 0.0


class JobFolder:
    """The folder of one job."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, root: Path, job: Job) -> "JobFolder":
        """Make the folder of a new job under `root`."""
        folder = cls(root / str(uuid.uuid4()))
        folder.path.mkdir(parents=True)
        folder._write("job.json", job.model_dump(mode="json", exclude_defaults=True) | _tag(job))
        return folder

    @property
    def id(self) -> str:
        """The id of the job and of its Dagster run."""
        return self.path.name

    @property
    def created_at(self) -> float:
        """When it was asked for, in seconds since 1970."""
        return (self.path / "job.json").stat().st_mtime

    @property
    def job(self) -> Job:
        """What was asked for."""
        return _JOB.validate_python(self._read("job.json"))

    @property
    def lock(self) -> Path:
        """What the job's process holds locked."""
        return self.path / "lock"

    @property
    def log(self) -> Path:
        """What the process printed."""
        return self.path / "log"

    @property
    def is_alive(self) -> bool:
        """Whether the job's process is there."""
        try:
            descriptor = os.open(self.lock, os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    @property
    def is_ending_export(self) -> bool:
        """Whether an export whose run is over has still to say what came of it."""
        return isinstance(self.job, ExportJob) and not self.ended

    @property
    def is_to_stop(self) -> bool:
        """Whether somebody asked the job to stop."""
        return (self.path / "stop").exists()

    def ask_to_stop(self) -> None:
        """Let the process end itself; it looks for this twice a second."""
        (self.path / "stop").touch()

    @property
    def progress(self) -> dict[str, StepProgress]:
        """How far each step is that has begun to compute."""
        found = self._read("progress.json") or {}
        return {name: StepProgress.model_validate(step) for name, step in found.items()}

    def note_progress(self, progress: dict[str, StepProgress]) -> None:
        """Keep how far the steps are."""
        self._write("progress.json", {name: one.model_dump() for name, one in progress.items()})

    @property
    def ended(self) -> dict[str, Any]:
        """What the process said at its end: problem and remedy, or what came of an export."""
        return self._read("ended.json") or {}

    def note_end(self, **told: str) -> None:
        """Keep what the process has to say at its end."""
        self._write("ended.json", told)

    def _read(self, name: str) -> Any:
        try:
            return json.loads((self.path / name).read_bytes())
        except FileNotFoundError:
            return None

    def _write(self, name: str, document: object) -> None:
        part = self.path / f"{name}.part"
        part.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        part.replace(self.path / name)


def job_folders(root: Path) -> Iterator[JobFolder]:
    """The folders of all jobs under `root`, newest first."""
    found = [JobFolder(path.parent) for path in root.glob("*/job.json")]
    yield from sorted(found, key=lambda folder: folder.created_at, reverse=True)


def make_room(root: Path) -> None:
    """Remove the oldest folders of jobs that are over."""
    for folder in list(job_folders(root))[MOST_KEPT:]:
        if not folder.is_alive:
            shutil.rmtree(folder.path, ignore_errors=True)


def _tag(job: Job) -> dict[str, str]:
    return {"job": job.job}
