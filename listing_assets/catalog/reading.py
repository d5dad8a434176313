"""Reads named entries of a YAML file and tells mistakes with file, line and remedy."""

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from listing_assets.catalog.wording import plain_words, telling
from listing_assets.catalog.yaml_lines import Location, YamlDocument
from resources.errors import CatalogError

E = TypeVar("E", bound=BaseModel)
Place = Callable[[Location], str]
"""Tells where a value stands, such as `catalog/models.yaml:12`."""
VARIABLE = re.compile(r"\$\{(\w+)\}")
BRANCHES = frozenset({"snapshot", "folder", "manifest"})
"""Branches of unions: they stand in the path of an error but not in the file."""
LONGEST_QUOTE = 80
"""Characters of a wrong value that are repeated."""
UNQUOTED = frozenset({"api_key_env", "endpoint", "options"})
"""Fields whose value is never repeated: a key may have been written there."""
LITERAL_KEYS = frozenset({"api_key", "apikey", "key", "token", "secret", "authorization"})
KEY_REMEDY = (
    " A key is never written down, because the catalog's files are shared, logged and kept in"
    " version control: put it into an environment variable and name that in 'api_key_env'."
)


def named_entries(
    path: Path, top: str
) -> Iterable[tuple[YamlDocument, str, tuple[str, str], dict[str, Any]]]:
    """Each entry under `top`: its document, name, location and settings. No file, no entries.

    Raises:
        CatalogError: the file is not a mapping of names to settings.
    """
    if not path.exists():
        return
    document = YamlDocument(path)
    if document.data is None:
        return
    named = isinstance(document.data, dict) and set(document.data) == {top}
    entries = document.data[top] if named else None
    if named and entries is None:
        return
    if not isinstance(entries, dict):
        raise CatalogError(
            f"{path}:1: expected one mapping '{top}:' of name to settings.",
            f"Start the file with '{top}:' and indent the names under it.",
        )
    for name, data in entries.items():
        if not isinstance(name, str) or not isinstance(data, dict):
            line = document.line((top, name))
            raise CatalogError(
                f"{path}:{line}: '{name}' must be a name with settings under it.",
                "Write the name as text, and its settings indented below.",
            )
        yield document, name, (top, name), data


def lines_of(document: YamlDocument) -> Place:
    """Places in a file."""
    return lambda location: f"{document.path}:{document.line(location)}"


def read_entry(
    kind: type[E],
    data: Any,
    place: Place,
    location: Location,
    variables: Mapping[str, str] | None,
) -> E:
    """`data` as an entry. `${NAME}` in its strings stands for a variable, where any are given.

    Raises:
        CatalogError: one line for each mistake, with its place and remedy.
    """
    if not isinstance(data, dict):
        raise CatalogError(
            f"{place(location)}: expected settings, found {data!r}.",
            "See docs/CATALOG.md for an example.",
        )
    try:
        return kind.model_validate(
            data if variables is None else expanded(data, place, location, variables)
        )
    except ValidationError as failure:
        complaints = [
            _complaint(kind, error, place, location) for error in telling(failure.errors())
        ]
    # Outside of the handler, so that no log shows the values that pydantic's error holds.
    raise CatalogError("\n".join(complaints))


def _complaint(kind: type[BaseModel], error: Any, place: Place, location: Location) -> str:
    inside = tuple(part for part in error["loc"] if part not in BRANCHES)
    field = ".".join(str(part) for part in error["loc"])
    of_field = f"{field}: " if field else ""
    return f"{place((*location, *inside))}: {of_field}{plain_words(error)}." + _remedy(kind, error)


def _remedy(kind: type[BaseModel], error: Any) -> str:
    names = [str(part) for part in error["loc"]]
    if error["type"] == "extra_forbidden":
        if names[-1].lower().replace("-", "_") in LITERAL_KEYS:
            return KEY_REMEDY
        for outer, info in kind.model_fields.items():
            for inner in (info.annotation, *get_args(info.annotation)):
                if names[-1] in getattr(inner, "model_fields", ()):
                    return f" Write it under '{outer}'."
        near = get_close_matches(names[-1], list(kind.model_fields), 1)
        return f" Did you mean '{near[0]}'?" if near else " Remove it."
    if error["type"] == "missing":
        return " Add it."
    quotable = isinstance(error["input"], str | int | float) and not UNQUOTED & set(names)
    return f" Found {_short(repr(error['input']))}." if quotable else ""


def _short(quote: str) -> str:
    return quote if len(quote) <= LONGEST_QUOTE else f"{quote[:LONGEST_QUOTE]}…"


def expanded(value: Any, place: Place, location: Location, variables: Mapping[str, str]) -> Any:
    """`value` with each `${NAME}` replaced. Raises `CatalogError` for one that is not set."""
    if isinstance(value, dict):
        return {k: expanded(v, place, (*location, k), variables) for k, v in value.items()}
    if isinstance(value, list):
        return [expanded(v, place, (*location, i), variables) for i, v in enumerate(value)]
    if not isinstance(value, str):
        return value

    def variable(match: re.Match[str]) -> str:
        if match[1] not in variables:
            raise CatalogError(
                f"{place(location)}: ${{{match[1]}}} is not set.",
                f"Set the environment variable {match[1]}, or write the value itself.",
            )
        return variables[match[1]]

    return VARIABLE.sub(variable, value)


def unknown_name(names: Iterable[str], name: str, noun: str, where: str) -> CatalogError:
    """That there is no `noun` of this name, with the nearest name that there is."""
    near = get_close_matches(name, list(names), 1)
    remedy = f"Did you mean '{near[0]}'?" if near else f"Define it in {where}."
    return CatalogError(f"there is no {noun} '{name}'.", remedy)
