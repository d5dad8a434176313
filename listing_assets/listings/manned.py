"""A desk whose models are ours for a while: each with its lease, its ledger and its journal."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from listing_assets.calls import CallRecords, leased_records
from listing_assets.listings.desk import Desk
from listing_assets.listings.opening import Listing, OpenTagModel, OpenTextModel
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName
from resources.endpoints.open import open_tag_model, open_text_model
from resources.lake import Lake
from resources.lake.locks import QUEUE_SECONDS
from resources.lake.tables import LISTING_ANSWERS

OFFLINE_SECONDS = 600.0
"""How long a draft may take where nobody waits for it."""


@dataclass(frozen=True)
class Manned:
    """The desk, and the records of its models."""

    desk: Desk
    records: tuple[CallRecords, ...]
    writer: CallRecords
    """Those of the model that writes."""


@contextmanager
def manned_desk(
    listing: Listing,
    lake: Lake,
    version: VersionName,
    asset: str,
    settings: Settings,
    *,
    run_id: str,
    purpose: str,
    budget: float | None = None,
    wait_seconds: float = QUEUE_SECONDS,
    open_tag: OpenTagModel = open_tag_model,
    open_text: OpenTextModel = open_text_model,
) -> Iterator[Manned]:
    """A desk for work that nobody waits for; an endpoint that cannot be called ends it.

    Raises:
        VersionBusyError: another has a model's lease for longer than `wait_seconds`.
        ModelError: a model cannot be opened.
    """
    with ExitStack() as stack:
        records = {
            model.identity: stack.enter_context(
                leased_records(
                    lake,
                    version,
                    asset,
                    model,
                    journals=settings.journals,
                    run_id=run_id,
                    purpose=purpose,
                    wait_seconds=wait_seconds,
                    budget=budget,
                )
            )
            for model in sorted(listing.models.all, key=lambda model: model.name)
        }
        for one in records.values():
            one.keep_in(LISTING_ANSWERS)
        desk = listing.desk(
            records,
            open_tag,
            open_text,
            stop_with_endpoint=True,
            time_budget_seconds=OFFLINE_SECONDS,
        )
        yield Manned(desk, tuple(records.values()), records[listing.models.writer.identity])
