"""Draws an evaluation: the arms' metrics side by side, and how precision falls with depth."""

import io
from typing import TYPE_CHECKING, Final

from listing_assets.listings.evaluation.ablation import Arm
from listing_assets.listings.evaluation.result import Evaluation
from listing_assets.listings.evaluation.tables import METRICS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK: Final = "#23262b"
COLOURS: Final[dict[Arm, str]] = {
    "photo": "#c9ced3",
    "+ category": "#8fb3c9",
    "+ reference": "#d9a75c",
    "all": "#3f6f8f",
}
LEVEL_COLOURS: Final = {"SKU": "#3f6f8f", "SPU": "#a33b2e"}
WIDTH_OF_A_METRIC: Final = 0.8


def plot(evaluation: Evaluation) -> bytes | None:
    """A PNG of what was evaluated of texts and retrieval; None where neither was."""
    # Imported where it is used: it takes a second, and most runs draw nothing.
    from matplotlib.figure import Figure

    draws = [
        (draw, width)
        for draw, width, found in (
            (_arms, 8.0, evaluation.arms),
            (_retrieval, 5.0, evaluation.retrieval),
        )
        if found
    ]
    if not draws:
        return None
    widths = [width for _, width in draws]
    figure = Figure(figsize=(sum(widths), 3.8), layout="constrained")
    panels = figure.subplots(1, len(draws), squeeze=False, width_ratios=widths)[0]
    for (draw, _), axes in zip(draws, panels, strict=True):
        draw(evaluation, axes)
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_ylim(0, None)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=110)
    return picture.getvalue()


def _arms(evaluation: Evaluation, axes: "Axes") -> None:
    metrics = [name for name in METRICS if name in evaluation.arms[0].scores]
    bar = WIDTH_OF_A_METRIC / len(evaluation.arms)
    for number, arm in enumerate(evaluation.arms):
        places = [
            place + bar * (number + 0.5) - WIDTH_OF_A_METRIC / 2 for place in range(len(metrics))
        ]
        values = [arm.scores[metric] for metric in metrics]
        axes.bar(places, values, bar, label=arm.arm, color=COLOURS[arm.arm])
    axes.set_xticks(range(len(metrics)), metrics, fontsize=9)
    axes.set_title(
        f"Drafts against {evaluation.products:,} texts of people",
        loc="left",
        color=INK,
        fontsize=11,
    )
    axes.legend(title="the writer is told", frameon=False, fontsize=9, title_fontsize=9)


def _retrieval(evaluation: Evaluation, axes: "Axes") -> None:
    found = evaluation.retrieval
    for level, colour in LEVEL_COLOURS.items():
        of_level = [at for at in found if at.level == level]
        depths = [at.depth for at in of_level]
        if of_level:
            name = f"{level}, {of_level[0].queries:,} queries"
            axes.plot(depths, [at.precision for at in of_level], "o-", color=colour, label=name)
            possible = [at.of_possible for at in of_level]
            axes.plot(depths, possible, "o--", color=colour, label=f"{level}, of possible")
    depths = sorted({at.depth for at in found})
    axes.set_xscale("log")
    axes.set_xticks(depths, [f"@{depth}" for depth in depths])
    axes.minorticks_off()
    axes.set_title("Precision in finding the same product", loc="left", color=INK, fontsize=11)
    axes.legend(frameon=False, fontsize=9)
