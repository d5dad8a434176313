"""What the ledger says was spent: on a version, and by a model's call on the average."""

from dataclasses import dataclass
from typing import Any

from listing_assets.versions.names import VersionName
from listing_assets.versions.relations import Relations, is_one_of, quoted_text
from resources.endpoints.metering import ANSWERED
from resources.lake import Lake
from resources.lake.tables import MODEL_CALLS


@dataclass(frozen=True, slots=True)
class Spending:
    """The calls of one step of a version, over all its runs. Latencies are of answered calls."""

    asset: str
    model: str
    calls: int
    answered: int
    input_tokens: int
    output_tokens: int
    cost: float | None
    latency_p50_ms: float | None
    latency_p95_ms: float | None
    share_of_time_at_ceiling: float
    outcomes: dict[str, int]


_WAS_ANSWERED = is_one_of("outcome", ANSWERED)
_FIGURES = (
    "calls",
    "answered",
    "input_tokens",
    "output_tokens",
    "cost",
    "latency_p50_ms",
    "latency_p95_ms",
    "share_of_time_at_ceiling",
)


@dataclass(frozen=True, slots=True)
class TypicalCall:
    """Means over a model's answered calls on record."""

    calls: int
    input_tokens: float
    output_tokens: float
    cost: float | None


def spending(lake: Lake, version: VersionName) -> list[Spending]:
    """What each step and model of a version has taken so far."""
    where = f"dataset = {quoted_text(version.dataset)} AND version = {quoted_text(version.version)}"
    with Relations() as relations:
        columns = [name for name in MODEL_CALLS.schema.names if name != "created_at"]
        relations.load("calls", lake.scan(MODEL_CALLS, columns, where))
        rows = relations.all(
            f"""
            SELECT asset, model || '@' || model_version AS model, count(*),
                count(*) FILTER ({_WAS_ANSWERED}), sum(input_tokens), sum(output_tokens), sum(cost),
                quantile_cont(latency_ms, 0.5) FILTER ({_WAS_ANSWERED}),
                quantile_cont(latency_ms, 0.95) FILTER ({_WAS_ANSWERED}),
                coalesce(sum(latency_ms) FILTER (at_ceiling) / nullif(sum(latency_ms), 0), 0)
            FROM calls GROUP BY ALL ORDER BY ALL
            """
        )
        outcomes = relations.all(
            """SELECT asset, model || '@' || model_version, outcome, count(*)
               FROM calls GROUP BY ALL ORDER BY count(*) DESC, outcome"""
        )
    found = []
    for asset, model, *figures in rows:
        by_outcome = {outcome: n for *of, outcome, n in outcomes if of == [asset, model]}
        told: dict[str, Any] = dict(zip(_FIGURES, figures, strict=True))
        found.append(Spending(asset=asset, model=model, outcomes=by_outcome, **told))
    return found


def typical_call(lake: Lake, model: str, version: str) -> TypicalCall | None:
    """The mean of a model's answered calls; None where there is none on record."""
    where = (
        f"model = {quoted_text(model)} AND model_version = {quoted_text(version)}"
        f" AND {_WAS_ANSWERED}"
    )
    columns = ["input_tokens", "output_tokens", "cost"]
    with Relations() as relations:
        relations.load("calls", lake.scan(MODEL_CALLS, columns, where))
        calls, inputs, outputs, cost = relations.one(
            "SELECT count(*), avg(input_tokens), avg(output_tokens), avg(cost) FROM calls"
        )
    return TypicalCall(calls, inputs, outputs, cost) if calls else None
