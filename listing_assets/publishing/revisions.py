"""Branches, tags and the history of a dataset's table.

A dataset version is a branch of that name; a revision is a tag on it such as `v2.1`, written once
and never moved. Beside them one tag with the version's own name follows its newest revision, so
that `checkout("v2")` of the plain table finds it. What a revision holds is noted in `revisions`.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from listing_assets.versions.names import VersionName, age
from resources.errors import LakeError
from resources.lake import Lake
from resources.lake.tables import REVISIONS


@dataclass(frozen=True, slots=True)
class Revision:
    """One publication of a dataset version."""

    version: VersionName
    revision: str
    table_version: int
    data_version: str
    parent: str
    objects: int
    published: int
    rejected: int
    summary: dict[str, Any]
    published_at: datetime

    @property
    def number(self) -> int:
        """The counting part of the revision's name."""
        return int(self.revision.rpartition(".")[2])


def revisions(lake: Lake, dataset: str) -> list[Revision]:
    """All revisions of a dataset, oldest publication first."""
    rows = lake.scan(REVISIONS, REVISIONS.schema.names, f"dataset = '{dataset}'").read_all()
    found = [
        Revision(
            version=VersionName(row["dataset"], row["version"]),
            revision=row["revision"],
            table_version=row["table_version"],
            data_version=row["data_version"],
            parent=row["parent"],
            objects=row["objects"],
            published=row["published"],
            rejected=row["rejected"],
            summary=json.loads(row["summary"]),
            published_at=row["published_at"],
        )
        for row in rows.to_pylist()
    ]
    return sorted(found, key=lambda revision: revision.published_at)


def newest_revision(lake: Lake, version: VersionName) -> Revision | None:
    """The newest revision of a version, or None where it was never published."""
    found = [r for r in revisions(lake, version.dataset) if r.version == version]
    return max(found, key=lambda revision: revision.number, default=None)


def newest_earlier(lake: Lake, version: VersionName) -> Revision | None:
    """The newest revision of the newest published version before this one."""
    earlier = {
        revision.version.version: revision
        for revision in revisions(lake, version.dataset)
        if age(revision.version.version) < age(version.version)
    }
    return earlier[max(earlier, key=age)] if earlier else None


def note_revision(lake: Lake, revision: Revision) -> None:
    """Add a revision to the history."""
    row = {
        "dataset": revision.version.dataset,
        "version": revision.version.version,
        "revision": revision.revision,
        "table_version": revision.table_version,
        "data_version": revision.data_version,
        "parent": revision.parent,
        "objects": revision.objects,
        "published": revision.published,
        "rejected": revision.rejected,
        "summary": json.dumps(revision.summary, ensure_ascii=False, default=str),
        "published_at": revision.published_at,
    }
    lake.append(REVISIONS, pa.Table.from_pylist([row], schema=REVISIONS.schema))


def open_revision(lake: Lake, dataset: str, revision: str) -> Any:
    """The dataset's table at a revision (`v2.1`) or a version's newest (`v2`).

    Raises:
        LakeError: there is no such dataset or revision; names those that there are.
    """
    table = lake.open(dataset)
    try:
        table.checkout(revision)
    except (ValueError, RuntimeError) as error:
        known = ", ".join(sorted(table.tags.list())) or "none yet"
        raise LakeError(
            f"dataset {dataset} has no revision '{revision}'.", f"It has {known}."
        ) from error
    return table
