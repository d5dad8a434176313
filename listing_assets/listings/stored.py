"""Drafts as the lake keeps them: one row a listing and recipe, the draft itself as JSON."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

import pyarrow as pa
from pydantic import TypeAdapter

from listing_assets.full_runs import sql_time
from listing_assets.listings.draft import Draft
from listing_assets.listings.recipes import DraftRecipes
from listing_assets.versions.relations import Relations, is_one_of
from resources.lake import Lake
from resources.lake.newest import newest
from resources.lake.tables import LISTING_DRAFTS

DRAFTS: TypeAdapter[Draft] = TypeAdapter(Draft)

LOOK_UP: Final = 1_000
"""Recipes in one condition; more are looked for among all drafts."""

Status = Literal["drafted", "empty", "refused", "partial"]
"""`empty`: there is no text; `refused`: there must be none; `partial`: a step failed for a cause
that may pass, and the draft is made again with the next run."""


def status_of(draft: Draft) -> Status:
    """How a draft came out."""
    statuses = {step.status for step in draft.steps}
    if "refused" in statuses:
        return "refused"
    if statuses & {"failed", "out_of_time"}:
        return "partial"
    return "drafted" if draft.description else "empty"


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """What is known of a stored draft without reading it."""

    category: str
    template: str
    status: Status


def draft_row(
    listing_id: str, contents: str, draft: Draft, recipes: DraftRecipes
) -> dict[str, Any]:
    """A draft as a row of `LISTING_DRAFTS`."""
    return {
        "listing_id": listing_id,
        "recipe": recipes.listing(listing_id, contents),
        "category": draft.category,
        "template": recipes.template(draft.category),
        "status": status_of(draft),
        "draft": DRAFTS.dump_json(draft).decode(),
        "created_at": datetime.now(UTC),
    }


def append(lake: Lake, rows: list[dict[str, Any]]) -> None:
    """Store drafts, in one commit."""
    lake.append(LISTING_DRAFTS, pa.Table.from_pylist(rows, schema=LISTING_DRAFTS.schema))


def stored_drafts(
    lake: Lake, wanted: Collection[str], since: datetime | None = None
) -> dict[str, StoredDraft]:
    """What is stored under these recipes, the newest of each, from `since` on."""
    where = f"created_at >= {sql_time(since)}" if since else None
    found = _newest(lake, wanted, ("category", "template", "status"), where)
    return {recipe: StoredDraft(**row) for recipe, row in found.items()}


def read_drafts(lake: Lake, recipes: Collection[str]) -> dict[str, tuple[Status, Draft]]:
    """The newest drafts stored under these recipes."""
    where = is_one_of("recipe", recipes) if len(recipes) <= LOOK_UP else None
    found = _newest(lake, recipes, ("status", "draft"), where)
    return {
        recipe: (row["status"], DRAFTS.validate_json(row["draft"])) for recipe, row in found.items()
    }


def _newest(
    lake: Lake, recipes: Collection[str], fields: Sequence[str], where: str | None
) -> dict[str, dict[str, Any]]:
    """By recipe: these fields of its newest row, of the rows that fulfil a condition."""
    if not recipes:
        return {}
    wanted = frozenset(recipes)
    rows = lake.scan(LISTING_DRAFTS, ["recipe", *fields, "created_at"], where)
    with Relations() as relations:
        relations.load("drafts", rows, newest(["recipe"], fields))
        return {
            row["recipe"]: {name: row[name] for name in fields}
            for row in relations.rows("SELECT * FROM drafts")
            if row["recipe"] in wanted
        }


def document(draft: Draft) -> dict[str, Any]:
    """A draft as JSON has it."""
    told: dict[str, Any] = DRAFTS.dump_python(draft, mode="json")
    return told
