"""Clearing away the versions of a table that nothing names any more, with their files.

Every commit makes a version of its table, and a reader may be in the midst of any. What a tag
names, what a branch was born from and what is current stays for ever; any other version stays for a
while after a newer one has taken its place. Files that no version names, left behind by a writer
that was killed before it committed, go when they are seven days old: Lance's own rule, because a
younger one may belong to a commit under way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from resources.lake.database import FAILURES, Lake
from resources.lake.faults import lake_error


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was, or would be, removed: versions, files of any kind, bytes."""

    versions: int = 0
    files: int = 0
    bytes: int = 0

    def __add__(self, other: "Cleared") -> "Cleared":
        return Cleared(
            self.versions + other.versions, self.files + other.files, self.bytes + other.bytes
        )


def clear(lake: Lake, name: str, before: datetime, *, dry_run: bool = False) -> Cleared:
    """Remove what was superseded before a moment, from a table and each of its branches.

    Raises:
        LakeError: the table cannot be read, or its files cannot be removed.
    """
    try:
        parts = _with_branches(lake.open(name))
        return sum((_clear(part, before, dry_run=dry_run) for part in parts), Cleared())
    except FAILURES as error:
        raise lake_error(lake.uri, error, f"table {name} of") from error


def _with_branches(table: Any) -> Iterator[Any]:
    yield table.to_lance()
    for branch in table.branches.list():
        yield table.branches.checkout(branch).to_lance()


def _clear(dataset: Any, before: datetime, *, dry_run: bool) -> Cleared:
    # Versions are chosen here: by their own age, as Lance does it, one that was current until a
    # moment ago would go at once.
    versions = [*_superseded(dataset, before), dataset.version]
    terms = {"versions": versions, "error_if_tagged_old_versions": False}
    if dry_run:
        removed = dataset.explain_cleanup_old_versions(**terms).stats
    else:
        removed = dataset.cleanup_old_versions(**terms)
    files = (
        removed.data_files_removed
        + removed.transaction_files_removed
        + removed.index_files_removed
        + removed.deletion_files_removed
        + removed.old_versions
    )
    return Cleared(removed.old_versions, files, removed.bytes_removed)


def _superseded(dataset: Any, before: datetime) -> Iterator[int]:
    """The versions whose successor was made before a moment."""
    versions = sorted(dataset.versions(), key=lambda version: version["version"])
    for version, successor in pairwise(versions):
        if successor["timestamp"].astimezone(UTC) < before:
            yield version["version"]
