"""Whether a place may be written to: it holds nothing else, and nothing reads from there."""

from pathlib import Path

from listing_assets.exports.errors import ExportError
from listing_assets.exports.output import MANIFEST
from listing_assets.reading import OpenRevision
from resources.object_store import open_store
from resources.object_store.writing import Target


def require_free(target: Target, opened: OpenRevision, *, overwrite: bool) -> None:
    """Refuse a place where writing would destroy, or feed the dataset with what is written.

    Raises:
        ExportError: it lies inside the lake or the dataset's source, or something stands there
            that `overwrite` does not give up.
    """
    lake = opened.lake.uri.rstrip("/")
    lake = lake if "://" in lake else str(Path(lake).resolve())
    if f"{target.uri}/".startswith(f"{lake}/"):
        raise ExportError(f"{target.uri} lies inside the lake {lake}.", "Write elsewhere.")
    dataset = opened.catalog.datasets.get(opened.published.dataset)
    if dataset is not None:
        store = open_store(dataset.source, dataset.credentials)
        alike = store.uri.startswith("file://") != ("://" in target.uri)
        if alike and store.key_of(f"{target.uri}/{MANIFEST}") is not None:
            raise ExportError(
                f"{target.uri} lies inside the source of {dataset.name}, {store.uri}.",
                "Write elsewhere: the next version would take the files for new photos.",
            )
    held = target.held(MANIFEST)
    if held == "nothing" or (held == "the marker" and overwrite):
        return
    if held == "the marker":
        raise ExportError(
            f"there is an export at {target.uri} already.",
            "Take another place, or replace that whole place with --overwrite.",
        )
    raise ExportError(
        f"{target.uri} is not empty, and it is no export.", "Take a new or an empty place."
    )
