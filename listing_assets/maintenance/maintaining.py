"""One maintenance of a lake: alone in it, table after table.

The platform's own tables have one branch: they are compacted, then cleared. A published dataset is
never compacted: its versions are branches that share fragments, its revisions are tags that hold on
to theirs, and a rewritten copy would only stand beside them. What no revision and no branch needs
is cleared there too. Other tables are not the platform's and are left alone.
"""

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from listing_assets.maintenance.report import Maintenance, TableUpkeep
from resources.errors import LakeError
from resources.lake import Lake
from resources.lake.clearing import Cleared, clear
from resources.lake.compaction import Compacted, compact, compactable
from resources.lake.locks import TABLE as LEASES
from resources.lake.stored_files import StoredFiles, stored_files
from resources.lake.tables import LISTINGS, is_reserved

OF_LEASES = timedelta(minutes=10)
"""How long versions of the table of leases stay: each lives for seconds, and nobody goes back."""

OnTable = Callable[[TableUpkeep], None]
"""Told of each table when it is done."""


def maintain_lake(
    lake: Lake,
    retention: timedelta,
    purpose: str,
    *,
    dry_run: bool = False,
    wait_seconds: float = 0.0,
    on_table: OnTable = lambda upkeep: None,
) -> Maintenance:
    """Compact the lake's tables and clear away what was superseded longer ago than `retention`.

    Whatever a revision names stays as it is. A table that cannot be maintained is reported with its
    problem, and the others are maintained all the same. A dry run changes nothing and waits for
    nobody.

    Raises:
        VersionBusyError: runs or others used the lake for all of `wait_seconds`.
        LakeError: the lake cannot be reached.
        SourceError: its files cannot be listed.
    """
    began = time.monotonic()
    changes_nothing = dry_run or not lake.names()
    with nullcontext() if changes_nothing else lake.alone(purpose, wait_seconds=wait_seconds):
        names = _tables(lake)
        before = stored_files(lake) if names else {}
        upkeeps = []
        for name in names:
            upkeep = _maintain(lake, name, before.get(name, StoredFiles()), retention, dry_run)
            on_table(upkeep)
            upkeeps.append(upkeep)
        if not changes_nothing:
            after = stored_files(lake)
            upkeeps = [replace(one, after=after.get(one.table, one.before)) for one in upkeeps]
    return Maintenance(
        lake=lake.uri,
        retention_days=retention / timedelta(days=1),
        dry_run=dry_run,
        seconds=round(time.monotonic() - began, 2),
        tables=tuple(upkeeps),
    )


def _tables(lake: Lake) -> list[str]:
    """The tables that are the platform's: its own, and the datasets that were ever listed."""
    datasets = set(lake.scan(LISTINGS, ["dataset"]).read_all()["dataset"].to_pylist())
    return sorted(name for name in lake.names() if is_reserved(name) or name in datasets)


def _maintain(
    lake: Lake, name: str, stored: StoredFiles, retention: timedelta, dry_run: bool
) -> TableUpkeep:
    """Compact and clear one table. `after` is what its clearing leaves of `stored`."""
    compacted, cleared, problem = Compacted(0, 0), Cleared(), None
    try:
        if is_reserved(name):
            compacted = Compacted(compactable(lake, name), 0) if dry_run else compact(lake, name)
        kept = OF_LEASES if name == LEASES.name else retention
        cleared = clear(lake, name, datetime.now(UTC) - kept, dry_run=dry_run)
    except LakeError as error:
        problem = str(error)
    return TableUpkeep(
        table=name,
        before=stored,
        after=StoredFiles(stored.files - cleared.files, stored.bytes - cleared.bytes),
        merged=compacted.removed,
        made=None if dry_run else compacted.added,
        versions=cleared.versions,
        problem=problem,
    )
