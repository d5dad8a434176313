"""What the lake remembers of batches: what was asked, what became of it, and who awaits it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

import pyarrow as pa

from listing_assets.catalog.models import Model
from listing_assets.catalog.schema import TagDefinition
from listing_assets.versions.names import VersionName
from resources.endpoints.chat.ladder import Form
from resources.endpoints.complaints import Refused
from resources.lake import Lake
from resources.lake.tables import BATCH_REQUESTS, BATCHES

Status = Literal["noted", "submitted", "gone", "collected"]
"""
`noted`: about to be made; whether the endpoint has it is not known.
`submitted`: the endpoint has it.
`gone`: the endpoint did not know it when it was last asked.
`collected`: all that came of it is kept, and nothing more will come.
"""

Request: TypeAlias = tuple[str, tuple[str, ...]]
"""Image id, and the tags that are asked for."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch, with all it takes to keep its results rightly whatever the catalog says by then.

    `owner` is the version that it was made for; `awaited_by` are the versions that need it, and
    how many of its requests.
    """

    id: str
    owner: VersionName
    model: str
    model_version: str
    endpoint: str
    run_id: str
    requests: int
    definition: TagDefinition
    recipes: Mapping[str, str]
    form: Form
    file_id: str
    noted_at: datetime
    status: Status = "noted"
    remote_id: str | None = None
    ending: str | None = None
    refused: Refused | None = None
    """What of the form the endpoint would not take."""
    budget_left: float | None = None
    """What was left of its run's budget once this batch was made."""
    awaited_by: Mapping[VersionName, int] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether answers are still to come."""
        return self.status in {"noted", "submitted"}

    @property
    def shown_id(self) -> str:
        """The id by which the endpoint knows it, or else ours."""
        return self.remote_id or self.id


def note(lake: Lake, batch: Batch) -> Batch:
    """Keep a batch as it stands now."""
    row = {
        "batch_id": batch.id,
        "dataset": batch.owner.dataset,
        "version": batch.owner.version,
        "status": batch.status,
        "model": batch.model,
        "model_version": batch.model_version,
        "endpoint": batch.endpoint,
        "run_id": batch.run_id,
        "requests": batch.requests,
        "definition": batch.definition.model_dump_json(exclude_defaults=True),
        "recipes": json.dumps(dict(batch.recipes)),
        "form": json.dumps(asdict(batch.form)),
        "file_id": batch.file_id,
        "noted_at": batch.noted_at,
        "remote_id": batch.remote_id,
        "ending": batch.ending,
        "refused": batch.refused,
        "budget_left": batch.budget_left,
    }
    _append(lake, row)
    return batch


def note_requests(lake: Lake, batch_id: str, requests: Sequence[Request]) -> None:
    """Keep what a batch asks; it counts once the batch itself is noted."""
    image_ids, tags = zip(*requests, strict=True)
    columns = {"batch_id": [batch_id] * len(requests), "image_id": image_ids, "tags": tags}
    lake.append(BATCH_REQUESTS, pa.table(columns, schema=BATCH_REQUESTS.schema))


def note_awaited(lake: Lake, batch_id: str, version: VersionName, requests: int) -> None:
    """A version needs so many requests of a batch; with 0, it has seen what came of the batch."""
    row = {
        "batch_id": batch_id,
        "dataset": version.dataset,
        "version": version.version,
        "status": "awaited" if requests else "released",
        "requests": requests,
    }
    _append(lake, row)


def load_batches(lake: Lake) -> list[Batch]:
    """All batches as they stand, in the order in which they were made."""
    rows = lake.scan(BATCHES, BATCHES.schema.names).read_all().to_pylist()
    states: dict[str, dict[str, Any]] = {}
    awaited: dict[str, dict[VersionName, int]] = {}
    for row in sorted(rows, key=lambda row: row["created_at"]):
        version = VersionName(row["dataset"], row["version"])
        of_batch = awaited.setdefault(row["batch_id"], {})
        if row["status"] in {"awaited", "released"}:
            of_batch[version] = row["requests"]
        else:
            states[row["batch_id"]] = row
            of_batch.setdefault(version, row["requests"])
    return sorted(
        (
            _batch(row, {version: count for version, count in awaited[name].items() if count})
            for name, row in states.items()
        ),
        key=lambda batch: batch.noted_at,
    )


def batches_of(lake: Lake, endpoint: str, model: Model) -> list[Batch]:
    """The batches of one endpoint and version of a model, for whichever dataset version."""
    of_model = (endpoint, model.service, model.version)
    return [
        batch
        for batch in load_batches(lake)
        if (batch.endpoint, batch.model, batch.model_version) == of_model
    ]


def requests_of(lake: Lake, batch_id: str) -> dict[str, tuple[str, ...]]:
    """The tags that a batch asks for, by image id."""
    where = f"batch_id = '{batch_id}'"
    sets: dict[tuple[str, ...], tuple[str, ...]] = {}
    found: dict[str, tuple[str, ...]] = {}
    for rows in lake.scan(BATCH_REQUESTS, ["image_id", "tags"], where):
        for row in rows.to_pylist():
            tags = tuple(row["tags"])
            found[row["image_id"]] = sets.setdefault(tags, tags)
    return found


def _append(lake: Lake, row: Mapping[str, Any]) -> None:
    timed = {**row, "created_at": datetime.now(UTC)}
    lake.append(BATCHES, pa.Table.from_pylist([timed], schema=BATCHES.schema))


def _batch(row: Mapping[str, Any], awaited_by: Mapping[VersionName, int]) -> Batch:
    return Batch(
        id=row["batch_id"],
        owner=VersionName(row["dataset"], row["version"]),
        definition=TagDefinition.model_validate_json(row["definition"]),
        recipes=json.loads(row["recipes"]),
        form=Form(**json.loads(row["form"])),
        awaited_by=awaited_by,
        **{name: row[name] for name in _AS_STORED},
    )


_AS_STORED = (
    "model",
    "model_version",
    "endpoint",
    "run_id",
    "requests",
    "file_id",
    "noted_at",
    "status",
    "remote_id",
    "ending",
    "refused",
    "budget_left",
)
