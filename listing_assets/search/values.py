"""Reads the values of conditions: numbers, truth values and times, from the text that was written.

Each function answers None where the text is no such value; `filters.py` knows what to say then.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})"
    r"([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?\s?(Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII | re.IGNORECASE,
)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to before `end`, both UTC. A date is its whole day, a time is that instant."""

    start: datetime
    end: datetime


def read_number(text: str) -> Decimal | None:
    """A number such as `12`, `-0.5` or `1e6`, exactly."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def read_boolean(text: str) -> bool | None:
    """`true` or `false`, in any case."""
    return {"true": True, "false": False}.get(text.lower())


def read_period(text: str) -> Period | None:
    """`2025-02-28`, or that with a time such as `T09:30`, `T09:30:15.5Z`, ` 09:30:15+08:00`.

    A time without an offset is UTC. Years are 1 to 9998.
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    try:
        found = datetime.fromisoformat(text.strip().replace(" Z", "Z").replace(" +", "+"))
        start = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        return Period(start, start + (_MICROSECOND if match[2] else timedelta(days=1)))
    except (ValueError, OverflowError):
        return None
