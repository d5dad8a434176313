"""The command that keeps the lake small and quick: `maintain`."""

from datetime import timedelta
from typing import Annotated

import typer

from listing_assets.cli.ending import USER_MUST_ACT
from listing_assets.cli.output import console, print_json, print_table, stderr
from listing_assets.cli.running import Json
from listing_assets.maintenance import Maintenance, TableUpkeep, maintain_lake
from listing_assets.settings import Settings
from resources.lake import Lake
from resources.lake.stored_files import StoredFiles


def maintain(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be done; change nothing.")
    ] = False,
    retention: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=3650,
            metavar="DAYS",
            help="How long old versions of tables stay, which no revision names"
            " [LISTING_MAINTENANCE_RETENTION, 7 where that is not set].",
        ),
    ] = None,
    wait: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="Wait so long for runs to end.")
    ] = 0.0,
    json: Json = False,
) -> None:
    """Compact the lake's tables, and clear away old versions that no revision names.

    Every published revision stays as it is, byte for byte.

    It begins when no run is under way; runs that begin meanwhile wait for it.

    Examples:

      listing maintain --dry-run

      listing maintain --wait 600

      listing maintain --retention 0.5 --json
    """
    settings = Settings()
    days = settings.maintenance_retention if retention is None else retention
    done = maintain_lake(
        Lake(settings.lake),
        timedelta(days=days),
        "listing maintain",
        dry_run=dry_run,
        wait_seconds=wait,
        on_table=lambda upkeep: None if json else _show_progress(upkeep),
    )
    if json:
        print_json(done.document())
    else:
        _show(done)
    if done.problems:
        raise typer.Exit(USER_MUST_ACT)


def _show_progress(upkeep: TableUpkeep) -> None:
    if upkeep.problem:
        stderr.print(f"{upkeep.table}: {upkeep.problem}", markup=False, soft_wrap=True)
    elif upkeep.made:
        words = f"{upkeep.table}: {upkeep.merged:,} fragments became {upkeep.made:,}"
        stderr.print(words, markup=False, soft_wrap=True)


def _show(done: Maintenance) -> None:
    if not done.tables:
        console.print(f"the lake {done.lake} has no tables yet.", markup=False)
        return
    print_table(
        ["table", "files", "after", "stored", "after ", "fragments merged", "versions cleared"],
        [
            [
                upkeep.table,
                upkeep.before.files,
                upkeep.after.files,
                _sized(upkeep.before),
                _sized(upkeep.after),
                upkeep.merged,
                upkeep.versions,
            ]
            for upkeep in done.tables
        ],
        "nothing was changed: what clearing alone would leave; merging makes it fewer files"
        if done.dry_run
        else "",
    )
    console.print(
        f"{_told(done.before)} before, {_told(done.after)} after; {done.seconds:,.1f} s.",
        markup=False,
        soft_wrap=True,
    )
    console.print(
        "A version that no revision names, and with it the fragments that were merged, stays for"
        f" {done.retention_days:g} days after a newer one.",
        markup=False,
        soft_wrap=True,
    )


def _told(stored: StoredFiles) -> str:
    return f"{stored.files:,} files of {_sized(stored)}"


def _sized(stored: StoredFiles) -> str:
    """Bytes in the unit that people would choose."""
    for size, unit in ((1e9, "GB"), (1e6, "MB")):
        if stored.bytes >= size:
            return f"{stored.bytes / size:,.1f} {unit}"
    return f"{stored.bytes / 1e3:,.1f} kB"


COMMANDS = [maintain]
