"""Shows an evaluation as Markdown."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, get_args

from listing_assets.listings.evaluation.accuracy import Accuracy
from listing_assets.listings.evaluation.result import Evaluation
from listing_assets.listings.evaluation.texts import Metric

METRICS: Final[tuple[Metric, ...]] = get_args(Metric)


def markdown(evaluation: Evaluation) -> str:
    """All tables, each under a heading with what its figures are measured on."""
    lines = [
        f"# {evaluation.version} by {evaluation.definition}",
        "",
        f"Written by {evaluation.writer}. Like products from {evaluation.reference}, without"
        f" {_held_out(evaluation)}. Every figure is from 0 to 1, a similarity from -1.",
        *_section("Descriptions", _descriptions(evaluation)),
        *_section("Verdicts on the most similar product", _verdicts(evaluation)),
        *_section("Attributes", _accuracies("attribute", evaluation.attributes)),
        *_section("Tags", _accuracies("tag", evaluation.tags)),
        *_section("Finding the same product", _retrieval(evaluation)),
        *_section("Notes", [f"- {note}" for note in evaluation.notes]),
    ]
    return "\n".join(lines) + "\n"


def _held_out(evaluation: Evaluation) -> str:
    if evaluation.is_held_out:
        return "any photo of the product that is judged"
    return "the photos that are judged and listings of the same words"


def _section(title: str, lines: Iterable[str]) -> list[str]:
    body = list(lines)
    return ["", f"## {title}", "", *body] if body else []


def _descriptions(evaluation: Evaluation) -> Iterator[str]:
    if not evaluation.arms:
        return
    unit = "characters" if evaluation.language == "zh" else "words"
    yield f"Against {evaluation.products:,} texts of people, counted in {unit}."
    yield ""
    metrics = [name for name in METRICS if name in evaluation.arms[0].scores]
    yield from _table(
        ["the writer is told", "more than photos", "no text", *metrics],
        (
            [
                arm.arm,
                f"{arm.told_more:,}",
                f"{arm.empty:,}",
                *(f"{arm.scores[metric]:.4f}" for metric in metrics),
            ]
            for arm in evaluation.arms
        ),
    )


def _verdicts(evaluation: Evaluation) -> Iterator[str]:
    if not evaluation.verdicts:
        return
    if evaluation.is_held_out:
        yield "The product itself was not to be found: *identical* and *same model* are wrong."
        yield ""
    yield from _table(
        ["verdict", "products", "share"],
        (
            [verdict, f"{count:,}", f"{count / evaluation.products:.3f}"]
            for verdict, count in evaluation.verdicts.items()
        ),
    )


def _accuracies(what: str, accuracies: Sequence[Accuracy]) -> Iterator[str]:
    if not accuracies:
        return
    left_out = any(one.left_out for one in accuracies)
    heads = [what, "told by people", "answered", "right", "accuracy", "right of answered"]
    yield from _table(
        [*heads, *(["not comparable"] if left_out else [])],
        (
            [
                one.name,
                *(f"{count:,}" for count in (one.told, one.answered, one.right)),
                f"{one.accuracy:.3f}",
                "–" if one.precision is None else f"{one.precision:.3f}",
                *([f"{one.left_out:,}"] if left_out else []),
            ]
            for one in accuracies
        ),
    )


def _retrieval(evaluation: Evaluation) -> Iterator[str]:
    found = evaluation.retrieval
    if not found:
        return
    yield "Precision@k; *of possible* counts the hits against those that k places could hold."
    yield ""
    levels = list(dict.fromkeys(at.level for at in found))
    depths = list(dict.fromkeys(at.depth for at in found))
    rows = []
    for level in levels:
        of_level = {at.depth: at for at in found if at.level == level}
        queries = f"{of_level[depths[0]].queries:,}"
        rows.append([level, queries, *(f"{of_level[d].precision:.3f}" for d in depths)])
        rows.append(
            [f"{level}, of possible", queries, *(f"{of_level[d].of_possible:.3f}" for d in depths)]
        )
    yield from _table(["level", "queries", *(f"P@{depth}" for depth in depths)], rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "|---" + "|---:" * (len(heads) - 1) + "|"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
