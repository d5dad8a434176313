"""The commands that compute: `run`, `plan`, `sample`."""

import re
import shlex
from typing import Annotated, Literal

import typer
from rich.markup import escape

from listing_assets.catalog.budgets import require_one_currency
from listing_assets.cli.adopting import adopt, described
from listing_assets.cli.amounts import amount, currencies
from listing_assets.cli.installation import Installation
from listing_assets.cli.launching import FinishedRun, run_version
from listing_assets.cli.output import console, print_json, print_table, stderr
from listing_assets.cli.summary import run_document, show_run
from listing_assets.cli.waiting import show_waiting, waiting_document
from listing_assets.listings.planned import with_drafts
from listing_assets.objects.selection import open_selection
from listing_assets.planning import plan_version
from listing_assets.publishing.revisions import newest_revision
from listing_assets.sample.bucket import write_batch
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName
from resources.errors import ListingError
from resources.object_store import open_store

VersionArgument = Annotated[
    str | None,
    typer.Argument(
        help="DATASET@VERSION, such as photos@v1. DATASET alone means @v1; with --source, the name"
        " may be left out."
    ),
]
Source = Annotated[
    str | None,
    typer.Option(help="Folder, s3://bucket/prefix or oss://bucket/prefix of the photos."),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        help="Tag model: NAME or NAME@VERSION of the registry; or, with OPENAI_API_KEY or"
        " DASHSCOPE_API_KEY set, the name that the endpoint knows. 'NAME at HOST' says where the"
        " endpoint is to be."
    ),
]
ModeOption = Annotated[
    Literal["incremental", "full"],
    typer.Option(help="incremental computes what is missing, full computes all again."),
]
Json = Annotated[
    bool, typer.Option("--json", help="One JSON document on stdout, for an error too.")
]


def run(
    version: VersionArgument = None,
    source: Source = None,
    model: ModelOption = None,
    mode: ModeOption = "incremental",
    retry_failed: Annotated[
        bool, typer.Option(help="Ask again for invalid and refused tags too.")
    ] = False,
    budget: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="Stop cleanly before the run costs more than this, in the currency of the models'"
            " prices.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Plan only, as `listing plan` does.")] = False,
    json: Json = False,
) -> None:
    """Bring a dataset version up to date and publish it.

    Examples:

      listing run photos@v1 --source ./photos

      listing run posters@v2 --source s3://bucket/posters --mode full

      listing run photos@v1 --model qwen-vl-max --budget 5.00
    """
    if dry_run:
        plan(version, source, model, mode, json)
        return
    settings = Settings()
    name = _version_name(version, source)
    adopt(settings, name, source, model)
    if budget is not None:
        _, recipes = Installation(settings).dataset(name.dataset)
        require_one_currency(recipes.tag_model, recipes.embedding_model)
    finished = run_version(
        name, settings, mode=mode, retry_failed=retry_failed, budget=budget, quiet=json
    )
    report_run(settings, name, finished, json)


def plan(
    version: VersionArgument = None,
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
    name = _version_name(version, source)
    installation = described(settings, name, source, model)
    dataset, recipes = installation.dataset(name.dataset)
    store = open_store(dataset.source, dataset.credentials)
    store.check()
    selected = open_selection(store, dataset.selection, name.version, dataset.credentials)
    lake, memory = installation.lake, settings.query_memory
    planned = with_drafts(
        plan_version(lake, name, selected, recipes, mode=mode, memory=memory),
        dataset,
        installation.catalog,
        lake,
        settings,
    )
    if json:
        print_json(planned.document())
        return
    print_table(
        ["step", "needed", "reused", "to compute", "calls", "tokens", "estimated cost"],
        [
            [
                step.name,
                step.needed,
                step.needed - step.to_compute,
                step.to_compute,
                step.calls,
                step.tokens,
                amount(step.cost, step.currency),
            ]
            for step in planned.steps
        ],
        f"plan of {name}, {mode}",
    )
    for tag, count in planned.tags.items():
        console.print(f"  tag {tag}: {count:,} photos to ask about")
    for note in planned.notes:
        console.print(f"  [dim]{note}[/]")
    to_do = run_command(name, source, model, "" if mode == "incremental" else f"--mode {mode}")
    console.print(f"\nNothing was changed. To do it: [bold]{to_do}[/]", soft_wrap=True)


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
        stderr.print(f"drawing the first upload into {folder} …", markup=False, soft_wrap=True)
        write_batch(folder, 1)
        finished = run_version(first, settings, mode="incremental", retry_failed=False, quiet=json)
        documents.append(report_run(settings, first, finished, json, last=False))
    elif not json:
        console.print(f"{first} stands; its bucket has moved on to {second}.")
    stderr.print("drawing the second upload …")
    write_batch(folder, 2)
    finished = run_version(second, settings, mode="incremental", retry_failed=False, quiet=json)
    documents.append(report_run(settings, second, finished, json, last=False))
    if json:
        print_json(documents)
    else:
        console.print("\n[bold]next[/]")
        console.print("  make run SOURCE=<folder or s3://bucket/prefix> DATASET=<name>")
        console.print("  make ui                      the Dagster UI with these runs, on port 3000")
        console.print("  listing status sample@v2     tags, differences, models")
        console.print("  listing drafts sample@v2     the listings that were drafted")
        console.print("  listing errors sample@v2     what was rejected, and why")
        console.print("  listing plan sample@v2       what another run would compute and cost")


COMMANDS = [run, plan, sample]


def _version_name(text: str | None, source: str | None) -> VersionName:
    """The version that is meant; a dataset that is not named takes the name of its source."""
    if source is not None and not source.strip():
        raise ListingError("the --source is empty.", "Name a folder, s3://… or oss://…")
    dataset, _, version = (text or "").partition("@")
    if not dataset:
        if source is None:
            raise ListingError(
                "no dataset version is named.", "Write DATASET@VERSION, or give a --source."
            )
        last = source.rstrip("/").rpartition("/")[2] or "photos"
        dataset = (
            re.sub(r"[^A-Za-z0-9_-]+", "-", last).strip("-_").lstrip("0123456789-_")[:40]
            or "photos"
        )
    return VersionName.parse(f"{dataset}@{version or 'v1'}")


def run_command(name: VersionName, source: str | None, model: str | None, more: str = "") -> str:
    """The command that runs a version as the options of another one said, for console markup."""
    words = [
        *(["--source", source] if source else []),
        *(["--model", model] if model else []),
        *more.split(),
    ]
    return escape(" ".join(["listing run", str(name), *map(shlex.quote, words)]))


def report_run(
    settings: Settings, name: VersionName, finished: FinishedRun, json: bool, *, last: bool = True
) -> dict[str, object]:
    """Print what a run did, and return it as a document."""
    if finished.waiting is not None:
        document = waiting_document(name, finished.waiting)
        if json and last:
            print_json(document)
        elif not json:
            show_waiting(name, finished.waiting)
        return document
    revision = newest_revision(Installation(settings).lake, name)
    if revision is None:
        raise ListingError(f"{name} was not published.", "See `make ui` for the run.")
    document = run_document(name, finished, revision, currencies(settings))
    if json and last:
        print_json(document)
    elif not json:
        show_run(name, finished, revision, document, with_next=last)
    return document
