"""How the command prints: tables for people, JSON for programs, a bar for long work."""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Literal, Self

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from listing_assets.increment import Report

WIDE = 160
"""Columns of a file or pipe: wide enough not to break tables."""
LONGEST_WORD = 24
"""Columns from which a word of a cell may be folded."""
GAP = 3
"""Columns between two columns of a table; at its edges there is one."""


def _width() -> int | None:
    """What COLUMNS says, or else the terminal."""
    if os.environ.get("COLUMNS", "").isdigit() or sys.stdout.isatty():
        return None
    return WIDE


console = Console(highlight=False, width=_width())
"""Results, on stdout."""
stderr = Console(stderr=True, highlight=False)
"""Everything that is not the result."""


def print_json(document: Any) -> None:
    """One JSON document on stdout, and nothing else there."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str = "") -> None:
    """A table; numbers are right-aligned with thousands separators, None is a dash.

    Where the terminal is too narrow for that, a paragraph for each row, with the columns' names.
    """
    cells = [[_shown(cell) for cell in row] for row in rows]
    least = [
        max([_longest_word(name), *(min(_longest_word(cell), LONGEST_WORD) for cell in column)])
        for name, *column in zip(columns, *cells, strict=True)
    ]
    if sum(least) + GAP * len(least) - 1 > console.width:
        _print_paragraphs(columns, cells, title)
        return
    table = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    numeric = [
        bool(rows) and all(isinstance(row[place], int | float | None) for row in rows)
        for place in range(len(columns))
    ]
    for name, is_number, width in zip(columns, numeric, least, strict=True):
        justify: Literal["right", "left"] = "right" if is_number else "left"
        table.add_column(name, justify=justify, overflow="fold", min_width=width)
    for row in cells:
        table.add_row(*map(escape, row))
    console.print(table)


def _longest_word(text: str) -> int:
    return max(map(cell_len, text.split()), default=0)


def _print_paragraphs(
    columns: Sequence[str], cells: Sequence[Sequence[str]], title: str = ""
) -> None:
    """A row a paragraph: its first cell, and below it the others, each after its column's name."""
    if title:
        console.print(Text(title, style="italic"))
    for first, *others in cells:
        console.print(Text(first, style="bold"))
        told = ", ".join(f"{name} {cell}" for name, cell in zip(columns[1:], others, strict=True))
        console.print(Padding(Text(told, overflow="fold"), (0, 0, 1, 2), expand=False))


def _shown(cell: Any) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:,.4g}"
    return str(cell)


class Bars(AbstractContextManager["Bars"]):
    """A progress bar per step, on stderr, with count, rate, errors and the time left."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<18}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]:>8.1f}/s"),
            TextColumn("{task.fields[failed]} failed"),
            TextColumn("ETA"),
            TimeRemainingColumn(),
            console=stderr,
            disable=quiet,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def show(self, step: str, report: Report, to_compute: int) -> None:
        """Update the bar of a step; a step that has nothing to do gets none."""
        if not to_compute:
            return
        if step not in self._tasks:
            self._tasks[step] = self._progress.add_task(step, total=to_compute, rate=0.0, failed=0)
        self._progress.update(
            self._tasks[step],
            completed=report.computed,
            rate=report.rate,
            failed=sum(report.failed.values()),
        )
