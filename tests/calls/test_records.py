"""Records of calls: the ledger is complete, answers outlive a kill, nothing is stored twice."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from listing_assets.calls import CallContext, CallRecords, Kept
from listing_assets.calls.budget import Budget, BudgetSpentError
from listing_assets.calls.ledger import LOST
from resources.endpoints.interface import Usage
from resources.endpoints.metering import Attempt
from resources.errors import EndpointStoppedError
from resources.lake import Lake
from resources.lake.tables import MODEL_CALLS, SMART_TAGS

CONTEXT = CallContext("photos", "v1", "smart_tags", "chat", "1", "run-1")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(str(tmp_path / "lake"))


def open_records(lake: Lake, tmp_path: Path, budget: Budget | None = None) -> CallRecords:
    records = CallRecords(lake, CONTEXT, tmp_path / "journal", budget)
    records.keep_in(SMART_TAGS)
    return records


def made(attempt_id: str, outcome: str = "ok", cost: float | None = 0.5) -> Attempt:
    usage = Usage(10, 2, cost)
    return Attempt(attempt_id, datetime.now(UTC), 12.5, outcome, usage, at_ceiling=True, tags=2)


def answer(call_id: str, *image_ids: str) -> Kept:
    rows = [
        {
            "image_id": image_id,
            "tag": "category",
            "recipe": "r",
            "status": "valid",
            "value": '"Food"',
            "reason": None,
            "repairs": ["unfenced"],
            "raw": None,
            "seen_text": None,
            "model": "chat",
            "model_version": "1",
            "call_id": call_id,
            "created_at": datetime.now(UTC).isoformat(),
        }
        for image_id in image_ids
    ]
    return Kept(f"{call_id} {image_ids[0]}", tuple(rows))


def ledger(lake: Lake) -> dict[str, str]:
    rows = lake.scan(MODEL_CALLS, ["call_id", "outcome"]).read_all().to_pylist()
    assert len({row["call_id"] for row in rows}) == len(rows)
    return {row["call_id"]: row["outcome"] for row in rows}


def answered(lake: Lake) -> list[str]:
    return sorted(lake.scan(SMART_TAGS, ["image_id"]).read_all()["image_id"].to_pylist())


def test_every_attempt_is_in_the_ledger_with_all_that_is_known_of_it(
    lake: Lake, tmp_path: Path
) -> None:
    with open_records(lake, tmp_path) as records:
        first, second = records.begin(), records.begin()
        records.end(made(first, "rate_limited", None))
        records.end(made(second))
    assert ledger(lake) == {first: "rate_limited", second: "ok"}
    (row,) = (
        lake.scan(MODEL_CALLS, MODEL_CALLS.schema.names, "outcome = 'ok'").read_all().to_pylist()
    )
    assert (row["cost"], row["input_tokens"], row["run_id"]) == (0.5, 10, "run-1")
    assert row["at_ceiling"]
    assert not list((tmp_path / "journal").iterdir())


def test_an_answer_that_was_not_committed_is_brought_into_the_lake(
    lake: Lake, tmp_path: Path
) -> None:
    killed = open_records(lake, tmp_path)
    call, in_flight = killed.begin(), killed.begin()
    killed.end(made(call))
    killed.answered(answer(call, "photo-1", "photo-2"))
    # No commit, no exit: as if the process had been killed here.
    with open_records(lake, tmp_path):
        assert answered(lake) == ["photo-1", "photo-2"]
        assert ledger(lake) == {call: "ok", in_flight: LOST}
    with open_records(lake, tmp_path):
        assert answered(lake) == ["photo-1", "photo-2"]
        assert len(ledger(lake)) == 2


def test_an_answer_that_was_committed_is_not_stored_twice(lake: Lake, tmp_path: Path) -> None:
    killed = open_records(lake, tmp_path)
    call = killed.begin()
    killed.end(made(call))
    first, second = answer(call, "photo-1"), answer(call, "photo-2")
    killed.answered(first)
    killed.answered(second)
    # The kill falls between the append and the note that it is settled; the second waits.
    rows = pa.Table.from_pylist(
        [{**row, "created_at": datetime.now(UTC)} for row in first.rows], schema=SMART_TAGS.schema
    )
    lake.append(SMART_TAGS, rows)
    with open_records(lake, tmp_path):
        assert answered(lake) == ["photo-1", "photo-2"]


def test_a_call_that_began_in_one_segment_and_ended_in_the_next_is_not_lost(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("listing_assets.calls.journal.SEGMENT_LINES", 2)
    killed = open_records(lake, tmp_path)
    calls = [killed.begin() for _ in range(4)]
    for call in calls:
        killed.end(made(call))
    with open_records(lake, tmp_path):
        assert ledger(lake) == dict.fromkeys(calls, "ok")


def test_a_failed_commit_keeps_the_ledger_for_the_next(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_records(lake, tmp_path) as records:
        call = records.begin()
        records.end(made(call))
        with monkeypatch.context() as broken, pytest.raises(OSError, match="full"):
            broken.setattr(Lake, "append", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
            records.commit([answer(call, "photo-1")])
        records.commit([answer(call, "photo-1")])
    assert ledger(lake) == {call: "ok"}
    assert answered(lake) == ["photo-1"]


def test_once_stopped_no_request_leaves(lake: Lake, tmp_path: Path) -> None:
    with open_records(lake, tmp_path) as records:
        records.stop()
        with pytest.raises(EndpointStoppedError, match="stopping"):
            records.begin()
    assert ledger(lake) == {}


def test_the_summary_tells_latency_outcomes_and_the_ceiling(lake: Lake, tmp_path: Path) -> None:
    with open_records(lake, tmp_path) as records:
        for outcome in ("ok", "ok", "timed_out"):
            records.end(made(records.begin(), outcome))
        summary = records.summary
    assert summary.outcomes == {"ok": 2, "timed_out": 1}
    assert summary.latency_ms(0.5) == 12.5
    assert summary.at_ceiling == 1.0
    assert summary.cost == 1.5


def test_a_budget_lets_no_request_leave_that_might_pass_it() -> None:
    budget = Budget(1.0, estimate=0.3)
    for _ in range(3):
        budget.reserve()
    with pytest.raises(BudgetSpentError, match="budget of 1 is spent"):
        budget.reserve()
    for _ in range(3):
        budget.settle(0.1)
    # Calls turned out cheaper: there is room for seven more.
    for _ in range(7):
        budget.reserve()
        budget.settle(0.1)
    with pytest.raises(BudgetSpentError):
        budget.reserve()
    assert budget.spent == pytest.approx(1.0)


def test_what_the_run_paid_before_counts_and_no_limit_never_stops() -> None:
    with pytest.raises(BudgetSpentError):
        Budget(1.0, spent=0.95, estimate=0.1).reserve()
    free = Budget(None)
    for _ in range(100):
        free.reserve()
        free.settle(10.0)
