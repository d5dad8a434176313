"""How the command prints: tables for people, JSON for programs, a bar for long work."""

import json
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

from rich import box
from rich.console import Console
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

from listing_assets.increment import Report

console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
"""Results, on stdout; in a file or pipe, lines are wide enough not to break tables."""
stderr = Console(stderr=True, highlight=False)
"""Everything that is not the result."""


def print_json(document: Any) -> None:
    """One JSON document on stdout, and nothing else there."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str = "") -> None:
    """A table; numbers are right-aligned with thousands separators, None is a dash."""
    table = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    numeric = [
        bool(rows) and all(isinstance(row[place], int | float | None) for row in rows)
        for place in range(len(columns))
    ]
    for name, is_number in zip(columns, numeric, strict=True):
        table.add_column(name, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_shown(cell) for cell in row))
    console.print(table)


def _shown(cell: Any) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:,.4g}"
    return str(cell).replace("[", r"\[")


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
