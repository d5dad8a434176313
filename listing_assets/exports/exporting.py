"""Makes an export: chooses, writes aside, vouches for what was written, makes it visible."""

import tempfile
import time
from dataclasses import dataclass
from typing import Any

from listing_assets.exports.dataset_version import check_name, make_dataset_version
from listing_assets.exports.drafts import write_drafts
from listing_assets.exports.errors import ExportError
from listing_assets.exports.formats import DATASET_VERSION, FORMATS, Format
from listing_assets.exports.output import MANIFEST, Output
from listing_assets.exports.photos import Photos
from listing_assets.exports.place import require_free
from listing_assets.exports.request import ExportRequest
from listing_assets.exports.selecting import Selection, select
from listing_assets.hashing import digest
from listing_assets.increment import Listener
from listing_assets.reading import OpenRevision
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName
from resources.object_store.writing import open_target


@dataclass(frozen=True)
class Exported:
    """What an export wrote, or, where `is_planned`, what it would."""

    dataset: str
    revision: str
    data_version: str
    format: str
    to: str
    photos: int
    skipped: int = 0
    """Photos that the format has no use for, such as those without a tag in conversations."""
    files: int = 0
    bytes: int = 0
    seconds: float = 0.0
    manifest: str | None = None
    is_planned: bool = False


def export(
    request: ExportRequest, settings: Settings, *, listener: Listener | None = None
) -> Exported:
    """Export what a request asks for.

    Raises:
        ListingError: it cannot be made; then nothing of it is left.
    """
    began = time.monotonic()
    opened = OpenRevision.of(request.version, settings)
    if request.format == DATASET_VERSION:
        return _dataset_version(request, opened, began, listener)
    form = _format(request)
    target = open_target(request.to, request.credentials)
    selection = select(opened, request)
    purpose = f"export of {opened} to {target.uri}"
    with (
        opened.lake.lease(f"export {digest(target.uri, length=16)}", purpose),
        target,
        tempfile.TemporaryFile(prefix="listing-manifest-") as waiting,
    ):
        require_free(target, opened, overwrite=request.overwrite)
        target.begin()
        output = Output(target, waiting)
        photos = Photos(opened, selection, original=request.original, listener=listener)
        skipped = form.write(photos, output, request.prompt)
        written = photos.passed - skipped
        if not written:
            raise ExportError(
                f"none of {photos.passed:,} photos of {opened} has a tag to learn from.",
                "Tag them first, or choose another format.",
            )
        drafts = write_drafts(opened, selection, output) if request.drafts else None
        files, size = output.files, output.bytes
        output.finish(_manifest(request, opened, selection, written, skipped, files, size, drafts))
        target.publish(MANIFEST)
    return Exported(
        **_identity(request, opened),
        to=target.uri,
        photos=written,
        skipped=skipped,
        files=files,
        bytes=size,
        seconds=time.monotonic() - began,
        manifest=f"{target.uri}/{MANIFEST}",
    )


def plan_export(request: ExportRequest, settings: Settings) -> Exported:
    """What an export would contain; nothing is written. Raises as `export` does."""
    opened = OpenRevision.of(request.version, settings)
    if request.format == DATASET_VERSION:
        name = VersionName.parse(request.to)
        check_name(opened, name)
        to = str(name)
    else:
        _format(request)
        target = open_target(request.to, request.credentials)
        require_free(target, opened, overwrite=request.overwrite)
        to = target.uri
    count = select(opened, request).count
    return Exported(**_identity(request, opened), to=to, photos=count, is_planned=True)


def _dataset_version(
    request: ExportRequest, opened: OpenRevision, began: float, listener: Listener | None
) -> Exported:
    name = VersionName.parse(request.to)
    photos = Photos(opened, select(opened, request), original=False, listener=listener)
    with opened.lake.lease(f"export {name}", f"export of {opened} to {name}"):
        manifest = make_dataset_version(photos, name)
    return Exported(
        **_identity(request, opened),
        to=str(name),
        photos=photos.passed,
        files=1,
        bytes=manifest.stat().st_size,
        seconds=time.monotonic() - began,
        manifest=str(manifest),
    )


def _identity(request: ExportRequest, opened: OpenRevision) -> dict[str, Any]:
    return {
        "dataset": opened.published.dataset,
        "revision": opened.published.revision,
        "data_version": opened.revision.data_version,
        "format": request.format,
    }


def _manifest(
    request: ExportRequest,
    opened: OpenRevision,
    selection: Selection,
    photos: int,
    skipped: int,
    files: int,
    size: int,
    drafts: int | None,
) -> dict[str, Any]:
    """What says of an export where it came from; nothing in it depends on when it was made.

    The drafts of a revision may be made anew; an export with drafts has those of its time.
    """
    counts = {"photos": photos, "skipped": skipped, "files": files, "bytes": size}
    if drafts is not None:
        counts["drafts"] = drafts
    return {
        **_identity(request, opened),
        "version": str(opened.published.version),
        "published_at": opened.revision.published_at.isoformat(),
        "query": selection.told,
        "original": request.original,
        "prompt": request.prompt or None,
        "counts": counts,
    }


def _format(request: ExportRequest) -> Format:
    form = FORMATS.get(request.format)
    if form is None:
        raise ExportError(
            f"there is no export format '{request.format}'.",
            f"Choose one of: {', '.join([*FORMATS, DATASET_VERSION])}.",
        )
    if request.original and not form.has_photos:
        raise ExportError(
            f"{request.format} holds no photos, so that there are no originals to take.",
            "Leave out --original.",
        )
    return form
