"""The tree of a query expression, as it was written: names and values are still plain text.

`parsing.py` makes it, `filters.py` gives it meaning.
"""

from dataclasses import dataclass
from typing import Literal

Operator = Literal[":", "=", ">", ">=", "<", "<="]


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a field, at the characters `start` to `end` of the expression."""

    text: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Value:
    """What a field is compared with. `is_prefix`: a star followed the word."""

    text: str
    is_prefix: bool = False
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Has:
    """`HAS field`: the field has a value."""

    field: Name


@dataclass(frozen=True, slots=True)
class Condition:
    """`field operator value`, where `:` is the token match."""

    field: Name
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class Not:
    """`NOT part`."""

    part: "Expression"


@dataclass(frozen=True, slots=True)
class All:
    """`part AND part …`, two or more."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """`part OR part …`, two or more."""

    parts: tuple["Expression", ...]


Expression = Has | Condition | Not | All | AnyOf
