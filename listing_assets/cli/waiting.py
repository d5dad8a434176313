"""How the command tells that a version waits for batches, and what to do meanwhile."""

from collections.abc import Mapping
from typing import Any

from listing_assets.cli.output import console, print_table
from listing_assets.versions.names import VersionName


def waiting_document(name: VersionName, waiting: Mapping[str, Any]) -> dict[str, object]:
    """What a version waits for, as one JSON document. `waiting` is `Waiting.document()`."""
    return {"version": str(name), "waiting": waiting}


def show_waiting(name: VersionName, waiting: Mapping[str, Any]) -> None:
    """What a version waits for, and how it goes on."""
    batches = waiting["batches"]
    noun = "batch" if len(batches) == 1 else "batches"
    console.print(
        f"[bold]{name}[/] waits for {waiting['requests']:,} requests in {len(batches):,} {noun};"
        " it is published when they are answered"
    )
    print_table(
        ["batch", "requests", "status", "since (UTC)", "submitted for"],
        [
            [
                batch["id"],
                batch["requests"],
                batch["status"],
                batch["since"][:16].replace("T", " "),
                batch["submitted_for"],
            ]
            for batch in batches
        ],
    )
    if waiting["held_back"]:
        console.print(
            f"  {waiting['held_back']:,} more requests are held back by the budget until these are"
            " answered"
        )
    console.print("  Leave `make ui` running, and its sensor batch_results goes on by itself;")
    console.print(f"  or run again later: [bold]listing run {name}[/]")
