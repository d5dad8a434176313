"""What stands of a dataset's corrections: one entry per photo and tag, undone ones left out."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from listing_assets.corrections.journal import Correction


@dataclass(slots=True)
class Standing:
    """What people say of one tag of one photo.

    `is_set`: they gave the whole value, `value`, which may be None. Otherwise `added` and `removed`
    are to be done to the model's values, in this order of insertion.
    """

    image_id: str
    tag: str
    is_set: bool = False
    value: Any = None
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def apply(self, correction: Correction) -> None:
        """Take one more correction into account; the last word counts."""
        match correction.action:
            case "set" | "clear":
                self.is_set, self.value = True, correction.value
                self.added, self.removed = [], []
            case "add" | "remove" if self.is_set and isinstance(self.value, list | None):
                kept = [value for value in self.value or [] if value != correction.value]
                self.value = [*kept, correction.value] if correction.action == "add" else kept
            case "add":
                _move(correction.value, self.removed, self.added)
            case "remove":
                _move(correction.value, self.added, self.removed)


def _move(value: str, source: list[str], target: list[str]) -> None:
    if value in source:
        source.remove(value)
    if value not in target:
        target.append(value)


def standing(corrections: Iterable[Correction]) -> list[Standing]:
    """The outcome of `corrections`, which come oldest first."""
    found: dict[tuple[str, str], Standing] = {}
    for one in corrections:
        if not one.is_undone:
            place = one.image_id, one.tag
            found.setdefault(place, Standing(*place)).apply(one)
    return list(found.values())
