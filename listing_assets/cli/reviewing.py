"""`listing review …`: labels reviewed in Label Studio, out and in again."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from listing_assets.cli.installation import Installation
from listing_assets.cli.output import Bars, console, print_json, print_table
from listing_assets.cli.running import Json
from listing_assets.reading import OpenRevision
from listing_assets.review import (
    Imported,
    ReviewError,
    ReviewRequest,
    Tasks,
    import_annotations,
    write_tasks,
)
from listing_assets.review.images import Images
from listing_assets.settings import Settings

MOST_UPLOAD = 200_000_000
"""Bytes of a file above which Label Studio may refuse it."""
SHOWN = 20

app = typer.Typer(no_args_is_help=True, help="Labels reviewed in Label Studio, out and in again.")


@app.command("export")
def export_tasks(
    version: Annotated[
        str, typer.Argument(metavar="DATASET@VERSION", help="Or a revision, such as photos@v1.2.")
    ],
    to: Annotated[
        Path, typer.Option(metavar="FILE", help="A new .json file; its .xml is written beside it.")
    ],
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="EXPR", help="A query expression, see docs/SEARCH.md; all must hold."),
    ] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, help="So many of them, drawn evenly, always the same.")
    ] = None,
    images: Annotated[
        Images,
        typer.Option(
            help="The photo inside the task; a signed URL of its bucket; or its address in the"
            " gallery, which has to be under one origin with Label Studio."
        ),
    ] = "inline",
    hours: Annotated[
        float, typer.Option(help="How long signed URLs are valid, at most 168.")
    ] = 168.0,
    gallery: Annotated[
        str, typer.Option(metavar="URL", help="Where the gallery is, for --images gallery.")
    ] = "http://127.0.0.1:8188",
    rating: Annotated[
        list[str] | None, typer.Option(metavar="TAG", help="Show this number as stars.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace both files.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell how many tasks; write nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Write photos as tasks of Label Studio, with their tags as predictions to be corrected.

    Beside the tasks lies the labeling interface of the dataset's tag definition, as XML to paste
    into the project's settings.

    Examples:

      listing review export photos@v1 --to review/photos.json --sample 200

      listing review export photos@v1 --to doubt.json --where 'NOT HAS category' --images signed
    """
    request = ReviewRequest(
        version=version,
        to=to.absolute(),
        where=tuple(where or ()),
        sample=sample,
        images=images,
        seconds=round(hours * 3600),
        gallery=gallery,
        rated=tuple(rating or ()),
        overwrite=overwrite,
    )
    opened = OpenRevision.of(version, Settings())
    with Bars(quiet=json) as bars:
        listener = partial(bars.show, "tasks")
        tasks = write_tasks(request, opened, dry_run=dry_run, listener=listener)
    if json:
        print_json(asdict(tasks))
    else:
        _show_tasks(tasks)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A project that Label Studio exported as JSON.")],
    annotator: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NUMBER=NAME",
            help="Name of a user of Label Studio, whom its JSON knows by number only.",
        ),
    ] = None,
    clear_missing: Annotated[
        bool,
        typer.Option(
            "--clear-missing", help="A tag that an annotation leaves empty loses its value."
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be corrected; change nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Take annotations in as corrections, where they differ from what stands.

    Each has the author and time of its annotation. Importing a file again changes nothing. What
    is unknown or invalid is counted, and the rest is taken. Corrections enter with the next run.

    Examples:

      listing review import project-1.json --dry-run

      listing review import project-1.json --annotator 1=li@shop.example
    """
    annotators = dict(map(_named, annotator or ()))
    installation = Installation(Settings())
    with Bars(quiet=json) as bars:
        imported = import_annotations(
            file,
            installation.lake,
            installation.catalog,
            annotators=annotators,
            clear_missing=clear_missing,
            dry_run=dry_run,
            listener=partial(bars.show, "annotations"),
        )
    if json:
        print_json(imported.document())
    else:
        _show_imported(imported)


def _show_tasks(tasks: Tasks) -> None:
    would = "would be written" if tasks.is_planned else "written"
    console.print(
        f"{tasks.tasks:,} tasks of {tasks.dataset}@{tasks.revision} {would} to {tasks.to}",
        markup=False,
        soft_wrap=True,
    )
    if tasks.is_planned:
        console.print("Nothing was written.")
        return
    lines = {
        "interface": f"{tasks.config}: paste it into Settings, Labeling Interface, Code",
        "size": f"{tasks.bytes:,} bytes",
        "images": "the URLs open the photos for whoever has the file"
        if tasks.images == "signed"
        else "",
        "then": "import the tasks, label, export as JSON, and: listing review import FILE",
    }
    for name, value in lines.items():
        if value:
            console.print(f"  {name:<10} {value}", markup=False, soft_wrap=True)
    if tasks.bytes > MOST_UPLOAD:
        console.print(
            "  A file of this size may be refused by Label Studio: take fewer with --sample or"
            " --where, or leave the photos in their bucket with --images signed.",
            markup=False,
            soft_wrap=True,
        )


def _show_imported(imported: Imported) -> None:
    would = "would be made" if imported.is_planned else "made"
    console.print(
        f"{imported.corrections:,} corrections of {imported.photos:,} photos {would}, from"
        f" {imported.annotations:,} annotations of {imported.tasks:,} tasks",
        markup=False,
        soft_wrap=True,
    )
    lines = {
        "by tag": _counts(imported.by_tag),
        "by author": _counts(imported.by_author),
        "the same": _count(imported.same, "tags say what stands"),
        "imported": _count(imported.already, "tags were imported before"),
        "overruled": _count(imported.overruled, "tags were corrected later by others"),
        "left empty": _count(imported.left_empty, "tags keep their value (--clear-missing)"),
        "differing": _count(imported.disagreements, "tags differ between annotators; last counts"),
        "cancelled": _count(imported.cancelled, "annotations were skipped by their authors"),
        "waiting": _count(imported.unanswered, "tasks have no annotation"),
    }
    for name, value in lines.items():
        if value:
            console.print(f"  {name:<10} {value}", markup=False, soft_wrap=True)
    for title, counts in (
        ("not of a published photo", imported.unknown_photos),
        ("tags that the definition does not have", imported.unknown_tags),
        ("values that the tag does not have", imported.invalid_values),
    ):
        if counts:
            rows = [list(each) for each in counts.most_common(SHOWN)]
            print_table([title, "count"], rows)
            if len(counts) > SHOWN:
                console.print(f"and {len(counts) - SHOWN:,} more: --json has them all")
    if imported.corrections and not imported.is_planned:
        run = ", ".join(f"listing run {version}" for version in imported.versions)
        console.print(f"They enter with the next run: {run}", markup=False, soft_wrap=True)


def _named(word: str) -> tuple[str, str]:
    number, _, name = (part.strip() for part in word.partition("="))
    if not number or not name:
        raise ReviewError(
            f"'{word}' names no annotator.", "Write it as --annotator 1=li@shop.example."
        )
    return number, name


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}" if count else ""
