"""The command that takes out: `export`."""

import logging
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from listing_assets.cli.launching import INTERRUPTED, prepare_environment, run_version
from listing_assets.cli.output import Bars, console, print_json, stderr
from listing_assets.cli.running import Json, report_run
from listing_assets.exports import DATASET_VERSION, FORMATS, Exported, ExportRequest, plan_export
from listing_assets.exports.selecting import ranked_keys
from listing_assets.reading import OpenRevision
from listing_assets.search import KeyOf, Query, Upload
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName
from resources.errors import ListingError

KNOWN = ", ".join([*FORMATS, DATASET_VERSION])


def export(
    version: Annotated[
        str, typer.Argument(help="DATASET@VERSION, or a revision such as photos@v1.2.")
    ],
    format: Annotated[str, typer.Option(help=f"One of: {KNOWN}.")],
    to: Annotated[
        str,
        typer.Option(
            help="A new or empty folder, s3://bucket/prefix or oss://bucket/prefix; for"
            " dataset-version the new DATASET@VERSION."
        ),
    ],
    where: Annotated[str, typer.Option(help="A query expression, see docs/SEARCH.md.")] = "",
    text: Annotated[str, typer.Option(help="The best matches of a text, see --top-k.")] = "",
    image: Annotated[
        str | None,
        typer.Option(metavar="PHOTO", help="Photos like this: a key or URI, or a file."),
    ] = None,
    any_of: Annotated[
        list[str] | None,
        typer.Option("--any", metavar="LABEL", help="Photos with one of these labels."),
    ] = None,
    all_of: Annotated[
        list[str] | None, typer.Option("--all", metavar="LABEL", help="Photos with all of these.")
    ] = None,
    none_of: Annotated[
        list[str] | None, typer.Option("--none", metavar="LABEL", help="Photos with none of these.")
    ] = None,
    top_k: Annotated[int, typer.Option(help="Most photos of --text or --image.")] = 100,
    min_score: Annotated[float | None, typer.Option(help="Least score of those.")] = None,
    original: Annotated[
        bool, typer.Option("--original", help="The original files, without GPS.")
    ] = False,
    prompt: Annotated[
        str, typer.Option(help="The question of training conversations, in place of our own.")
    ] = "",
    drafts: Annotated[
        bool,
        typer.Option("--drafts", help="Write the products' listing drafts as well."),
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace an earlier export there, whole.")
    ] = False,
    profile: Annotated[
        str | None, typer.Option(help="AWS or aliyun profile to write with.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be exported; write nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Export a dataset version, a revision, or the result of a search.

    Exporting a revision again gives the same bytes; export.json, written last, names it and has a
    checksum of every file.

    Examples:

      listing export photos@v1 --format huggingface-imagefolder --to exports/photos

      listing export photos@v1.2 --format coco --to s3://bucket/coco --where 'category=Food'

      listing export photos@v1 --format dataset-version --to food@v1 --any category:Food
    """
    settings = Settings()
    query = Query(
        where=where,
        text=text,
        any_of=tuple(any_of or ()),
        all_of=tuple(all_of or ()),
        none_of=tuple(none_of or ()),
        top_k=top_k,
        min_score=min_score if image is None else None,
    )
    request = ExportRequest(
        version=version,
        format=format,
        to=to if "://" in to or format == DATASET_VERSION else str(Path(to).absolute()),
        query=query,
        original=original,
        prompt=prompt,
        drafts=drafts,
        overwrite=overwrite,
        profile=profile,
    )
    if image is not None:
        request = _like(request, image, min_score, settings)
    # Mistakes are told at once; Dagster takes seconds to start.
    exported = plan_export(request, settings)
    if not dry_run:
        exported = _run(request, settings, quiet=json)
    if json:
        print_json(asdict(exported))
    else:
        _show(exported)
    if format == DATASET_VERSION and not dry_run:
        name = VersionName.parse(exported.to)
        finished = run_version(name, settings, mode="incremental", retry_failed=False, quiet=json)
        if not json:
            report_run(settings, name, finished, json)


COMMANDS = [export]


def _like(
    request: ExportRequest, image: str, min_score: float | None, settings: Settings
) -> ExportRequest:
    """The request for photos like one: by its key, or by what a file that stays here has found."""
    opened = OpenRevision.of(request.version, settings)
    key = opened.published.key_of(image)
    if key is not None:
        query = replace(request.query, image=KeyOf(key), min_score=min_score)
        return request.model_copy(update={"query": query})
    try:
        upload = Upload(Path(image).read_bytes())
    except OSError as error:
        raise ListingError(
            f"'{image}' is no photo of {opened} and no file that can be read ({error.strerror}).",
            "Name a key or URI as `listing search` prints it, or a photo file.",
        ) from error
    query = replace(request.query, image=upload, min_score=min_score)
    keys = tuple(ranked_keys(opened, query))
    if not keys:
        raise ListingError(f"no photo of {opened} is like that one.", "Ask for less.")
    return request.model_copy(update={"version": str(opened), "query": Query(), "keys": keys})


def _run(request: ExportRequest, settings: Settings, *, quiet: bool) -> Exported:
    """Run the job, with a bar."""
    prepare_environment(settings)
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    from listing_assets.export_job import run_export

    try:
        with Bars(quiet=quiet) as bars:
            return run_export(request, settings, partial(bars.show, "export"))
    except KeyboardInterrupt:
        stderr.print("interrupted; nothing of the export is left")
        raise typer.Exit(INTERRUPTED) from None


def _show(exported: Exported) -> None:
    would = "would be exported" if exported.is_planned else "exported"
    source = f"{exported.dataset}@{exported.revision}"
    console.print(
        f"{exported.photos:,} photos of {source} {would} as {exported.format} to {exported.to}",
        markup=False,
        soft_wrap=True,
    )
    if exported.is_planned:
        console.print("Nothing was written.")
        return
    rate = f", {exported.photos / exported.seconds:,.0f} photos/s" if exported.seconds else ""
    lines = {
        "files": f"{exported.files:,} with {exported.bytes:,} bytes",
        "left out": f"{exported.skipped:,} photos without a tag" if exported.skipped else "",
        "time": f"{exported.seconds:.1f} s{rate}",
        "manifest": exported.manifest or "",
    }
    for name, value in lines.items():
        if value:
            console.print(f"  {name:<10} {value}", markup=False, soft_wrap=True)
