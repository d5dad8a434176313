"""The commands that tell: `status`, `errors`, `history`, `config`."""

import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer

from listing_assets.batches.waiting import Waiting, waiting_batches
from listing_assets.calls.spending import Spending, spending
from listing_assets.cli.amounts import amount, currencies
from listing_assets.cli.installation import Installation
from listing_assets.cli.launching import run_version
from listing_assets.cli.output import console, print_json, print_table
from listing_assets.cli.running import Json, report_run
from listing_assets.cli.waiting import show_waiting, waiting_document
from listing_assets.problems import version_problems
from listing_assets.publishing.revisions import Revision, newest_revision, revisions
from listing_assets.settings import Settings
from listing_assets.versions.listing import frozen_listings
from listing_assets.versions.names import VersionName, age
from resources.endpoints.metering import ANSWERED
from resources.errors import LakeError


def status(
    version: Annotated[
        str | None, typer.Argument(help="DATASET@VERSION; all datasets where left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Tell what stands: datasets, versions, newest revisions; or one version in detail.

    Example: listing status photos@v1
    """
    installation = Installation(Settings())
    if version is None:
        _status_of_all(installation, json)
    else:
        name = VersionName.parse(version if "@" in version else f"{version}@v1")
        _status_of_one(installation, name, json)


def errors(
    version: Annotated[str, typer.Argument(help="DATASET@VERSION, such as photos@v1.")],
    retry: Annotated[
        bool, typer.Option(help="Try the failed ones again, and publish what comes of it.")
    ] = False,
    json: Json = False,
) -> None:
    """List rejected objects and failed answers of a version, by reason.

    Example: listing errors photos@v1 --retry
    """
    settings = Settings()
    name = VersionName.parse(version)
    if retry:
        finished = run_version(name, settings, mode="incremental", retry_failed=True, quiet=json)
        if not json:
            report_run(settings, name, finished, json)
    installation = Installation(settings)
    _, recipes = installation.dataset(name.dataset)
    problems = version_problems(installation.lake, name, recipes, settings.query_memory)
    if json:
        print_json([problem._asdict() for problem in problems])
        return
    if not problems:
        console.print(f"{name}: nothing was rejected and nothing failed.")
        return
    by_reason = Counter((problem.step, problem.reason) for problem in problems)
    print_table(
        ["step", "reason", "count"],
        [[step, reason, count] for (step, reason), count in by_reason.most_common()],
        f"errors of {name}",
    )
    print_table(
        ["key", "step", "reason", "detail"],
        [
            [problem.key, problem.step, problem.reason, problem.detail[:90]]
            for problem in problems[:50]
        ],
    )
    if len(problems) > 50:
        console.print(f"[dim]and {len(problems) - 50:,} more: --json has them all[/]")
    if any(problem.is_retryable for problem in problems):
        console.print(f"Some may pass when tried again: [bold]listing errors {name} --retry[/]")


def history(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset.")], json: Json = False
) -> None:
    """List the revisions of a dataset, oldest first.

    Example: listing history photos
    """
    VersionName.parse(f"{dataset}@v1")
    installation = Installation(Settings())
    found = revisions(installation.lake, dataset)
    if not found:
        installation.catalog.dataset(dataset)
        raise LakeError(
            f"dataset '{dataset}' has no revision yet.", f"Publish one: listing run {dataset}@v1"
        )
    if json:
        print_json([_document(revision) for revision in found])
        return
    print_table(
        [
            "revision",
            "when",
            "objects",
            "rejected",
            "added",
            "removed",
            "relabelled",
            "tags by",
        ],
        [
            [
                revision.revision,
                f"{revision.published_at:%Y-%m-%d %H:%M}",
                revision.objects,
                revision.rejected,
                *_difference(revision),
                revision.summary["models"]["tags"],
            ]
            for revision in found
        ],
        f"revisions of {dataset}",
    )


def config(json: Json = False) -> None:
    """Show each setting, its value and where it came from. Secrets are never shown.

    Example: LISTING_HOME=/data/listing listing config
    """
    settings = Settings()
    rows = []
    for name, field in Settings.model_fields.items():
        variable = f"LISTING_{name.upper()}"
        came_from = f"environment {variable}" if os.environ.get(variable) else "default"
        rows.append(
            {
                "setting": variable,
                "value": _without_user(str(getattr(settings, name))),
                "from": came_from,
                "meaning": field.description,
            }
        )
    address = os.environ.get("RAY_ADDRESS")
    rows.append(
        {
            "setting": "RAY_ADDRESS",
            "value": _without_user(address) if address else "a cluster of this machine alone",
            "from": "environment RAY_ADDRESS" if address else "default",
            "meaning": "the cluster, where compute is ray",
        }
    )
    for variable in _CREDENTIALS:
        if os.environ.get(variable):
            shown = "set, hidden" if _is_secret(variable) else _without_user(os.environ[variable])
            rows.append(
                {
                    "setting": variable,
                    "value": shown,
                    "from": f"environment {variable}",
                    "meaning": "used for object stores or models",
                }
            )
    installation = Installation(settings)
    for registered in installation.catalog.models.values():
        for model in registered.versions.values():
            if model.api_key_env:
                is_set = bool(os.environ.get(model.api_key_env))
                rows.append(
                    {
                        "setting": f"model {model.name}@{model.version}: {model.api_key_env}",
                        "value": "set, hidden" if is_set else "not set",
                        "from": "environment" if is_set else "–",
                        "meaning": "key of the model's endpoint",
                    }
                )
    if json:
        print_json(rows)
    else:
        print_table(["setting", "value", "from", "meaning"], [list(r.values()) for r in rows])


COMMANDS = [status, errors, history, config]

_CREDENTIALS = (
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "OSS_ENDPOINT",
    "OSS_REGION",
    "OSS_ACCESS_KEY_ID",
    "OSS_ACCESS_KEY_SECRET",
    "OSS_SESSION_TOKEN",
    "OPENAI_BASE_URL",
    "OPENAI_API_KEY",
    "DASHSCOPE_HTTP_BASE_URL",
    "DASHSCOPE_API_KEY",
    "LISTING_API_KEY",
)


def _without_user(value: str) -> str:
    """A URL without user, password and query, which may be secrets."""
    value = re.sub(r"//[^/@]*@", "//hidden@", value)
    return re.sub(r"(?<=.)\?.*", "?hidden", value) if "://" in value else value


def _is_secret(variable: str) -> bool:
    return any(word in variable for word in ("KEY", "SECRET", "TOKEN"))


def _status_of_all(installation: Installation, json: bool) -> None:
    names = sorted(installation.catalog.datasets)
    rows: list[dict[str, Any]] = []
    for dataset in names:
        newest = {r.version.version: r for r in revisions(installation.lake, dataset)}
        listed = frozen_listings(installation.lake, dataset)
        versions: list[str | None] = [*sorted(newest.keys() | listed.keys(), key=age)]
        for version in versions or [None]:
            revision = newest.get(version) if version else None
            rows.append(
                {
                    "dataset": dataset,
                    "version": version,
                    "revision": revision.revision if revision else None,
                    "objects": revision.objects if revision else None,
                    "published": revision.published if revision else None,
                    "rejected": revision.rejected if revision else None,
                    "published_at": revision.published_at if revision else None,
                    "source": installation.catalog.datasets[dataset].source,
                }
            )
    if json:
        print_json(rows)
        return
    print_table(
        ["dataset", "version", "revision", "objects", "published", "rejected", "when"],
        [
            [
                *(
                    row[name]
                    for name in (
                        "dataset",
                        "version",
                        "revision",
                        "objects",
                        "published",
                        "rejected",
                    )
                ),
                f"{row['published_at']:%Y-%m-%d %H:%M}" if row["published_at"] else None,
            ]
            for row in rows
        ],
    )


def _status_of_one(installation: Installation, name: VersionName, json: bool) -> None:
    revision = newest_revision(installation.lake, name)
    waiting = Waiting(waiting_batches(installation.lake, name)).document()
    paid_in = currencies(installation.settings)
    if revision is None:
        installation.catalog.dataset(name.dataset)
        if waiting["batches"]:
            _show_unpublished(name, waiting, json)
            return
        spent = spending(installation.lake, name)
        if not spent:
            raise LakeError(f"{name} was not published yet.", f"Publish it: listing run {name}")
        if json:
            steps = _spending_document(spent, paid_in)
            print_json({"version": str(name), "revision": None, "spending": steps})
            return
        console.print(f"{name} was not published yet. So far it took:")
        _show_spending(spent, paid_in)
        return
    spent = spending(installation.lake, name)
    if json:
        told = {"spending": _spending_document(spent, paid_in), "waiting": waiting}
        print_json({**_document(revision), **told})
        return
    summary = revision.summary
    console.print(f"[bold]{name}[/]  revision [green]{revision.revision}[/]")
    console.print(
        f"  {revision.objects:,} objects, {revision.published:,} published,"
        f" {revision.rejected:,} rejected; published {revision.published_at:%Y-%m-%d %H:%M} UTC"
    )
    console.print(f"  data version {revision.data_version}, recipe {summary['recipe']}")
    console.print(
        f"  tags by {summary['models']['tags']} under {summary['tag_definition']},"
        f" vectors by {summary['models']['embedding']}"
    )
    near = summary["near_duplicates"]
    console.print(f"  near duplicates: {near['groups']:,} groups, {near['photos']:,} photos")
    if summary["difference"]:
        added, removed, relabelled = _difference(revision)
        console.print(
            f"  against {summary['difference']['against']}: {added} added, {removed} removed,"
            f" relabelled: {relabelled or 'none'}"
        )
    print_table(
        ["tag", "filled", "invalid", "most frequent"],
        [
            [
                tag,
                count,
                summary["invalid"].get(tag, 0),
                ", ".join(
                    f"{value} {times}"
                    for value, times in list(summary["labels"].get(tag, {}).items())[:6]
                ),
            ]
            for tag, count in summary["coverage"].items()
        ],
    )
    if summary["reasons"]:
        print_table(["rejected because", "count"], list(summary["reasons"].items()))
    _show_spending(spent, paid_in)
    if waiting["batches"]:
        show_waiting(name, waiting)


def _show_unpublished(name: VersionName, waiting: dict[str, Any], json: bool) -> None:
    if json:
        print_json({**waiting_document(name, waiting), "revision": None})
    else:
        show_waiting(name, waiting)


def _spending_document(
    spent: list[Spending], currencies: Mapping[str, str]
) -> list[dict[str, Any]]:
    return [{**asdict(step), "currency": currencies.get(step.model, "")} for step in spent]


def _show_spending(spent: list[Spending], currencies: Mapping[str, str]) -> None:
    """What the version's calls took so far, over all its runs."""
    if not spent:
        return
    print_table(
        ["step", "model", "requests", "tokens", "cost", "p50", "p95", "at ceiling"],
        [
            [
                step.asset,
                step.model,
                step.calls,
                step.input_tokens + step.output_tokens,
                amount(step.cost, currencies.get(step.model, "")),
                _seconds(step.latency_p50_ms),
                _seconds(step.latency_p95_ms),
                f"{step.share_of_time_at_ceiling:.0%}",
            ]
            for step in spent
        ],
    )
    for step in spent:
        unanswered = {why: n for why, n in step.outcomes.items() if why not in ANSWERED}
        if unanswered:
            told = ", ".join(f"{why} {count:,}" for why, count in unanswered.items())
            console.print(f"  {step.asset}, {step.model}: requests without an answer: {told}")


def _seconds(milliseconds: float | None) -> str | None:
    return None if milliseconds is None else f"{milliseconds / 1000:.2f} s"


def _difference(revision: Revision) -> tuple[int | None, int | None, str | None]:
    difference = revision.summary["difference"]
    if not difference:
        return None, None, None
    relabelled = ", ".join(f"{tag} {count}" for tag, count in difference["relabelled"].items())
    return difference["added"], difference["removed"], relabelled


def _document(revision: Revision) -> dict[str, Any]:
    return {
        "version": str(revision.version),
        "revision": revision.revision,
        "published_at": revision.published_at,
        "data_version": revision.data_version,
        "parent": revision.parent or None,
        "objects": revision.objects,
        "published": revision.published,
        "rejected": revision.rejected,
        **revision.summary,
    }
