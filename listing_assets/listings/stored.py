"""Drafts as the lake keeps them: one row a listing and recipe, the draft itself as JSON."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

import pyarrow as pa
from pydantic import TypeAdapter

from listing_assets.full_runs import sql_time
from listing_assets.listings.draft import Draft
from listing_assets.listings.recipes import DraftRecipes
from listing_assets.versions.relations import is_one_of
from resources.lake import Lake
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
) -> Mapping[str, StoredDraft]:
    """What is stored under these recipes, the newest of each, from `since` on."""
    where = f"created_at >= {sql_time(since)}" if since else None
    columns = ["recipe", "category", "template", "status", "created_at"]
    found: dict[str, tuple[datetime, StoredDraft]] = {}
    recipes = frozenset(wanted)
    for batch in lake.scan(LISTING_DRAFTS, columns, where):
        for row in batch.to_pylist():
            recipe, at = row["recipe"], row["created_at"]
            if recipe in recipes and (recipe not in found or found[recipe][0] <= at):
                stored = StoredDraft(row["category"], row["template"], row["status"])
                found[recipe] = (at, stored)
    return {recipe: stored for recipe, (_, stored) in found.items()}


def read_drafts(lake: Lake, recipes: Collection[str]) -> dict[str, tuple[Status, Draft]]:
    """The newest drafts stored under these recipes."""
    found: dict[str, tuple[datetime, Status, str]] = {}
    wanted = frozenset(recipes)
    if not wanted:
        return {}
    columns = ["recipe", "status", "draft", "created_at"]
    where = is_one_of("recipe", wanted) if len(wanted) <= LOOK_UP else None
    for batch in lake.scan(LISTING_DRAFTS, columns, where):
        for row in batch.to_pylist():
            recipe, at = row["recipe"], row["created_at"]
            if recipe in wanted and (recipe not in found or found[recipe][0] <= at):
                found[recipe] = (at, row["status"], row["draft"])
    return {
        recipe: (status, DRAFTS.validate_json(written))
        for recipe, (_, status, written) in found.items()
    }


def document(draft: Draft) -> dict[str, Any]:
    """A draft as JSON has it."""
    told: dict[str, Any] = json.loads(DRAFTS.dump_json(draft))
    return told
