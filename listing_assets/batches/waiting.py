"""What a version waits for, as people and programs are told it."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from listing_assets.batches.notes import Batch, load_batches
from listing_assets.versions.names import VersionName
from resources.lake import Lake


@dataclass(frozen=True, slots=True)
class WaitingBatch:
    """A batch that is open. `id` is the endpoint's, or ours until the endpoint has answered.

    `requests` are those that the version needs; `submitted_for` is the version that made it.
    """

    id: str
    requests: int
    status: str
    since: datetime
    submitted_for: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """The open batches of a version, and how many requests its budget held back."""

    batches: tuple[WaitingBatch, ...]
    held_back: int = 0

    @property
    def requests(self) -> int:
        """How many answers are still to come."""
        return sum(batch.requests for batch in self.batches)

    @property
    def words(self) -> str:
        """All of it in one line."""
        ids = ", ".join(batch.id for batch in self.batches)
        noun = "batch" if len(self.batches) == 1 else "batches"
        held = f"; {self.held_back:,} more are held back by the budget" if self.held_back else ""
        return f"{self.requests:,} requests in {len(self.batches):,} {noun} ({ids}){held}"

    def document(self) -> dict[str, Any]:
        """What waits, for JSON."""
        return {
            "requests": self.requests,
            "held_back": self.held_back,
            "batches": [
                {**asdict(batch), "since": batch.since.isoformat()} for batch in self.batches
            ],
        }


def waiting_batches(
    lake: Lake, version: VersionName, among: Collection[str] | None = None
) -> tuple[WaitingBatch, ...]:
    """The batches that a version waits for, oldest first; with `among`, of these ids alone."""
    return tuple(
        _told(batch, batch.awaited_by[version])
        for batch in load_batches(lake)
        if version in batch.awaited_by
        and batch.status != "collected"
        and (among is None or batch.id in among)
    )


def _told(batch: Batch, requests: int) -> WaitingBatch:
    return WaitingBatch(batch.shown_id, requests, batch.status, batch.noted_at, str(batch.owner))
