"""The place of an instruction dataset: what stands there, and whether it may be written."""

import json
from typing import Any

from listing_assets.exports.errors import ExportError
from listing_assets.exports.output import MANIFEST
from listing_assets.listings.training.request import InstructionRequest
from listing_assets.listings.training.written import FORMAT
from listing_assets.reading import OpenRevision
from resources.errors import ListingError
from resources.object_store import open_store
from resources.object_store.writing import Target


def standing(target: Target, request: InstructionRequest) -> dict[str, Any] | None:
    """The manifest of the instruction dataset that stands there; None where there is none."""
    if target.held(MANIFEST) != "the marker":
        return None
    try:
        manifest = json.loads(open_store(target.uri, request.credentials).read(MANIFEST))
    except (ListingError, ValueError):
        return None
    is_ours = isinstance(manifest, dict) and manifest.get("format") == FORMAT
    return manifest if is_ours else None


def require_free(target: Target, opened: OpenRevision, *, overwrite: bool) -> None:
    """Raise `ExportError` where writing would destroy, or feed the dataset with its own photos."""
    dataset = opened.catalog.datasets.get(opened.published.dataset)
    if dataset is not None:
        store = open_store(dataset.source, dataset.credentials)
        alike = store.uri.startswith("file://") != ("://" in target.uri)
        if alike and store.key_of(f"{target.uri}/{MANIFEST}") is not None:
            raise ExportError(
                f"{target.uri} lies inside the source of {dataset.name}, {store.uri}.",
                "Write elsewhere: the next version would take the photos for new ones.",
            )
    held = target.held(MANIFEST)
    if held == "other files" or (held == "the marker" and not overwrite):
        what = "another export" if held == "the marker" else "not empty, and no export"
        raise ExportError(
            f"{target.uri} is {what}.",
            "Take another place"
            + (", or replace it whole with --overwrite." if held == "the marker" else "."),
        )
