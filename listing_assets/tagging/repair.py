"""From a model's text to the JSON object that it means, where that is safe.

Good JSON is read by the standard parser; in any other text, objects are looked for that are almost
JSON (`almost_json.py`). Which values are valid is the affair of `validation.py`.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from listing_assets.tagging.almost_json import Ending, Members, parse_at, same
from listing_assets.tagging.reasons import Reason, Repair

LONGEST = 131_072
"""Characters that are looked at, and kept, of a text that is no JSON."""
WRAPPERS = 3
"""How deep in lists and objects the asked object may lie."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says about the asked names.

    `members` has the values of the names that the text answers in one way, `ambiguous` the names
    that it answers in several. `absent` is the reason why any other name has no value.
    """

    members: dict[str, Any] = field(default_factory=dict)
    ambiguous: frozenset[str] = frozenset()
    absent: Reason = Reason.NOT_JSON
    repairs: tuple[Repair, ...] = ()


def read_object(raw: str, names: Sequence[str]) -> Reading:
    """Read the object that answers `names` out of `raw`. Never raises."""
    text = raw.strip().removeprefix("\ufeff")
    try:
        value = json.loads(text, object_pairs_hook=Members.of)
    except (ValueError, RecursionError):
        return _search(text, names)
    if isinstance(value, str) and not value.startswith('"'):
        inner = read_object(value, names)
        return replace(inner, repairs=tuple(sorted({*inner.repairs, Repair.UNWRAPPED})))
    return _choose(list(_objects(value, names)), names) or Reading(absent=Reason.NOT_OBJECT)


@dataclass(frozen=True, slots=True)
class _Object:
    """An object that may be the answer."""

    members: Members
    ending: Ending
    repairs: frozenset[Repair] = frozenset()

    def keys(self, names: Sequence[str]) -> dict[str, str]:
        """By each asked name that the object has: the key it goes by there.

        Other letter case counts where the name itself is missing for certain.
        """
        keys = {name: name for name in names if name in self.members}
        if len(keys) < len(names) and self.ending == "whole":
            folded: dict[str, str] = {}
            for key in self.members:
                folded.setdefault(key.strip().casefold(), key)
            for name in names:
                if name not in keys and name.casefold() in folded:
                    keys[name] = folded[name.casefold()]
        return keys


def _objects(
    value: Any, names: Sequence[str], repairs: frozenset[Repair] = frozenset(), depth: int = 0
) -> Iterator[_Object]:
    """The objects in a whole value, outermost first; not those within an answer."""
    if isinstance(value, Members):
        found = _Object(value, "whole", repairs)
        yield found
        children = () if found.keys(names) else tuple(value.values())
    else:
        children = tuple(value) if isinstance(value, list) else ()
    if depth < WRAPPERS:
        for child in children:
            yield from _objects(child, names, repairs | {Repair.UNWRAPPED}, depth + 1)


_THOUGHT = "(?:think|thinking|thought|reasoning)"
_LANDMARK = re.compile(rf"[{{\[]|<(/?){_THOUGHT}>", re.IGNORECASE)
_LANDMARK_OF_LINE = re.compile(rf"^[ \t]*+(?:[{{\[]|<(/?){_THOUGHT}>)", re.IGNORECASE | re.M)
_END_OF_THOUGHT = re.compile(rf"</{_THOUGHT}>", re.IGNORECASE)
_FENCE = re.compile(r"```[ \t]*[A-Za-z0-9]*")


class _Search:
    """Goes through a text from landmark to landmark: brackets, beginnings and ends of thoughts.

    `found` are objects, `around` the texts that are neither objects nor thoughts.
    """

    def __init__(self, text: str, names: Sequence[str]) -> None:
        self.found: list[_Object] = []
        self.around: list[str] = []
        self.repairs: set[Repair] = set()
        self.is_cut = len(text) > LONGEST
        self._text = text[:LONGEST]
        self._names = names
        self._landmark = _LANDMARK
        self._rest = 0
        at = 0
        while mark := self._landmark.search(self._text, at):
            at = self._value(mark.end() - 1) if mark[0][-1] in "{[" else self._thought(mark)
        self.around.append(self._text[self._rest :])

    def _value(self, start: int) -> int:
        """Take the objects of the list or object at `start`; the place to go on from."""
        parsed = parse_at(self._text, start)
        end = len(self._text) if parsed.ending == "cut" else parsed.end
        objects: list[_Object] = []
        if parsed.ending == "whole":
            objects += _objects(parsed.value, self._names, parsed.repairs)
        elif parsed.has_key and isinstance(parsed.value, Members):
            objects.append(_Object(parsed.value, parsed.ending, parsed.repairs))
            # What follows may lie within the broken object: the next one begins a line.
            self._landmark = _LANDMARK_OF_LINE
        if objects or parsed.ending == "cut":
            self.is_cut |= parsed.ending == "cut"
            self.found += objects
            self.around.append(self._text[self._rest : start])
            self._rest = end
        return end

    def _thought(self, mark: re.Match[str]) -> int:
        """Leave out a thought; the place to go on from."""
        self.repairs.add(Repair.UNTHOUGHT)
        if mark[1]:
            # Its beginning was part of the prompt: all before was thought.
            self.found.clear()
            self.around.clear()
            self._landmark = _LANDMARK
            self._rest = mark.end()
            return self._rest
        self.around.append(self._text[self._rest : mark.start()])
        end = _END_OF_THOUGHT.search(self._text, mark.end())
        self.is_cut |= end is None
        self._rest = end.end() if end else len(self._text)
        return self._rest


def _search(text: str, names: Sequence[str]) -> Reading:
    """The reading of a text that is more, or less, than one JSON value."""
    search = _Search(text, names)
    outside = "\n".join(search.around)
    words = _FENCE.sub("", outside)
    if len(words) < len(outside):
        search.repairs.add(Repair.UNFENCED)
    has_words = bool(words.strip("` \t\r\n"))
    if has_words:
        search.repairs.add(Repair.TRIMMED)
    reading = _choose(search.found, names, search.repairs)
    if reading is not None:
        return reading
    if search.is_cut:
        return Reading(absent=Reason.TRUNCATED)
    return Reading(absent=Reason.NOT_JSON if has_words else Reason.EMPTY_ANSWER)


_ABSENT: dict[Ending, Reason] = {
    "whole": Reason.MISSING_TAG,
    "cut": Reason.TRUNCATED,
    "broken": Reason.NOT_JSON,
}


def _choose(
    found: Sequence[_Object], names: Sequence[str], repairs: set[Repair] | None = None
) -> Reading | None:
    """The reading of the object that answers the most names; None where there is no object.

    Where another object that answers as many, or did not end, says otherwise, that is ambiguous.
    """
    if not found:
        return None
    keys = [one.keys(names) for one in found]
    answered = [
        sum(not isinstance(one.members[key], dict) for key in asked.values())
        for one, asked in zip(found, keys, strict=True)
    ]
    best = max(
        range(len(found)),
        key=lambda place: (answered[place], len(keys[place]), found[place].ending == "whole"),
    )
    chosen = found[best]
    ambiguous = {name for name, key in keys[best].items() if key in chosen.members.ambiguous}
    for place, rival in enumerate(found):
        if answered[place] == answered[best] or rival.ending != "whole":
            ambiguous |= {
                name
                for name, key in keys[place].items()
                if name in keys[best]
                and not same(chosen.members[keys[best][name]], rival.members[key])
            }
    made = (repairs or set()) | chosen.repairs
    if chosen.ending != "whole":
        made.add(Repair.CLOSED)
    if sum(bool(asked) for asked in keys) > 1:
        made.add(Repair.CHOSEN)
    if any(name != key for name, key in keys[best].items()):
        made.add(Repair.KEY)
    return Reading(
        {name: chosen.members[key] for name, key in keys[best].items() if name not in ambiguous},
        frozenset(ambiguous),
        _ABSENT[chosen.ending],
        tuple(sorted(made)),
    )
