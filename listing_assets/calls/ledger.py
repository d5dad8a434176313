"""The ledger: one row of `model_calls` for every request that left for a model."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from listing_assets.versions.relations import is_one_of, quoted_text
from resources.endpoints.metering import Attempt
from resources.lake import Lake
from resources.lake.tables import MODEL_CALLS

LOST = "lost"
"""Outcome of a request that was in flight when its process was killed: what it cost is unknown."""
LOOK_UP = 500
"""Ids in one condition."""


@dataclass(frozen=True, slots=True)
class CallContext:
    """On whose behalf calls are made: it is the same for all calls of a step."""

    dataset: str
    version: str
    asset: str
    model: str
    model_version: str
    run_id: str = ""


def ledger_row(context: CallContext, attempt: Attempt) -> dict[str, Any]:
    """One attempt as a row."""
    return {
        **asdict(context),
        "call_id": attempt.attempt_id,
        "images": attempt.images,
        "tags": attempt.tags,
        "input_tokens": attempt.usage.input_tokens,
        "output_tokens": attempt.usage.output_tokens,
        "cost": attempt.usage.cost,
        "latency_ms": attempt.latency_ms,
        "at_ceiling": attempt.at_ceiling,
        "outcome": attempt.outcome,
        "created_at": attempt.began_at,
    }


def record(lake: Lake, rows: Sequence[dict[str, Any]]) -> None:
    """Append rows in one commit."""
    if rows:
        lake.append(MODEL_CALLS, pa.Table.from_pylist(list(rows), schema=MODEL_CALLS.schema))


def recorded(lake: Lake, call_ids: Iterable[str]) -> set[str]:
    """Which of these calls the ledger has."""
    ids = list(call_ids)
    found: set[str] = set()
    for start in range(0, len(ids), LOOK_UP):
        where = is_one_of("call_id", ids[start : start + LOOK_UP])
        for batch in lake.scan(MODEL_CALLS, ["call_id"], where):
            found.update(batch.column(0).to_pylist())
    return found


def spent_in_run(lake: Lake, run_id: str) -> float:
    """What a run has paid so far, over all its steps."""
    total = 0.0
    for batch in lake.scan(MODEL_CALLS, ["cost"], f"run_id = {quoted_text(run_id)}"):
        total += sum(cost for cost in batch.column(0).to_pylist() if cost)
    return total


def dearest_call(lake: Lake, model: str, version: str, since: datetime | None = None) -> float:
    """The highest cost of one call of a model on record, 0 where there is none."""
    where = f"model = {quoted_text(model)} AND model_version = {quoted_text(version)}"
    if since is not None:
        where += f" AND created_at >= timestamp '{since:%Y-%m-%d %H:%M:%S.%f}'"
    dearest = 0.0
    for batch in lake.scan(MODEL_CALLS, ["cost"], where):
        dearest = max([dearest, *(cost for cost in batch.column(0).to_pylist() if cost)])
    return dearest
