"""The ledger of model calls: one row of `model_calls` for each, written with the results."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from listing_assets.versions.names import VersionName
from resources.endpoints.interface import Usage
from resources.lake import Lake
from resources.lake.tables import MODEL_CALLS


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a model: what was asked, what it used, how it ended (`ok` or a reason code)."""

    call_id: str
    images: int
    tags: int
    usage: Usage
    latency_ms: float
    outcome: str


def record_calls(
    lake: Lake,
    version: VersionName,
    asset: str,
    model: tuple[str, str],
    calls: Iterable[Call],
    now: datetime,
) -> None:
    """Append `calls` of one asset, in one commit. `model` is name and version."""
    rows = [
        {
            "call_id": call.call_id,
            "dataset": version.dataset,
            "version": version.version,
            "asset": asset,
            "model": model[0],
            "model_version": model[1],
            "images": call.images,
            "tags": call.tags,
            "input_tokens": call.usage.input_tokens,
            "output_tokens": call.usage.output_tokens,
            "cost": call.usage.cost,
            "latency_ms": call.latency_ms,
            "outcome": call.outcome,
            "created_at": now,
        }
        for call in calls
    ]
    lake.append(MODEL_CALLS, pa.Table.from_pylist(rows, schema=MODEL_CALLS.schema))
