"""What stands of the tags of some photos: as published, and as people have said since."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from listing_assets.catalog import Tag, TagDefinition
from listing_assets.corrections import Correction, CorrectionJournal, Standing, standing
from listing_assets.publishing.columns import LABELLED, tag_column
from listing_assets.review.controls import truth
from listing_assets.search import Published
from listing_assets.versions.relations import is_one_of
from resources.lake import Lake

UNKNOWN: Final = object()
"""A value that is found out by publishing again only."""
IDS_AT_ONCE: Final = 1_000


@dataclass
class StandingValues:
    """The tags of one dataset's photos, and all corrections of them."""

    rows: dict[str, dict[str, Any]]
    """Published rows by image id; a photo that is not among them was not published."""
    people: dict[tuple[str, str], Standing]
    """What stands of people's corrections, by image id and tag."""
    corrections: dict[tuple[str, str], list[Correction]] = field(default_factory=dict)
    """All of them, oldest first."""

    def value(self, image_id: str, tag: Tag) -> Any:
        """The value of a tag as the next publication would have it; None where there is none."""
        said = self.people.get((image_id, tag.name))
        if said is not None and said.is_set:
            return said.value or None if isinstance(said.value, list) else said.value
        given = self._given(image_id, tag)
        if said is None or given is UNKNOWN:
            return given
        kept = [value for value in given or [] if value not in said.removed]
        return [*kept, *(value for value in said.added if value not in kept)] or None

    def last_said(self, image_id: str, tag: Tag) -> datetime | None:
        """When people said last what stands of a tag."""
        said = self.corrections.get((image_id, tag.name), [])
        return max((one.made_at for one in said if one.made_at and not one.is_undone), default=None)

    def _given(self, image_id: str, tag: Tag) -> Any:
        """The model's value."""
        row = self.rows[image_id]
        if tag.type in LABELLED:
            named = [label.partition(":") for label in row["labels_ai"] or []]
            values = [value for name, _, value in named if name == tag.name]
            if tag.type == "multi_choice":
                return values or None
            one = values[0] if values else None
            return truth(one) if tag.type == "boolean" else one
        if (image_id, tag.name) in self.corrections:
            # A value of people's may have been published and taken back since.
            return UNKNOWN
        return row.get(tag_column(tag))


def standing_values(
    lake: Lake,
    dataset: str,
    definition: TagDefinition,
    photos: Iterable[tuple[Published, Collection[str]]],
) -> StandingValues:
    """What stands of photos: image ids, each time with the version that is to have them."""
    rows: dict[str, dict[str, Any]] = {}
    for published, image_ids in photos:
        rows |= _published_rows(published, definition, image_ids)
    corrections: dict[tuple[str, str], list[Correction]] = {}
    for one in CorrectionJournal(lake, dataset).all():
        if one.image_id in rows:
            corrections.setdefault((one.image_id, one.tag), []).append(one)
    said = standing(one for several in corrections.values() for one in several)
    return StandingValues(rows, {(one.image_id, one.tag): one for one in said}, corrections)


def _published_rows(
    published: Published, definition: TagDefinition, image_ids: Collection[str]
) -> dict[str, dict[str, Any]]:
    """Rows by image id, with what models gave as `labels_ai`."""
    wanted = [tag_column(tag) for tag in definition.tags]
    columns = ["image_id", *(name for name in wanted if name in published.columns)]
    labels = "labels_ai" if "labels_ai" in published.columns else "labels"
    return {
        row["image_id"]: {**row, "labels_ai": row[labels]}
        for some in _some(sorted(image_ids))
        for row in published.table.search()
        .where(f"status = 'published' AND {is_one_of('image_id', some)}")
        .select([*columns, labels])
        .limit(None)
        .to_list()
    }


def _some(texts: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(texts), IDS_AT_ONCE):
        yield texts[start : start + IDS_AT_ONCE]
