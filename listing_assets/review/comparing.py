"""Compares what annotators say of a photo with what stands, and makes corrections of the rest."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from listing_assets.catalog import Tag, TagDefinition
from listing_assets.corrections import Correction
from listing_assets.hashing import digest
from listing_assets.review.annotations import Annotation
from listing_assets.review.controls import annotated_value
from listing_assets.review.standing_values import StandingValues
from listing_assets.tagging.validation import judge

ORIGIN: Final = 16
"""Characters of a correction's id that name the annotation and the tag it was imported from."""
SHOWN: Final = 60
FIRST: Final = datetime.min.replace(tzinfo=UTC)


@dataclass
class Imported:
    """What became of a file's annotations; `is_planned`: what would become of them."""

    tasks: int = 0
    annotations: int = 0
    cancelled: int = 0
    """Annotations that their authors skipped."""
    unanswered: int = 0
    """Tasks that nobody annotated or skipped."""
    corrections: int = 0
    photos: int = 0
    """Photos that were corrected."""
    same: int = 0
    """Tags of which the annotators say what stands."""
    already: int = 0
    """Tags that were imported before."""
    overruled: int = 0
    """Tags that somebody corrected later than they were annotated."""
    left_empty: int = 0
    """Tags that have a value and were left empty; kept unless asked."""
    disagreements: int = 0
    """Tags of which annotators of one photo differ; the last word counts."""
    unknown_photos: Counter[str] = field(default_factory=Counter)
    unknown_tags: Counter[str] = field(default_factory=Counter)
    invalid_values: Counter[str] = field(default_factory=Counter)
    by_tag: Counter[str] = field(default_factory=Counter)
    """Corrections by tag."""
    by_author: Counter[str] = field(default_factory=Counter)
    """Corrections by who annotated."""
    versions: list[str] = field(default_factory=list)
    """Versions that tasks were of, where anything was corrected."""
    is_planned: bool = False

    def document(self) -> dict[str, Any]:
        """All of it by name, as JSON has it."""
        return {
            name: dict(value) if isinstance(value, Counter) else value
            for name, value in vars(self).items()
        }


@dataclass(frozen=True, slots=True)
class _Word:
    """What one annotation says of one tag; `value` None for nothing."""

    value: Any
    annotation: Annotation


@dataclass(frozen=True)
class Comparison:
    """Of one dataset. All that is found is counted in `told`."""

    dataset: str
    definition: TagDefinition
    values: StandingValues
    told: Imported
    clear_missing: bool

    def rows(self, image_id: str, annotations: Iterable[Annotation]) -> list[dict[str, Any]]:
        """The corrections of one photo, as rows of their table but for their place."""
        made = []
        for tag, word in self._words(annotations):
            row = self._row(image_id, tag, word)
            if row is not None:
                made.append(row)
                self.told.by_tag[tag.name] += 1
                self.told.by_author[row["author"]] += 1
        self.told.corrections += len(made)
        self.told.photos += bool(made)
        return made

    def _words(self, annotations: Iterable[Annotation]) -> Iterator[tuple[Tag, _Word]]:
        """The last word of the annotators on each tag."""
        tags = {tag.name: tag for tag in self.definition.tags}
        said: dict[str, list[_Word]] = {name: [] for name in tags}
        for annotation in sorted(annotations, key=lambda one: one.made_at or FIRST):
            regions: dict[str, Any] = {}
            for region in annotation.result:
                name = region.get("from_name")
                if isinstance(name, str) and name in tags:
                    regions[name] = region.get("value")
                else:
                    self.told.unknown_tags[str(name or "(without a name)")[:SHOWN]] += 1
            for name, tag in tags.items():
                try:
                    value = annotated_value(tag, regions[name]) if name in regions else None
                except ValueError:
                    self._count_invalid(tag, regions[name])
                else:
                    said[name].append(_Word(value, annotation))
        for name, words in said.items():
            if words:
                self.told.disagreements += any(not _equal(w.value, words[-1].value) for w in words)
                yield tags[name], words[-1]

    def _row(self, image_id: str, tag: Tag, word: _Word) -> dict[str, Any] | None:
        """The correction of one tag, or None where nothing is to be said."""
        stands = self.values.value(image_id, tag)
        if _equal(stands, word.value):
            self.told.same += word.value is not None
            return None
        if word.value is None:
            if not self.clear_missing:
                self.told.left_empty += 1
                return None
            return self._new_row(image_id, tag, None, word.annotation)
        judged = judge(json.dumps({tag.name: word.value}), (tag,))[tag.name]
        if judged.status != "valid" or judged.value in (None, []):
            self._count_invalid(tag, word.value)
            return None
        if _equal(stands, judged.value):
            self.told.same += 1
            return None
        return self._new_row(image_id, tag, judged.value, word.annotation)

    def _new_row(
        self, image_id: str, tag: Tag, value: Any, annotation: Annotation
    ) -> dict[str, Any] | None:
        """A correction, unless this was imported before or somebody has spoken since."""
        now = datetime.now(UTC)
        made_at = min(annotation.made_at or now, now)
        origin = digest(self.dataset, image_id, tag.name, annotation.annotation_id, length=ORIGIN)
        earlier = self.values.corrections.get((image_id, tag.name), [])
        if _said_before(earlier, origin, value):
            self.told.already += 1
            return None
        last = self.values.last_said(image_id, tag)
        if last is not None and last >= made_at:
            self.told.overruled += 1
            return None
        return {
            "correction_id": origin + digest(made_at.isoformat(), value, length=ORIGIN),
            "dataset": self.dataset,
            "image_id": image_id,
            "tag": tag.name,
            "action": "clear" if value is None else "set",
            "value": json.dumps(value, ensure_ascii=False),
            "author": annotation.author,
            "undoes": None,
            "created_at": made_at,
        }

    def _count_invalid(self, tag: Tag, value: Any) -> None:
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        self.told.invalid_values[f"{tag.name}: {shown}"[:SHOWN]] += 1


def _said_before(earlier: Iterable[Correction], origin: str, value: Any) -> bool:
    """Whether this annotation's last word, standing or taken back, was the same."""
    same = [one for one in earlier if one.correction_id.startswith(origin)]
    return bool(same) and _equal(same[-1].value, value)


def _equal(one: Any, other: Any) -> bool:
    """Whether two values say the same; the order of several does not matter."""
    if isinstance(one, list) and isinstance(other, list):
        return set(one) == set(other)
    if _is_number(one) and _is_number(other):
        return float(one) == float(other)
    return type(one) is type(other) and bool(one == other)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
