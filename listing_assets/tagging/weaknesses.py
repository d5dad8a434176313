"""Tells from a few answers where a tag definition is weak."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from listing_assets.catalog.schema import Tag, TagDefinition, Value
from listing_assets.tagging.answers import TagAnswer

Kind = Literal["never_answered", "never_chosen", "always_agree", "unstable", "overlap"]
Answers = Mapping[str, TagAnswer]
"""The answers about one photo, by tag name."""

LEAST_PHOTOS = 8
"""Photos with an answer, below which nothing is said of what they have in common."""
LIKE_WORDS = 0.5
"""Share of all words of two values that both have, from which they overlap."""
WITHIN_WORDS = 0.8
"""Share of the words of the shorter of two values that the other has, from which they overlap."""
LEAST_WORDS = 3
_STOP_WORDS = frozenset(
    {
        *("a", "an", "and", "any", "are", "as", "at", "be", "by", "for", "from", "in", "is", "it"),
        *("its", "no", "not", "of", "on", "or", "than", "that", "the", "this", "to", "with"),
    }
)
_WORD = re.compile(r"[^\W_\u3400-\u9fff]+|[\u3400-\u9fff]")
_LISTED = 5
"""Values or pairs that one sentence names."""


@dataclass(frozen=True, slots=True)
class Weakness:
    """A weak spot: which tags it is about, and one sentence on it."""

    kind: Kind
    tags: tuple[str, ...]
    words: str


def weaknesses(
    definition: TagDefinition,
    names: Sequence[str],
    photos: Sequence[Answers],
    twice: Sequence[tuple[Answers, Answers]] = (),
) -> list[Weakness]:
    """Weak spots of the named tags.

    `photos` are the answers about different photos, `twice` the first and second answers about
    photos that were asked about two times.
    """
    tags = [tag for tag in definition.tags if tag.name in names]
    found: list[Weakness] = []
    for tag in tags:
        found += _unused(tag, photos)
    for one, other in combinations(tags, 2):
        found += _agreeing(one, other, photos)
    for tag in tags:
        changes = _changes(tag, twice)
        found += _unstable(tag, changes, len(twice))
        found += _overlapping(tag, changes)
    return found


def _known(tag: Tag, photos: Sequence[Answers]) -> list[Any]:
    """The valid answers that say something."""
    answers = (photo[tag.name] for photo in photos if tag.name in photo)
    return [one.value for one in answers if one.status == "valid" and one.value is not None]


def _unused(tag: Tag, photos: Sequence[Answers]) -> Iterator[Weakness]:
    """The tag, or values of it, that no photo got."""
    known = _known(tag, photos)
    valid = sum(tag.name in photo and photo[tag.name].status == "valid" for photo in photos)
    if not known:
        if valid >= LEAST_PHOTOS:
            words = f"{tag.name}: null for each of {valid} photos."
            yield Weakness("never_answered", (tag.name,), words)
        return
    chosen = {name for value in known for name in (value if isinstance(value, list) else [value])}
    possible = [True, False] if tag.type == "boolean" else [value.name for value in tag.values]
    unused = [_shown(value) for value in possible if value not in chosen]
    if unused and len(known) >= max(LEAST_PHOTOS, len(possible)):
        words = f"{tag.name}: never chosen for {len(known)} photos: {_list(unused)}."
        yield Weakness("never_chosen", (tag.name,), words)


def _agreeing(one: Tag, other: Tag, photos: Sequence[Answers]) -> Iterator[Weakness]:
    """Two tags of which each answer tells the other."""
    if {one.type, other.type} & {"text", "number"}:
        return
    both = [
        (str(photo[one.name].value), str(photo[other.name].value))
        for photo in photos
        if _known(one, [photo]) and _known(other, [photo])
    ]
    pairs = set(both)
    firsts, seconds = {first for first, _ in pairs}, {second for _, second in pairs}
    is_told = len(pairs) == len(firsts) == len(seconds)
    if len(both) >= LEAST_PHOTOS and is_told and 2 <= len(pairs) <= len(both) / 2:
        words = (
            f"{one.name} and {other.name}: each tells the other for all of {len(both)} photos; one"
            " of them may do."
        )
        yield Weakness("always_agree", (one.name, other.name), words)


def _changes(tag: Tag, twice: Sequence[tuple[Answers, Answers]]) -> list[tuple[Any, Any]]:
    """First and second answers that are valid and differ."""
    pairs = [(first.get(tag.name), second.get(tag.name)) for first, second in twice]
    return [
        (first.value, second.value)
        for first, second in pairs
        if first and second and first.status == second.status == "valid"
        if first.value != second.value
    ]


def _unstable(tag: Tag, changes: list[tuple[Any, Any]], asked: int) -> Iterator[Weakness]:
    """A tag whose answers change; the wording of a text may."""
    if changes and tag.type != "text":
        shown = _list([f"{_shown(first)} → {_shown(second)}" for first, second in changes])
        words = f"{tag.name}: changed for {len(changes)} of {asked} photos asked twice: {shown}."
        yield Weakness("unstable", (tag.name,), words)


def _overlapping(tag: Tag, changes: list[tuple[Any, Any]]) -> Iterator[Weakness]:
    """Values that mean much the same: by their words, or because the model swaps them."""
    swapped = Counter(
        frozenset((first, second))
        for first, second in changes
        if isinstance(first, str) and isinstance(second, str)
    )
    alike, mixed = [], []
    for one, other in combinations(tag.values, 2):
        pair = f"{one.name} / {other.name}"
        if swapped[frozenset((one.name, other.name))]:
            mixed.append(pair)
        elif _are_alike(one, other):
            alike.append(pair)
    if mixed:
        words = f"{tag.name}: the model gives now one, now the other: {_list(mixed)}."
        yield Weakness("overlap", (tag.name,), words)
    if alike:
        words = f"{tag.name}: described with much the same words: {_list(alike)}."
        yield Weakness("overlap", (tag.name,), words)


def _are_alike(one: Value, other: Value) -> bool:
    ours, theirs = _words(one), _words(other)
    shared, fewer = len(ours & theirs), min(len(ours), len(theirs))
    if shared >= LIKE_WORDS * len(ours | theirs):
        return bool(shared)
    return fewer >= LEAST_WORDS and shared >= WITHIN_WORDS * fewer


def _words(value: Value) -> set[str]:
    """The words of a value's name and description, without plural; Chinese by the character."""
    text = f"{value.name} {value.description}".casefold()
    words = (word.removesuffix("s") for word in _WORD.findall(text))
    return {word for word in words if word and word not in _STOP_WORDS}


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) or "none" if isinstance(value, list) else str(value)


def _list(items: Sequence[str]) -> str:
    more = len(items) - _LISTED
    return "; ".join(items[:_LISTED]) + (f"; and {more} more" if more > 0 else "")
