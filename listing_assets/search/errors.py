"""What can be wrong with a search: the search itself, or its query expression."""

import unicodedata

from resources.errors import ListingError

_BEFORE, _AFTER = 60, 30
"""Characters shown of a long line before and after the place that is marked."""


class SearchError(ListingError):
    """A search that cannot be answered as it was asked."""


class QueryError(SearchError):
    """A mistake in a query expression, at the characters `start` to `end` (counted from 0).

    `problem` has the line and a caret under the place; `reason` is the bare sentence.
    """

    def __init__(
        self, expression: str, start: int, end: int, reason: str, remedy: str = ""
    ) -> None:
        super().__init__(
            f"at character {start + 1} of the query: {reason}\n{_marked(expression, start, end)}",
            remedy,
        )
        self.expression = expression
        self.start = start
        self.end = max(end, start + 1)
        self.reason = reason


def _marked(expression: str, start: int, end: int) -> str:
    """The line of the place, and a line with carets under it."""
    first = expression.rfind("\n", 0, start) + 1
    last = expression.find("\n", start)
    line = expression[first:] if last < 0 else expression[first:last]
    at, length = start - first, max(1, min(end, first + len(line)) - start)
    cut = max(0, at - _BEFORE)
    head = ("…" if cut else "") + _shown(line[cut:at])
    tail = line[at : at + _AFTER]
    more = "…" if len(line) > at + _AFTER else ""
    carets = "^" * max(1, _width(_shown(line[at : at + min(length, _AFTER)])))
    return f"  {head}{_shown(tail)}{more}\n  {' ' * _width(head)}{carets}"


def _shown(text: str) -> str:
    """The text with each control character, and half a character, as one that can be printed."""
    return "".join("·" if unicodedata.category(one) in {"Cc", "Cs"} else one for one in text)


def _width(text: str) -> int:
    """Columns that a text takes in a terminal: two for a Chinese character."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1
        for one in text
    )
