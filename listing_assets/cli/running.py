"""The commands that compute: `run`, `plan`, `sample`, `ui`."""

import os
import shutil
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from listing_assets.catalog import adopt_dataset
from listing_assets.cli.installation import Installation
from listing_assets.cli.launching import FinishedRun, prepare_environment, run_version
from listing_assets.cli.output import console, print_json, print_table, stderr
from listing_assets.cli.summary import run_document, show_run
from listing_assets.objects.selection import open_selection
from listing_assets.planning import plan_version
from listing_assets.publishing.revisions import newest_revision
from listing_assets.sample.bucket import write_batch
from listing_assets.settings import PROJECT, Settings
from listing_assets.versions.names import VersionName
from resources.errors import ListingError
from resources.object_store import open_store

VersionArgument = Annotated[
    str, typer.Argument(help="DATASET@VERSION, such as photos@v1; DATASET alone means @v1.")
]
Source = Annotated[
    str | None,
    typer.Option(help="Folder, s3://bucket/prefix or oss://bucket/prefix of the photos."),
]
ModelOption = Annotated[str | None, typer.Option(help="Tag model, by its name in the catalog.")]
ModeOption = Annotated[
    Literal["incremental", "full"],
    typer.Option(help="incremental computes what is missing, full computes all again."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


def run(
    version: VersionArgument,
    source: Source = None,
    model: ModelOption = None,
    mode: ModeOption = "incremental",
    retry_failed: Annotated[
        bool, typer.Option(help="Ask again for invalid and refused tags too.")
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="Plan only, as `listing plan` does.")] = False,
    json: Json = False,
) -> None:
    """Bring a dataset version up to date and publish it.

    Examples:

      listing run photos@v1 --source ./photos

      listing run posters@v2 --source s3://bucket/posters --mode full
    """
    if dry_run:
        plan(version, source, model, mode, json)
        return
    settings = Settings()
    name = _resolve(settings, version, source, model, keep=True)
    finished = run_version(name, settings, mode=mode, retry_failed=retry_failed, quiet=json)
    _report(settings, name, finished, json)


def plan(
    version: VersionArgument,
    source: Source = None,
    model: ModelOption = None,
    mode: ModeOption = "incremental",
    json: Json = False,
) -> None:
    """Tell what an increment would fetch, compute and call, and what it would cost.

    Lists the source and compares it with the lake; changes nothing and calls no model.

    Example: listing plan photos@v2
    """
    settings = Settings()
    name = VersionName.parse(_with_version(version))
    installation = Installation(settings).with_source(name, source, model)
    dataset, recipes = installation.dataset(name.dataset)
    store = open_store(dataset.source, dataset.credentials)
    store.check()
    planned = plan_version(
        installation.lake,
        name,
        open_selection(store, dataset.selection, name.version, dataset.credentials),
        recipes,
        mode=mode,
        memory=settings.query_memory,
    )
    if json:
        print_json(planned.document())
        return
    print_table(
        ["step", "needed", "reused", "to compute", "calls", "estimated cost"],
        [
            [
                step.name,
                step.needed,
                step.needed - step.to_compute,
                step.to_compute,
                step.calls,
                step.cost_text,
            ]
            for step in planned.steps
        ],
        f"plan of {name}, {mode}",
    )
    for tag, count in planned.tags.items():
        console.print(f"  tag {tag}: {count:,} photos to ask about")
    for note in planned.notes:
        console.print(f"  [dim]{note}[/]")
    console.print(f"\nNothing was changed. To do it: [bold]listing run {name}[/]")


def sample(json: Json = False) -> None:
    """Draw a sample bucket, publish sample@v1, upload a second batch, publish sample@v2.

    This is what `make run` does without SOURCE.
    """
    settings = Settings()
    folder = settings.home / "sample"
    installation = Installation(settings)
    documents = []
    first, second = VersionName("sample", "v1"), VersionName("sample", "v2")
    if newest_revision(installation.lake, first) is None:
        stderr.print(f"drawing the first upload into {folder} …")
        write_batch(folder, 1)
        finished = run_version(first, settings, mode="incremental", retry_failed=False, quiet=json)
        documents.append(_report(settings, first, finished, json, last=False))
    elif not json:
        console.print(f"{first} stands; its bucket has moved on to {second}.")
    stderr.print("drawing the second upload …")
    write_batch(folder, 2)
    finished = run_version(second, settings, mode="incremental", retry_failed=False, quiet=json)
    documents.append(_report(settings, second, finished, json, last=False))
    if json:
        print_json(documents)
    else:
        console.print("\n[bold]next[/]")
        console.print("  make run SOURCE=<folder or s3://bucket/prefix> DATASET=<name>")
        console.print("  make ui                      the Dagster UI with these runs, on port 3000")
        console.print("  listing status sample@v2     tags, differences, models")
        console.print("  listing errors sample@v2     what was rejected, and why")
        console.print("  listing plan sample@v2       what another run would compute and cost")


def ui(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 3000,
) -> None:
    """Start the Dagster UI and daemon over this installation, on 127.0.0.1."""
    settings = Settings()
    prepare_environment(settings)
    stderr.print(f"Dagster UI: http://127.0.0.1:{port}  (Ctrl-C ends it)")
    dg_command = shutil.which("dg", path=str(Path(sys.executable).parent)) or "dg"
    os.chdir(PROJECT)
    os.execv(  # noqa: S606 - the command of this very environment
        dg_command,
        ["dg", "dev", "-w", str(PROJECT / "workspace.yaml"), "-h", "127.0.0.1", "-p", str(port)],
    )


COMMANDS = [run, plan, sample, ui]


def _with_version(text: str) -> str:
    return text if "@" in text else f"{text}@v1"


def _resolve(
    settings: Settings, text: str, source: str | None, model: str | None, *, keep: bool
) -> VersionName:
    """The version that is meant; with `source`, its dataset is noted for later runs."""
    name = VersionName.parse(_with_version(text))
    installation = Installation(settings)
    if source is None and model is None:
        installation.catalog.dataset(name.dataset)
        return name
    changed = installation.with_source(name, source, model)
    before = installation.catalog.datasets.get(name.dataset)
    dataset = changed.catalog.dataset(name.dataset)
    if dataset == before:
        return name
    if before is not None and name.dataset in installation.own_datasets:
        raise ListingError(
            f"the catalog defines dataset '{name.dataset}' with source {before.source}"
            f" and model {before.tag_model}.",
            "Change catalog/datasets.yaml, leave out --source and --model, or take another name.",
        )
    if keep:
        path = adopt_dataset(dataset, settings.adopted)
        stderr.print(f"dataset {name.dataset} is noted in {path}")
    return name


def _report(
    settings: Settings, name: VersionName, finished: FinishedRun, json: bool, *, last: bool = True
) -> dict[str, object]:
    revision = newest_revision(Installation(settings).lake, name)
    if revision is None:
        raise ListingError(f"{name} was not published.", "See `make ui` for the run.")
    document = run_document(name, finished, revision)
    if json and last:
        print_json(document)
    elif not json:
        show_run(name, finished, revision, with_next=last)
    return document
