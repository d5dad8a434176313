"""What became of drafts: which were offered, which were accepted, and how much of them was kept."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import pyarrow as pa
from rapidfuzz.distance import LCSseq

from listing_assets.listings.draft import Draft
from listing_assets.listings.stored import DRAFTS
from listing_assets.versions.relations import quoted_text
from resources.errors import ListingError
from resources.lake import Lake
from resources.lake.tables import LISTING_ADOPTIONS, LISTING_DRAFTS

OFFERED: Final = "offered"
ACCEPTED: Final = "accepted"
TOLD: Final = ("action", "recipe", "definition", "share_kept", "created_at")


class UnknownDraftError(ListingError):
    """No such draft was ever made."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A listing as its person wants it, edited or not."""

    title: str
    description: str
    category: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Adoption:
    """An acceptance on record. `share_kept` is None where nothing had been drafted."""

    adoption_id: str
    listing_id: str
    definition: str
    share_kept: float | None


@dataclass(frozen=True, slots=True)
class Rate:
    """How the drafts by one definition fare. A draft counts once, by its last acceptance.

    `share_kept` is the mean over accepted drafts, None where there is none.
    """

    definition: str
    offered: int
    accepted: int
    share_kept: float | None

    @property
    def adoption_rate(self) -> float:
        """Accepted drafts of those that were offered."""
        return self.accepted / self.offered


def share_kept(draft: Draft, accepted: Accepted) -> float | None:
    """The share of the drafted characters of title and description that were kept in order.

    That is the longest common subsequence, so that words put in between cost nothing. None for a
    draft without a text.
    """
    pairs = (draft.title, accepted.title), (draft.description, accepted.description)
    drafted = sum(len(before) for before, _ in pairs)
    if not drafted:
        return None
    return sum(int(LCSseq.similarity(before, after)) for before, after in pairs) / drafted


def offer(lake: Lake, definition: str, listing_id: str, draft: Draft) -> None:
    """Note that a person was given this draft, which has its recipe."""
    _append(lake, OFFERED, definition, listing_id, draft)


def drafted(lake: Lake, recipe: str) -> Draft:
    """The draft of that recipe that was offered last, else the one made of a version.

    Raises:
        UnknownDraftError: there is no draft of that recipe.
    """
    return _draft_of(_known(lake, recipe))


def accept(lake: Lake, definition: str, recipe: str, accepted: Accepted, author: str) -> Adoption:
    """Note that a person accepted a draft, as it was offered or as it was edited.

    `definition` is for drafts of a dataset version; one that was offered has its own.

    Raises:
        UnknownDraftError: there is no draft of that recipe.
    """
    known = _known(lake, recipe)
    draft = _draft_of(known)
    share = share_kept(draft, accepted)
    named, listing_id = known.get("definition", definition), known["listing_id"]
    adoption_id = _append(
        lake,
        ACCEPTED,
        named,
        listing_id,
        draft,
        recipe=recipe,
        title=accepted.title,
        description=accepted.description,
        category=accepted.category,
        attributes=json.dumps(dict(accepted.attributes), ensure_ascii=False),
        author=author,
        share_kept=share,
    )
    return Adoption(adoption_id, listing_id, named, share)


def rates(lake: Lake) -> list[Rate]:
    """The rate of each definition, by name."""
    rows = lake.scan(LISTING_ADOPTIONS, TOLD).read_all().to_pylist()
    offered: dict[str, set[str]] = {}
    accepted: dict[str, dict[str, float | None]] = {}
    for row in sorted(rows, key=lambda one: one["created_at"]):
        offered.setdefault(row["definition"], set()).add(row["recipe"])
        if row["action"] == ACCEPTED:
            accepted.setdefault(row["definition"], {})[row["recipe"]] = row["share_kept"]
    return [
        _rate(name, len(recipes), accepted.get(name, {}))
        for name, recipes in sorted(offered.items())
    ]


def _rate(name: str, offered: int, accepted: Mapping[str, float | None]) -> Rate:
    shares = [share for share in accepted.values() if share is not None]
    return Rate(name, offered, len(accepted), sum(shares) / len(shares) if shares else None)


def _known(lake: Lake, recipe: str) -> dict[str, Any]:
    known = _newest(lake, LISTING_ADOPTIONS, recipe, ("definition",)) or _newest(
        lake, LISTING_DRAFTS, recipe, ()
    )
    if known is None:
        raise UnknownDraftError(
            f"there is no draft '{recipe}'.", "Give the recipe that the draft came with."
        )
    return known


def _draft_of(row: dict[str, Any]) -> Draft:
    return DRAFTS.validate_json(row["draft"])


def _newest(lake: Lake, table: Any, recipe: str, more: tuple[str, ...]) -> dict[str, Any] | None:
    columns = ["listing_id", "draft", "created_at", *more]
    rows = lake.scan(table, columns, f"recipe = {quoted_text(recipe)}").read_all().to_pylist()
    return max(rows, key=lambda row: row["created_at"], default=None)


def _append(
    lake: Lake, action: str, definition: str, listing_id: str, draft: Draft, **more: Any
) -> str:
    row = {
        "adoption_id": uuid.uuid4().hex,
        "action": action,
        "listing_id": listing_id,
        "recipe": draft.recipe,
        "definition": definition,
        "draft": DRAFTS.dump_json(draft).decode(),
        "created_at": datetime.now(UTC),
        **more,
    }
    rows = pa.Table.from_pylist([row], schema=LISTING_ADOPTIONS.schema)
    lake.append(LISTING_ADOPTIONS, rows)
    return str(row["adoption_id"])
