"""Opens the records of a step: which lease, which journal, which budget."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from listing_assets.calls.budget import Budget
from listing_assets.calls.ledger import CallContext, dearest_call, spent_in_run
from listing_assets.calls.records import CallRecords
from listing_assets.catalog import Model
from listing_assets.hashing import digest
from listing_assets.versions.names import VersionName
from resources.errors import ModelError
from resources.lake import Lake

TYPICAL_TOKENS = (1_500, 300)
"""Tokens in and out of one call about a photo, where none is on record yet."""


def open_records(
    lake: Lake,
    version: VersionName,
    asset: str,
    model: Model,
    *,
    journals: Path,
    run_id: str,
    budget: float | None = None,
) -> CallRecords:
    """The records of one step's calls of `model`.

    `journals` is the folder of all journals of this installation. `budget` limits what the whole
    run may cost, over all its steps. Hold the model's lease while the records are open.

    Raises:
        ModelError: a budget is set that is no amount, or the model has no price to count with.
    """
    context = CallContext(
        version.dataset, version.version, asset, model.service, model.version, run_id
    )
    folder = journals / digest(lake.uri, length=12) / f"{asset}-{digest(model.name, length=12)}"
    return CallRecords(lake, context, folder, run_budget(lake, model, run_id, budget))


@contextmanager
def leased_records(
    lake: Lake,
    version: VersionName,
    asset: str,
    model: Model,
    *,
    journals: Path,
    run_id: str,
    purpose: str,
    wait_seconds: float,
    budget: float | None = None,
) -> Iterator[CallRecords]:
    """`open_records`, with the model's lease held meanwhile; `purpose` tells others who has it.

    Raises:
        VersionBusyError: another has the lease for longer than `wait_seconds`.
        ModelError: as `open_records`.
    """
    with (
        lake.lease(f"model {model.name}", purpose, wait_seconds=wait_seconds),
        open_records(
            lake, version, asset, model, journals=journals, run_id=run_id, budget=budget
        ) as records,
    ):
        yield records


def run_budget(lake: Lake, model: Model, run_id: str, limit: float | None) -> Budget:
    """The budget that is left to a run, with what the ledger knows of the model's costs."""
    if limit is None or model.provider == "embedded":
        return Budget(None)
    if math.isnan(limit):
        raise ModelError("a budget of nan is no amount.", "Give a number, or run without a budget.")
    if model.price is None:
        raise ModelError(
            f"model {model.name} has no price, so that a budget of {limit:g} cannot be kept.",
            "Set its price in catalog/models.yaml, or run without a budget.",
        )
    typical = model.price.by_unit().of(*TYPICAL_TOKENS)
    return Budget(
        limit,
        spent=spent_in_run(lake, run_id),
        estimate=dearest_call(lake, model.service, model.version) or typical,
        currency=model.price.currency,
    )
