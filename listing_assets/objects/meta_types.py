"""The types of a manifest's columns, found from their values.

A column is `bool`, `int64`, `double` or `string`; whatever does not agree becomes `string`, with
nested values as JSON text. Text of a CSV file counts as a number only where it is written as JSON
would write it, so that an article number 007 or 12E4 stays what it is.
"""

import json
import math
import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal

MetaType = Literal["bool", "int64", "double", "string"]

INT64 = range(-(2**63), 2**63)
INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+([eE][+-]?[0-9]+)?")


def plain(value: Any) -> Any:
    """A value as JSON has it; numbers that are none (NaN, infinite) are null.

    Raises TypeError for what has no such form, such as bytes.
    """
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            number = float(value)
            return number if math.isfinite(number) else None
        case datetime() | date() | time():
            return value.isoformat()
        case list() | tuple():
            return [plain(item) for item in value]
        case dict():
            return {str(name): plain(item) for name, item in value.items()}
        case _:
            raise TypeError(type(value).__name__)


def type_of(value: Any) -> MetaType:
    """The type of one plain value that is not null."""
    match value:
        case bool():
            return "bool"
        case int():
            return "int64" if value in INT64 else "string"
        case float():
            return "double"
        case _:
            return "string"


def type_of_text(text: str) -> MetaType:
    """The type that a cell of a CSV file is written as."""
    if text.lower() in {"true", "false"}:
        return "bool"
    if INTEGER.fullmatch(text):
        return "int64" if len(text) < 20 and int(text) in INT64 else "string"
    if DECIMAL.fullmatch(text) and math.isfinite(float(text)):
        return "double"
    return "string"


def unified(one: MetaType | None, other: MetaType) -> MetaType:
    """The type that holds values of both; `one` is None before the first value."""
    if one is None or one == other:
        return other
    return "double" if {one, other} == {"int64", "double"} else "string"


def as_type(value: Any, wanted: MetaType) -> bool | int | float | str:
    """A plain value, or the text of a CSV cell, as a value of its column's type."""
    match wanted:
        case "bool":
            return value.lower() == "true" if isinstance(value, str) else bool(value)
        case "int64":
            return int(value)
        case "double":
            return float(value)
        case "string":
            return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
