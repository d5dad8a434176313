"""`CallRecords`: the meter of a step. Every attempt and every answer is written down twice.

First in the journal on the local disk, at once; then in the lake, with the next commit. What a kill
leaves in the journal alone is brought into the lake by the next run, before it looks for what is
missing: answers that were paid for are used, requests that were in flight are in the ledger.
"""

import threading
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from listing_assets.calls.budget import Budget
from listing_assets.calls.journal import Journal, left_behind
from listing_assets.calls.ledger import LOST, CallContext, ledger_row, record, recorded
from listing_assets.calls.summary import CallSummary
from listing_assets.versions.relations import is_one_of
from resources.endpoints.interface import Usage
from resources.endpoints.metering import Attempt
from resources.errors import EndpointStoppedError
from resources.lake import Lake
from resources.lake.tables import TableSpec


@dataclass(frozen=True, slots=True)
class Kept:
    """The rows that hold one answer, of one call."""

    call_id: str
    rows: tuple[dict[str, Any], ...]


class CallRecords:
    """Ledger, journal and budget of one step; a `resources.endpoints.metering.Meter`.

    Used as a context: on leaving, the ledger is complete. `keep_in` comes before the first answer.
    """

    def __init__(
        self,
        lake: Lake,
        context: CallContext,
        journal: Path,
        budget: Budget | None = None,
    ) -> None:
        """`journal` is a folder for this model and lake alone."""
        self._lake = lake
        self._context = context
        self._table: TableSpec | None = None
        self._folder = journal
        self._journal = Journal(journal, {"context": asdict(context)})
        self._budget = budget or Budget(None)
        self._summary = CallSummary()
        self._ended: list[Attempt] = []
        self._lock = threading.Lock()
        self.stopping = threading.Event()

    @property
    def summary(self) -> CallSummary:
        """What the calls came to so far."""
        return self._summary

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._commit_ledger()
        finally:
            self._journal.close()

    def keep_in(self, table: TableSpec) -> None:
        """Keep answers in `table`, and first those that a killed process left behind.

        Call it before looking for what is missing.
        """
        self._table = table
        self._recover()

    def begin(self) -> str:
        """A request is about to leave.

        Raises:
            EndpointStoppedError: the run is stopping, or its budget is spent.
        """
        if self.stopping.is_set():
            raise EndpointStoppedError("the run is stopping.", "Run again to go on.")
        self._budget.reserve()
        attempt_id = uuid.uuid4().hex
        self._journal.write(attempt_id, {"begun": attempt_id, "at": _iso(datetime.now(UTC))})
        return attempt_id

    def end(self, attempt: Attempt) -> None:
        """The request came back, or failed."""
        self._budget.settle(attempt.usage.cost)
        ended = {**asdict(attempt), "began_at": _iso(attempt.began_at)}
        self._journal.write(attempt.attempt_id, {"ended": ended})
        with self._lock:
            self._ended.append(attempt)
            self._summary.add(attempt)

    def stop(self) -> None:
        """Let no further request leave."""
        self.stopping.set()

    def answered(self, kept: Kept) -> None:
        """An answer is there and will be committed."""
        self._journal.write(_key(kept.call_id), {"answered": kept.call_id, "rows": kept.rows})

    def commit(self, answers: Sequence[Kept]) -> None:
        """Store answers, the ledger first: a call that was paid is on record whatever comes."""
        self._commit_ledger()
        self._append([row for kept in answers for row in kept.rows])
        self._journal.settle(_key(kept.call_id) for kept in answers)

    def _commit_ledger(self) -> None:
        with self._lock:
            attempts, self._ended = self._ended, []
        try:
            record(self._lake, [ledger_row(self._context, attempt) for attempt in attempts])
        except BaseException:
            with self._lock:
                self._ended = attempts + self._ended
            raise
        self._journal.settle(attempt.attempt_id for attempt in attempts)

    def _append(self, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            assert self._table is not None
            schema = self._table.schema
            times = [field.name for field in schema if pa.types.is_timestamp(field.type)]
            typed = [{**row, **{name: _time(row[name]) for name in times}} for row in rows]
            self._lake.append(self._table, pa.Table.from_pylist(typed, schema=schema))

    def _recover(self) -> None:
        segments = left_behind(self._folder)
        attempts: dict[str, dict[str, Any]] = {}
        answers: dict[str, list[dict[str, Any]]] = {}
        for segment in segments:
            context = segment.heading.get("context")
            for one in segment.records:
                if "answered" in one:
                    answers[one["answered"]] = one["rows"]
                elif context is not None:
                    # The same attempt may have begun in one segment and ended in the next.
                    attempt = _attempt(one)
                    if attempt.outcome != LOST or attempt.attempt_id not in attempts:
                        row = ledger_row(CallContext(**context), attempt)
                        attempts[attempt.attempt_id] = row
        known = recorded(self._lake, attempts)
        record(self._lake, [row for call_id, row in attempts.items() if call_id not in known])
        self._recover_answers(list(answers.values()))
        for segment in segments:
            segment.delete()

    def _recover_answers(self, answers: Sequence[list[dict[str, Any]]]) -> None:
        if not answers:
            return
        assert self._table is not None
        # One call may answer for many photos, and its rows be committed in two windows.
        known: set[tuple[str, str]] = set()
        where = is_one_of("call_id", {row["call_id"] for rows in answers for row in rows})
        for batch in self._lake.scan(self._table, ["image_id", "call_id"], where):
            known.update((row["image_id"], row["call_id"]) for row in batch.to_pylist())
        self._append(
            [
                row
                for rows in answers
                for row in rows
                if (row["image_id"], row["call_id"]) not in known
            ]
        )


def _attempt(one: dict[str, Any]) -> Attempt:
    if "begun" in one:
        began_at = datetime.fromisoformat(one["at"])
        return Attempt(one["begun"], began_at, 0.0, LOST, Usage(), at_ceiling=False)
    ended = dict(one["ended"])
    ended["usage"] = Usage(**ended["usage"])
    ended["began_at"] = datetime.fromisoformat(ended["began_at"])
    return Attempt(**ended)


def _key(call_id: str) -> str:
    """An answer's key in the journal, apart from that of its last attempt."""
    return f"answer {call_id}"


def _iso(moment: datetime) -> str:
    return moment.isoformat()


def _time(moment: datetime | str) -> datetime:
    return datetime.fromisoformat(moment) if isinstance(moment, str) else moment
