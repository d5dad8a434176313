"""What a finished run says to a tired person, and the same as a document."""

from collections.abc import Mapping
from typing import Any

from rich.markup import escape

from listing_assets.cli.amounts import amount, step_currency, total
from listing_assets.cli.launching import FinishedRun
from listing_assets.cli.output import console
from listing_assets.publishing.revisions import Revision
from listing_assets.versions.names import VersionName

STEPS = ("normalized_images", "smart_tags", "embeddings", "predicted_tags", "listing_drafts")


def run_document(
    name: VersionName, finished: FinishedRun, revision: Revision, currencies: Mapping[str, str]
) -> dict[str, Any]:
    """The run as one JSON document. `currencies` are those of models' prices, by identity.

    `cost` is null where one is unknown, or where the steps were paid in several currencies.
    """
    metadata = finished.metadata
    made = [step for step in STEPS if step in metadata]
    steps = {
        step: {
            field: metadata[step][field]
            for field in (
                "needed",
                "reused",
                "computed",
                "failed",
                "calls",
                "seconds",
                "rate_per_second",
            )
        }
        | {
            "cost": metadata[step].get("cost"),
            "currency": step_currency(metadata[step], currencies),
        }
        for step in made
    }
    listed = metadata["raw_images"]
    published = metadata["labeled_dataset_versions"]
    cost, currency = total((step["cost"], step["currency"]) for step in steps.values())
    return {
        "version": str(name),
        "revision": revision.revision,
        "is_new_revision": published["is_new_revision"],
        "data_version": revision.data_version,
        "objects": revision.objects,
        "published": revision.published,
        "rejected": revision.rejected,
        "rejected_by_reason": revision.summary["reasons"],
        "passed_over": listed["passed_over"],
        "fetched": steps["normalized_images"]["computed"],
        "tags_filled": revision.summary["coverage"],
        "invalid_tags": revision.summary["invalid"],
        "calls": sum(step["calls"] for step in steps.values()),
        "cost": cost,
        "currency": currency,
        "rows": {change: published[f"rows_{change}"] for change in ("added", "changed", "removed")},
        "difference": revision.summary["difference"],
        "seconds": round(finished.seconds, 2),
        "steps": steps,
        "warnings": list(finished.warnings),
        "contact_sheet": published["contact_sheet"],
        "dataset_card": published["dataset_card"],
        "run_id": finished.run_id,
    }


def show_run(
    name: VersionName,
    finished: FinishedRun,
    revision: Revision,
    run: Mapping[str, Any],
    *,
    with_next: bool,
) -> None:
    """The run in a few lines; `run` is its document."""
    steps = run["steps"]
    photos = steps["normalized_images"]
    new = "published as" if run["is_new_revision"] else "unchanged, stands as"
    console.print(f"\n[bold]{name}[/] {new} [bold green]{revision.revision}[/]")
    line = f"{run['objects']:,} objects"
    if difference := run["difference"]:
        line += (
            f" ({difference['added']:,} added, {difference['removed']:,} removed"
            f" against {difference['against']})"
        )
    _say("objects", line + _aside(run["passed_over"], "side files passed over"))
    _say("published", f"{run['published']:,}")
    rejected = ", ".join(f"{count:,} {why}" for why, count in run["rejected_by_reason"].items())
    _say("rejected", f"{run['rejected']:,}" + (f": {rejected}" if rejected else ""))
    _say(
        "photos",
        f"{photos['computed']:,} fetched, {photos['reused']:,} reused"
        + (f", {photos['rate_per_second']:.0f}/s" if photos["computed"] else ""),
    )
    filled = ", ".join(f"{tag} {count:,}" for tag, count in run["tags_filled"].items())
    _say("tags filled", filled + _aside(sum(run["invalid_tags"].values()), "invalid answers"))
    for step in ("smart_tags", "embeddings"):
        _say(
            step.replace("smart_", ""),
            f"{steps[step]['computed']:,} photos in {steps[step]['calls']:,} model calls,"
            f" {steps[step]['reused']:,} reused" + _aside(steps[step]["failed"], "failed"),
        )
    if (predicted := steps.get("predicted_tags")) is not None:
        _say(
            "predictions",
            f"{predicted['computed']:,} photos, {predicted['reused']:,} reused"
            + _aside(predicted["failed"], "failed"),
        )
    if (drafts := steps.get("listing_drafts")) is not None:
        _say(
            "drafts",
            f"{drafts['needed']:,} products: {drafts['computed']:,} drafted,"
            f" {drafts['reused']:,} reused" + _aside(drafts["failed"], "without a text"),
        )
    _say("cost", _cost(run))
    computed = max(step["computed"] for step in steps.values())
    rate = f", {computed / run['seconds']:.1f} photos/s" if computed else ""
    _say("time", f"{run['seconds']:.1f} s{rate}")
    for step, did in steps.items():
        some = step == "smart_tags" and any(run["tags_filled"].values())
        if did["computed"] and did["failed"] == did["computed"] and not some:
            _say("[red]warning[/]", f"all of {step} failed: see listing errors {name}")
    for warning in run["warnings"]:
        _say("[yellow]warning[/]", warning)
    _say("contact sheet", run["contact_sheet"])
    if with_next:
        console.print("\n[bold]next[/]")
        if run["rejected"] or run["invalid_tags"]:
            console.print(f"  listing errors {name}")
        if "listing_drafts" in steps:
            console.print(f"  listing drafts {name}")
        console.print(f"  listing status {name}")
        console.print("  make ui")


def _cost(run: Mapping[str, Any]) -> str:
    if run["cost"] is not None:
        return amount(run["cost"], run["currency"])
    paid = [(step["cost"], step["currency"]) for step in run["steps"].values() if step["cost"]]
    known = ", ".join(amount(*one) for one in paid)
    if any(step["cost"] is None for step in run["steps"].values()):
        return "unknown (no price in catalog/models.yaml)" + (f", and {known}" if known else "")
    return known


def _aside(count: int, what: str) -> str:
    return f"; {count:,} {what}" if count else ""


def _say(name: str, value: str) -> None:
    console.print(f"  {name:<14} {escape(value)}", soft_wrap=True)
