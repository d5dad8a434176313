"""A logical dataset version: a new version whose rows are a selection of another's. No byte moves.

The selection is written as a manifest, and a dataset is noted that has the same source, recipes and
models and selects by it. A run of the new version finds photos, answers and vectors in the lake.
Corrections that the revision knew are copied, for they belong to a dataset.
"""

from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc

from listing_assets.catalog import Dataset, Watch, adopt_dataset, load_catalog
from listing_assets.exports.errors import ExportError
from listing_assets.exports.photos import META, Photos, json_line
from listing_assets.hashing import digest
from listing_assets.objects.selection import ManifestSelection
from listing_assets.reading import OpenRevision
from listing_assets.versions.listing import frozen_listing
from listing_assets.versions.names import VersionName
from resources.lake.tables import CORRECTIONS

KEY_COLUMN: Final = "key of the object"
"""Named so that no column of a manifest has its name."""


def check_name(opened: OpenRevision, name: VersionName) -> None:
    """Make sure that the version can be made. Raises `ExportError` or `CatalogError`."""
    _described(opened, name)


def make_dataset_version(photos: Photos, name: VersionName) -> Path:
    """Note the dataset version `name`; the manifest that it consists of.

    Raises:
        ExportError: there is such a version already, or another dataset of that name.
        CatalogError: the dataset of the revision is no longer in the catalog.
    """
    opened = photos.opened
    dataset = _described(opened, name)
    folder = _folder(opened, name)
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / f"{name.version}.jsonl"
    part = manifest.with_suffix(".part")
    said = _said(opened)
    corrected = set(said["image_id"].to_pylist())
    chosen: set[str] = set()
    with part.open("wb") as file:
        for row in photos.rows():
            if row["image_id"] in corrected:
                chosen.add(row["image_id"])
            own = {
                column.removeprefix(META): value
                for column, value in row.items()
                if column.startswith(META)
            }
            file.write(json_line({KEY_COLUMN: row["key"], **own}))
    _copy(opened, name, said, chosen)
    part.replace(manifest)
    adopt_dataset(dataset, opened.settings.adopted)
    return manifest


def _described(opened: OpenRevision, name: VersionName) -> Dataset:
    """The dataset as it is to be noted."""
    known = opened.catalog.datasets.get(name.dataset)
    dataset = opened.dataset.model_copy(
        update={
            "name": name.dataset,
            "description": known.description if known else _origin(opened),
            "selection": ManifestSelection(
                path=f"file://{quote(str(_folder(opened, name)))}/{{version}}.jsonl",
                key_column=KEY_COLUMN,
            ),
            "watch": Watch(enabled=False),
        }
    )
    if frozen_listing(opened.lake, name) is not None:
        raise ExportError(
            f"the dataset version {name} exists already.",
            "A version's name is never used again: take the next one.",
        )
    variables = {"LISTING_HOME": str(opened.settings.home)}
    own = load_catalog(opened.settings.catalog, None, variables).datasets
    if name.dataset in own or (known is not None and known != dataset):
        raise ExportError(
            f"there is another dataset '{name.dataset}' with a source or models of its own.",
            "Take another name for the new one.",
        )
    opened.catalog.with_dataset(dataset)
    return dataset


def _origin(opened: OpenRevision) -> str:
    return f"Chosen from {opened.published.dataset}."


def _folder(opened: OpenRevision, name: VersionName) -> Path:
    return opened.settings.home / "selections" / name.dataset


def _said(opened: OpenRevision) -> pa.Table:
    """What people had said of the dataset's photos when the revision was published."""
    moment = pa.scalar(opened.revision.published_at, CORRECTIONS.schema.field("created_at").type)
    where = f"dataset = '{opened.published.dataset}'"
    rows = opened.lake.scan(CORRECTIONS, CORRECTIONS.schema.names, where).read_all()
    return rows.filter(pc.less_equal(rows["created_at"], moment))


def _copy(opened: OpenRevision, name: VersionName, said: pa.Table, chosen: set[str]) -> None:
    """Let the new dataset have the corrections of the chosen photos, each once."""
    where = f"dataset = '{name.dataset}'"
    there = opened.lake.scan(CORRECTIONS, ["correction_id"], where).read_all()
    known = set(there["correction_id"].to_pylist())
    rows = [_copied(row, name.dataset) for row in said.to_pylist() if row["image_id"] in chosen]
    rows = [row for row in rows if row["correction_id"] not in known]
    if rows:
        opened.lake.append(CORRECTIONS, pa.Table.from_pylist(rows, schema=CORRECTIONS.schema))


def _copied(row: dict[str, Any], dataset: str) -> dict[str, Any]:
    undoes = row["undoes"] and digest(dataset, row["undoes"])
    correction_id = digest(dataset, row["correction_id"])
    return {**row, "dataset": dataset, "correction_id": correction_id, "undoes": undoes}
