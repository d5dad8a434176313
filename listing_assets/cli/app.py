"""Assembles the command and turns errors into plain words and exit codes."""

import sys

import typer

from listing_assets.cli import (
    INTERRUPTED,
    drafting,
    evaluating,
    exporting,
    inspecting,
    instructing,
    maintaining,
    models,
    reviewing,
    running,
    searching,
    serving,
    tags,
    templates,
)
from listing_assets.cli.ending import Interrupted, plainly
from listing_assets.cli.notices import NOTICES
from resources.processes import hold_memory_flat

app = typer.Typer(
    name="listing",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Product photos in a bucket become labelled, searchable, versioned datasets.",
    epilog="With --json a command prints one JSON document on stdout, its result or"
    ' {"error": {"problem": …, "remedy": …}}. Exit codes: 0 done, 1 you must act, 2 wrong usage,'
    " 130 interrupted.",
)
for group in (
    running,
    inspecting,
    searching,
    drafting,
    evaluating,
    instructing,
    serving,
    exporting,
    maintaining,
):
    for command in group.COMMANDS:
        app.command()(command)
app.add_typer(models.app, name="models")
app.add_typer(tags.app, name="tags")
app.add_typer(reviewing.app, name="review")
app.add_typer(templates.app, name="templates")


def main() -> None:
    """Entry point: 0 done, 1 the user must act, 2 wrong usage, 130 interrupted."""
    hold_memory_flat()
    with plainly(sys.argv[1:]), NOTICES:
        code = app(prog_name="listing", standalone_mode=False)
        if code == INTERRUPTED:
            raise Interrupted("interrupted")
    sys.exit(code if isinstance(code, int) else 0)
