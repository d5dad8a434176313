"""Reads the attributes that a real listing carries, in whichever of the usual forms it has them.

A JSON object, nested or not; a list of objects with a name and a value; facets such as
`brand:Apple|color:black`, alone or in a member; options whose name and values are several joined
by `|`; lines of `name: value`.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final

from listing_assets.listings.definitions.names import name_key

MOST_DEEP: Final = 6
"""Levels of nesting that are looked into."""
LONGEST_NAME: Final = 60
CONTAINERS: Final = frozenset(
    {"facets", "facet", "attributes", "attribute", "options", "properties", "property", "specs"}
    | {"specifications", "parameters", "params", "details", "属性", "参数", "规格参数", "商品属性"}
)
"""Members that hold attributes and are none themselves."""
_NAMES: Final = ("name", "key", "attribute", "attr_name", "propertyName", "label", "属性名")
_VALUES: Final = ("value", "values", "val", "attr_value", "propertyValue", "属性值")
_PARTS: Final = re.compile(r"[|;；\n]")
_PAIR: Final = re.compile(r"\s*([^:：=|]{1,60}?)\s*[:：=]\s*(?!//)(\S.*)", re.DOTALL)

Pair = tuple[str, str]


def carried(value: Any) -> dict[str, tuple[str, ...]]:
    """The attributes in a published value, by name as it is written, each with its values.

    Names stand in the listing's order. What has no name, or no value, is left out. Never raises.
    """
    found: dict[str, dict[str, None]] = {}
    for name, one in _read(value):
        if (shown := visible(name)) and (said := visible(one)):
            found.setdefault(shown, {})[said] = None
    return {name: tuple(values) for name, values in found.items()}


def read_attributes(value: Any) -> dict[str, str]:
    """As `carried`; several values of one attribute are joined by ` / `."""
    return {name: " / ".join(values) for name, values in carried(value).items()}


def visible(text: str) -> str:
    """A text of a stranger on one line, without control characters and marks of direction."""
    signs = (" " if sign.isspace() else sign for sign in text)
    return " ".join(
        "".join(sign for sign in signs if not unicodedata.category(sign).startswith("C")).split()
    )


def _read(value: Any) -> Iterator[Pair]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            yield from _pairs(value)
            return
    yield from _members(value, 0)


def _members(value: Any, depth: int) -> Iterator[Pair]:
    if depth > MOST_DEEP:
        return
    if isinstance(value, Mapping):
        named = _named_pair(value)
        if named is not None:
            yield from _attribute(*named, depth)
            return
        for name, inner in value.items():
            yield from _attribute(str(name), inner, depth)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for inner in value:
            yield from _pairs(inner) if isinstance(inner, str) else _members(inner, depth + 1)


def _attribute(name: str, value: Any, depth: int) -> Iterator[Pair]:
    is_container = name_key(name) in CONTAINERS
    match value:
        case Mapping():
            yield from _members(value, depth + 1)
        case str() if is_container or _is_facets(value):
            yield from _pairs(value)
        case [*inner] if is_container:
            yield from _members(inner, depth + 1)
        case [*inner]:
            for one in inner:
                yield from _one(name, one)
        case _:
            yield from _one(name, value)


def _one(name: str, value: Any) -> Iterator[Pair]:
    """One value under a name; of `size|color` with `XL|red`, each by itself."""
    text = _text(value)
    names = name.split("|")
    values = text.split("|") if len(names) > 1 else [text]
    if len(values) != len(names):
        names, values = [name], [text]
    for each, its in zip_longest(names, values):
        if _is_name(each) and its.strip():
            yield each.strip(), its.strip()


def _pairs(text: str) -> Iterator[Pair]:
    for part in _PARTS.split(text):
        pair = _PAIR.fullmatch(part)
        if pair is not None and _is_name(pair[1]):
            yield pair[1].strip(), pair[2].strip()


def _is_facets(text: str) -> bool:
    parts = [part for part in text.split("|") if part.strip()]
    return len(parts) > 1 and all(_PAIR.fullmatch(part) for part in parts)


def _named_pair(members: Mapping[str, Any]) -> tuple[str, Any] | None:
    """The name and value of an object such as `{"name": "Brand", "value": "Apple"}`."""
    name = next((members[one] for one in _NAMES if isinstance(members.get(one), str)), None)
    value = next((members[one] for one in _VALUES if one in members), None)
    return None if name is None or value is None else (name, value)


def _is_name(text: str) -> bool:
    return 0 < len(text.strip()) <= LONGEST_NAME and any(map(str.isalpha, text))


def _text(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case str() | int() | float():
            return str(value)
        case _:
            return ""
