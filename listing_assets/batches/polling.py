"""Which versions should be run because a batch that they wait for has ended."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from listing_assets.batches.notes import Batch, load_batches
from listing_assets.catalog import Catalog, Model
from listing_assets.versions.names import VersionName
from resources.endpoints.chat.batch import BatchClient
from resources.endpoints.flow.patience import Patience
from resources.errors import ListingError
from resources.lake import Lake

ONE_ATTEMPT = Patience(most_attempts=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A version to be run, and why: a batch and how it stands.

    `budget_left` is what the run that made the batch may still spend.
    """

    version: VersionName
    batch: str
    status: str
    budget_left: float | None

    @property
    def key(self) -> str:
        """The same for the same reason to run, and for no other."""
        return f"{self.batch}:{self.status}:{self.version}"


@dataclass(slots=True)
class Look:
    """One look at all open batches: what is due, what still waits, and what went wrong."""

    due: list[Due] = field(default_factory=list)
    open: int = 0
    notes: list[str] = field(default_factory=list)


def look_at_batches(lake: Lake, catalog: Catalog, deadline: float) -> Look:
    """Ask each endpoint once about each open batch, until `deadline` (`time.monotonic`).

    An endpoint that gives no answer is left alone for the rest of the look.
    """
    look, silent = Look(), set[str]()
    for batch, model, versions in _awaited(lake, catalog):
        status: str | None = batch.status
        if batch.status == "submitted":
            look.open += 1
            if batch.endpoint in silent or time.monotonic() >= deadline:
                continue
            try:
                status = _reason(batch, model)
            except ListingError as error:
                silent.add(batch.endpoint)
                look.notes.append(str(error))
                continue
        if status is not None:
            look.due += (Due(version, batch.id, status, batch.budget_left) for version in versions)
    return look


def _awaited(lake: Lake, catalog: Catalog) -> Iterator[tuple[Batch, Model, list[VersionName]]]:
    """The batches that versions wait for whose dataset is still asked of that model in batches.

    A batch that is `gone` waits for the user.
    """
    for batch in load_batches(lake):
        if batch.status == "gone":
            continue
        found = [
            (version, model)
            for version in batch.awaited_by
            if (model := _batch_model(catalog, version)) is not None
            and (model.service, model.version) == (batch.model, batch.model_version)
        ]
        if found:
            yield batch, found[0][1], [version for version, _ in found]


def _batch_model(catalog: Catalog, version: VersionName) -> Model | None:
    dataset = catalog.datasets.get(version.dataset)
    if dataset is None:
        return None
    try:
        model = catalog.tag_model(dataset.tag_model)
    except ListingError:
        return None
    return model if model.mode == "batch" else None


def _reason(batch: Batch, model: Model) -> str | None:
    """Why a run should look after a batch; None while it goes on, or where the model has moved."""
    with BatchClient(model.endpoint_config(), ONE_ATTEMPT) as client:
        if client.endpoint != batch.endpoint or batch.remote_id is None:
            return None
        remote = client.retrieve(batch.remote_id)
    if remote is None:
        return "unknown"
    return remote.status if remote.is_ended else None
