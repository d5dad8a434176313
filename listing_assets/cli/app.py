"""Assembles the command and turns errors into plain words and exit codes."""

import sys

import typer
from pydantic import ValidationError
from rich.console import Console

from listing_assets.cli import exporting, inspecting, models, running, searching, serving, tags
from resources.errors import ListingError
from resources.processes import hold_memory_flat

app = typer.Typer(
    name="listing",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Product photos in a bucket become labelled, searchable, versioned datasets.",
)
for group in (running, inspecting, searching, serving, exporting):
    for command in group.COMMANDS:
        app.command()(command)
app.add_typer(models.app, name="models")
app.add_typer(tags.app, name="tags")


def main() -> None:
    """Entry point: 0 done, 1 the user must act, 2 wrong usage, 130 interrupted."""
    hold_memory_flat()
    try:
        app()
    except ListingError as error:
        console = Console(stderr=True, soft_wrap=True)
        console.print(f"[bold red]error:[/] {_plain(error.problem)}", highlight=False)
        if error.remedy:
            console.print(f"  [bold]→[/] {_plain(error.remedy)}", highlight=False)
        sys.exit(1)
    except ValidationError as error:
        console = Console(stderr=True, soft_wrap=True)
        for mistake in error.errors():
            place = ".".join(str(part) for part in mistake["loc"])
            console.print(
                f"[bold red]error:[/] {error.title}: {_plain(place)}: {_plain(mistake['msg'])}",
                highlight=False,
            )
        sys.exit(1)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
