"""The corrections of a dataset, as they were made: checked, appended, undone, listed."""

import json
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import pyarrow as pa

from listing_assets.catalog import Tag, TagDefinition
from listing_assets.tagging.validation import judge
from listing_assets.versions.relations import is_one_of, quoted_text
from resources.errors import ListingError
from resources.lake import Lake
from resources.lake.tables import CORRECTIONS

Action = Literal["set", "clear", "add", "remove"]
"""
`set` gives the tag's whole value, `clear` says that it has none; `add` and `remove` concern one
value of a tag that has several, or one free label.
"""
FREE_LABEL = re.compile(r"[^\s:\x00-\x1f\x7f][^:\x00-\x1f\x7f]{0,63}")
MOST_AUTHOR = 200
MOST_SHOWN = 100
"""Characters of a wrong value that an error shows."""


class CorrectionError(ListingError):
    """A correction that cannot be made: the tag or its value does not fit the definition."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction of one photo. `value` is None for `clear`."""

    image_id: str
    tag: str
    action: Action
    value: Any
    author: str
    correction_id: str = ""
    made_at: datetime | None = None
    is_undone: bool = False


class CorrectionJournal:
    """The corrections of one dataset, oldest first."""

    def __init__(self, lake: Lake, dataset: str) -> None:
        self._lake = lake
        self._dataset = dataset

    def make(
        self,
        image_ids: Iterable[str],
        tag: str,
        action: Action,
        value: Any,
        *,
        author: str,
        definition: TagDefinition,
    ) -> list[str]:
        """Correct one tag of some photos, in one commit; the ids of the corrections.

        Raises:
            CorrectionError: the definition does not allow this.
        """
        author = _named(author)
        value = _checked(definition, tag, action, value)
        now = datetime.now(UTC)
        rows = [
            self._row(image_id, tag, action, json.dumps(value, ensure_ascii=False), author, now)
            for image_id in dict.fromkeys(image_ids)
        ]
        self._append(rows)
        return [row["correction_id"] for row in rows]

    def undo(self, correction_ids: Iterable[str], *, author: str) -> int:
        """Take corrections back; how many of them stood.

        Raises:
            CorrectionError: nobody is named as the author.
        """
        author = _named(author)
        standing = {one.correction_id: one for one in self.all() if not one.is_undone}
        undone = [standing[each] for each in dict.fromkeys(correction_ids) if each in standing]
        now = datetime.now(UTC)
        self._append(
            [
                self._row(one.image_id, one.tag, "undo", None, author, now, one.correction_id)
                for one in undone
            ]
        )
        return len(undone)

    def all(self, image_ids: Sequence[str] | None = None) -> list[Correction]:
        """Every correction, oldest first, the undone ones marked."""
        where = f"dataset = {quoted_text(self._dataset)}"
        if image_ids is not None:
            where += f" AND {is_one_of('image_id', image_ids)}" if image_ids else " AND false"
        rows = self._lake.scan(CORRECTIONS, CORRECTIONS.schema.names, where).read_all().to_pylist()
        undone = {row["undoes"] for row in rows if row["action"] == "undo"}
        rows.sort(key=lambda row: (row["created_at"], row["place"]))
        return [
            Correction(
                row["image_id"],
                row["tag"],
                row["action"],
                None if row["value"] is None else json.loads(row["value"]),
                row["author"],
                row["correction_id"],
                row["created_at"],
                row["correction_id"] in undone,
            )
            for row in rows
            if row["action"] != "undo"
        ]

    def _row(
        self,
        image_id: str,
        tag: str,
        action: str,
        value: str | None,
        author: str,
        now: datetime,
        undoes: str | None = None,
    ) -> dict[str, Any]:
        return {
            "correction_id": uuid.uuid4().hex,
            "dataset": self._dataset,
            "image_id": image_id,
            "tag": tag,
            "action": action,
            "value": value,
            "author": author,
            "undoes": undoes,
            "created_at": now,
        }

    def _append(self, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            placed = [{**row, "place": place} for place, row in enumerate(rows)]
            self._lake.append(CORRECTIONS, pa.Table.from_pylist(placed, schema=CORRECTIONS.schema))


def _named(author: str) -> str:
    name = author.strip()
    if not name or len(name) > MOST_AUTHOR:
        raise CorrectionError("a correction needs its author.", "Say who you are.")
    return name


def _checked(definition: TagDefinition, name: str, action: Action, value: Any) -> Any:
    """The value as it is kept."""
    _require_unicode(value)
    tag = next((tag for tag in definition.tags if tag.name == name), None)
    if tag is None:
        return _free_label(definition, name, action, value)
    if action == "clear":
        return None
    if action in {"add", "remove"} and tag.type != "multi_choice":
        raise CorrectionError(
            f"tag '{name}' is a {tag.type} and has one value.", "Use 'set' or 'clear'."
        )
    given = [value] if action in {"add", "remove"} else value
    judged = judge(json.dumps({name: given}, default=str), (tag,))[name]
    if judged.status != "valid" or judged.value is None or judged.value == []:
        raise CorrectionError(
            f"{_shown(value)} is no value of tag '{name}' ({judged.reason or 'empty'}).",
            _allowed(tag),
        )
    return judged.value[0] if action in {"add", "remove"} else judged.value


def _free_label(definition: TagDefinition, name: str, action: Action, value: Any) -> str:
    """A label that the definition does not know: `name:value`, added or removed by people."""
    if action not in {"add", "remove"}:
        known = ", ".join(tag.name for tag in definition.tags)
        raise CorrectionError(
            f"{definition.name} has no tag '{name}'.",
            f"It has {known}; a label of your own is made with 'add' and taken with 'remove'.",
        )
    text = value.strip() if isinstance(value, str) else ""
    if not FREE_LABEL.fullmatch(name) or not FREE_LABEL.fullmatch(text):
        raise CorrectionError(
            f"{_shown(f'{name}:{value}')} is no label.",
            "A label is name:value, each of 1 to 64 characters without a colon, in one line.",
        )
    return text


def _require_unicode(value: Any) -> None:
    """JSON can escape half of a character, which no table can hold."""
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError as error:
        raise CorrectionError(
            "the value has half of a character, such as a cut emoji.", "Write it anew."
        ) from error


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= MOST_SHOWN else f"{shown[:MOST_SHOWN]}…"


def _allowed(tag: Tag) -> str:
    if tag.values:
        return "It may be one of: " + ", ".join(value.name for value in tag.values) + "."
    return f"It is a {tag.type}."
