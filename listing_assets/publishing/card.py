"""Writes the dataset card: a page of Markdown with plots that says what a revision holds."""

from pathlib import Path
from typing import Any

from listing_assets.catalog import Recipes
from listing_assets.publishing.revisions import Revision
from listing_assets.typeface import COLLECTION

INK = "#23262b"
BAR = "#3f6f8f"
MOST_VALUES = 15


def write_card(revision: Revision, recipes: Recipes, folder: Path) -> None:
    """Write `card.md` and its plots into `folder`."""
    plots = _write_plots(revision, folder)
    (folder / "card.md").write_text(_markdown(revision, recipes, plots), encoding="utf-8")


def _markdown(revision: Revision, recipes: Recipes, plots: list[str]) -> str:
    summary = revision.summary
    lines = [
        f"# {revision.version.dataset} {revision.revision}",
        "",
        f"Published {revision.published_at:%Y-%m-%d %H:%M} UTC · data version"
        f" `{revision.data_version}`",
        "",
        "![contact sheet](contact_sheet.png)",
        "",
        "| | |",
        "|---|---|",
        f"| objects | {revision.objects:,} |",
        f"| published | {revision.published:,} |",
        f"| rejected | {revision.rejected:,} |",
        f"| photos with a vector | {summary['vectors']:,} |",
        f"| near-duplicate groups | {summary['near_duplicates']['groups']:,} with"
        f" {summary['near_duplicates']['photos']:,} photos |",
        f"| size of a photo | {recipes.spec.width} × {recipes.spec.height}, {recipes.spec.mode} |",
        f"| tag definition | {summary['tag_definition']} |",
        f"| tags by | {summary['models']['tags']} |",
        f"| vectors by | {summary['models']['embedding']} |",
        f"| recipe | `{summary['recipe']}` |",
        "",
        "## Tags",
        "",
        "| tag | type | photos with a value | invalid answers |",
        "|---|---|---|---|",
    ]
    for tag in recipes.definition.tags:
        filled = summary["coverage"][tag.name]
        share = f"{filled / revision.published:.0%}" if revision.published else "–"
        lines.append(
            f"| {tag.name} | {tag.type} | {filled:,} ({share})"
            f" | {summary['invalid'].get(tag.name, 0):,} |"
        )
    lines += ["", *(f"![{plot}]({plot})" for plot in plots)]
    lines += _table("Rejected", "reason", summary["reasons"])
    lines += _table("Formats of the originals", "format", summary["formats"])
    lines += _table("What was done to pixels", "decision", summary["decisions"])
    if summary["difference"]:
        difference = summary["difference"]
        lines += [
            "",
            f"## Against {difference['against']}",
            "",
            f"{difference['added']:,} added, {difference['removed']:,} removed,"
            f" {difference['replaced']:,} replaced by other bytes under the same key.",
        ]
        lines += _table("Relabelled", "tag", difference["relabelled"])
    if summary["near_duplicates"]["examples"]:
        lines += ["", "## Near duplicates, the largest groups", ""]
        lines += [
            "- " + ", ".join(f"`{key}`" for key in group)
            for group in summary["near_duplicates"]["examples"]
        ]
    return "\n".join(lines) + "\n"


def _table(title: str, name: str, counts: dict[str, int]) -> list[str]:
    if not counts:
        return []
    rows = [f"| {key} | {count:,} |" for key, count in counts.items()]
    return ["", f"## {title}", "", f"| {name} | count |", "|---|---|", *rows]


def _write_plots(revision: Revision, folder: Path) -> list[str]:
    names = []
    for tag, values in revision.summary["labels"].items():
        if values:
            name = f"tag_{tag}.png"
            _bars(tag, dict(list(values.items())[:MOST_VALUES]), folder / name)
            names.append(name)
    return names


def _bars(title: str, values: dict[str, Any], path: Path) -> None:
    # Imported where it is used: it takes a second, and most runs draw nothing.
    from matplotlib import font_manager
    from matplotlib.figure import Figure

    face = font_manager.FontProperties(fname=str(COLLECTION))
    figure = Figure(figsize=(7, 0.8 + 0.32 * len(values)), layout="constrained")
    axes = figure.subplots()
    names = list(values)[::-1]
    bars = axes.barh(names, [values[name] for name in names], color=BAR, height=0.7)
    axes.bar_label(bars, padding=3, color=INK, fontsize=9)
    axes.set_title(title, loc="left", fontproperties=face, fontsize=12, color=INK)
    for label in axes.get_yticklabels():
        label.set_fontproperties(face)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.xaxis.set_visible(False)
    figure.savefig(path, dpi=110)
