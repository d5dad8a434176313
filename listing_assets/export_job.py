"""The job that exports: one op, so that exports are run, watched and stopped as all else is.

A dataset version that was made logically is added as a partition; `build_version` then publishes
it.
"""

import os
import socket
from dataclasses import asdict
from typing import Any

import dagster as dg
from pydantic import Field

from listing_assets.assets.run import Installation, Progress
from listing_assets.exports import DATASET_VERSION, Exported, ExportRequest, export
from listing_assets.increment import Listener
from listing_assets.partitions import dataset_versions
from listing_assets.settings import Settings
from resources.errors import ListingError
from resources.injected import LakeResource

OP = "export_files"


class ExportConfig(dg.Config):
    """An `ExportRequest`, as a run's config has it."""

    version: str
    format: str
    to: str
    query: dict[str, Any] = Field(default_factory=dict)
    keys: list[str] = Field(default_factory=list)
    original: bool = False
    prompt: str = ""
    drafts: bool = False
    overwrite: bool = False
    profile: str | None = None


@dg.op(name=OP, out=dg.Out(dg.Nothing), description="Write an export, aside and then visibly.")
def export_files(
    context: dg.OpExecutionContext,
    config: ExportConfig,
    installation: Installation,
    lake: LakeResource,
    progress: dg.ResourceParam[Progress],
) -> Any:
    """Export; the output's metadata says what was written."""
    settings = installation.settings().model_copy(update={"lake": lake.uri})
    try:
        exported = export(
            ExportRequest.model_validate(config.model_dump()),
            settings,
            listener=progress.listener("export", context.log),
        )
    except ListingError as error:
        raise dg.Failure(
            description=str(error),
            metadata={"problem": error.problem, "remedy": error.remedy or "none known"},
            allow_retries=False,
        ) from error
    if exported.format == DATASET_VERSION:
        context.instance.add_dynamic_partitions(dataset_versions.name or "", [exported.to])
    told = {name: value for name, value in asdict(exported).items() if value is not None}
    yield dg.Output(None, metadata=told)


@dg.job(description="Export a dataset version, or what is chosen of it, to a folder or a bucket.")
def export_version() -> None:
    """One op."""
    export_files()


def export_config(request: ExportRequest) -> dict[str, Any]:
    """The run config of `export_version` for a request."""
    return {"ops": {OP: {"config": request.config()}}}


class _Told(Progress):
    """Tells one listener."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def listener(self, asset: str, log: dg.DagsterLogManager) -> Listener:
        """The listener."""
        return self._listener


def run_export(request: ExportRequest, settings: Settings, listener: Listener) -> Exported:
    """Run the job in this process, recorded in the shared instance.

    Raises:
        ListingError: as `export`.
        KeyboardInterrupt: it was interrupted; nothing of it is left.
    """
    with dg.DagsterInstance.get() as instance:
        try:
            result = export_version.execute_in_process(
                instance=instance,
                run_config={
                    **export_config(request),
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                },
                resources={
                    "installation": Installation(),
                    "lake": LakeResource(uri=settings.lake),
                    "progress": _Told(listener),
                },
                tags={"listing/host": socket.gethostname(), "listing/pid": str(os.getpid())},
            )
        except dg.Failure as failure:
            if isinstance(failure.__cause__, ListingError):
                raise failure.__cause__ from None
            raise
        except dg.DagsterExecutionInterruptedError:
            raise KeyboardInterrupt from None
    (told,) = (
        event.step_output_data.metadata
        for event in result.all_events
        if event.event_type == dg.DagsterEventType.STEP_OUTPUT
    )
    fields: dict[str, Any] = {name: value.value for name, value in told.items()}
    return Exported(**fields)
