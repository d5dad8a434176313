"""Parses what is almost JSON: a list or object that may be cut, or break off into other text.

The parser goes through the text once, without recursion. It keeps whole members only and never
completes a value: what is cut is missing.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from listing_assets.tagging.reasons import Repair

DEEPEST = 64
"""Nested lists and objects that are read; what lies deeper counts as cut."""

Ending = Literal["whole", "cut", "broken"]
"""How a value ends: closed, with the end of the text, or going on as no JSON does."""


class Members(dict[str, Any]):
    """An object. A name that is given twice keeps its first value and is in `ambiguous`."""

    def __init__(self) -> None:
        super().__init__()
        self.ambiguous: set[str] = set()

    @classmethod
    def of(cls, pairs: list[tuple[str, Any]]) -> "Members":
        """The object of these members, for the standard parser's `object_pairs_hook`."""
        members = cls()
        for name, value in pairs:
            members.put(name, value)
        return members

    def put(self, name: str, value: Any) -> None:
        """Add a member."""
        if name in self and not same(self[name], value):
            self.ambiguous.add(name)
        self.setdefault(name, value)


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON: 1 and true are not. Never raises."""
    try:
        return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    except (RecursionError, ValueError):
        return False


@dataclass(frozen=True, slots=True)
class Parsed:
    """A list or object, how it ended, and the place after it.

    Of a value that is not whole, `value` has the members that are; `has_key` tells whether it went
    on as an object does up to its first colon.
    """

    value: "Members | list[Any]"
    ending: Ending
    end: int
    has_key: bool
    repairs: frozenset[Repair]


def parse_at(text: str, start: int) -> Parsed:
    """Parse the list or object that begins with the bracket at `start`."""
    parser = _Parser(text, start)
    ending: Ending = "whole"
    step: _Step | None = parser.value
    try:
        while step is not None:
            step = step()
    except _CutError:
        ending = "cut"
    except _BrokenError:
        ending = "broken"
    assert parser.root is not None
    return Parsed(parser.root, ending, parser.at, parser.has_key, frozenset(parser.repairs))


_CLOSING_QUOTE = {'"': '"', "'": "'", "“": "”", "‘": "’"}
_BODY = {
    closing: re.compile(rf"[^{closing}\\]*+(?:\\.[^{closing}\\]*+)*+{closing}", re.DOTALL)
    for closing in _CLOSING_QUOTE.values()
}
_BLANKS = re.compile(r"\s*+")
_COMMENT = re.compile(r"//[^\n]*+")
_BARE_KEY = re.compile(r"[^\W\d][\w-]*+")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*+)(?:\.\d++)?(?:[eE][-+]?\d++)?", re.ASCII)
_CUT_NUMBER = re.compile(r"\.|[eE][-+]?")
_WORD = re.compile(r"-?[A-Za-z]++")
_AFTER_SCALAR = re.compile(r"[\s,，}\]/]")
_LITERALS: dict[str, Any] = {
    "true": True,
    "false": False,
    "null": None,
    "none": None,
    "nan": float("nan"),
    "infinity": float("inf"),
    "-infinity": float("-inf"),
}
_STANDARD_LITERALS = {"true", "false", "null", "NaN", "Infinity", "-Infinity"}
_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4})+|\\[\"'\\/bfnrt\n]")
_UNESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "\n": ""}
_CONTROL = re.compile(r"[\x00-\x1f]")


class _CutError(Exception):
    """The text ends here."""


class _BrokenError(Exception):
    """The text does not go on as JSON would."""


_Step = Callable[[], Any]
"""What the parser does next; it returns the step after it, None at the end."""


@dataclass(slots=True)
class _Frame:
    """A list or object that is being read, and its member whose end is not seen yet."""

    container: "Members | list[Any]"
    closer: str
    key: str = ""
    value: Any = None

    def commit(self) -> None:
        """The member ended: it counts."""
        if isinstance(self.container, Members):
            self.container.put(self.key, self.value)
        else:
            self.container.append(self.value)

    def withdraw(self) -> None:
        """What follows is no member: the last one may have been half a text."""
        if isinstance(self.container, Members):
            self.container.pop(self.key, None)


class _Parser:
    """The text, the place reached in it, and the lists and objects that are open there."""

    def __init__(self, text: str, start: int) -> None:
        self.at = start
        self.root: Members | list[Any] | None = None
        self.has_key = False
        self.repairs: set[Repair] = set()
        self._text = text
        self._open: list[_Frame] = []

    def value(self) -> _Step:
        here = self._peek()
        if here in "{[":
            if len(self._open) == DEEPEST:
                raise _CutError
            self.at += 1
            frame = _Frame(Members(), "}") if here == "{" else _Frame([], "]")
            if not self._open:
                self.root = frame.container
            self._open.append(frame)
            return self._first_member
        self._open[-1].value = self._string() if here in _CLOSING_QUOTE else self._scalar()
        return self._after_value

    def _first_member(self) -> _Step | None:
        return self._close() if self._peek() == self._open[-1].closer else self._member()

    def _next_member(self) -> _Step | None:
        frame = self._open[-1]
        if self._peek() == frame.closer:
            self.repairs.add(Repair.PUNCTUATION)
            return self._close()
        try:
            return self._member()
        except _BrokenError:
            frame.withdraw()
            raise

    def _member(self) -> _Step:
        frame = self._open[-1]
        if isinstance(frame.container, Members):
            key = self._key()
            self._sign(":：")
            self.has_key = True
            frame.key = key
        return self.value

    def _after_value(self) -> _Step | None:
        frame = self._open[-1]
        here = self._peek()
        if here in ",，":
            self._sign(",，")
            frame.commit()
            return self._next_member
        if here == frame.closer:
            frame.commit()
            return self._close()
        raise _BrokenError

    def _close(self) -> _Step | None:
        self.at += 1
        whole = self._open.pop().container
        if not self._open:
            return None
        self._open[-1].value = whole
        return self._after_value

    def _peek(self) -> str:
        """The next character that is neither blank nor comment."""
        while True:
            blanks = _BLANKS.match(self._text, self.at)
            assert blanks is not None
            self.at = blanks.end()
            comment = _COMMENT.match(self._text, self.at)
            if comment is None:
                break
            self.at = comment.end()
            self.repairs.add(Repair.COMMENTS)
        if self.at == len(self._text):
            raise _CutError
        return self._text[self.at]

    def _sign(self, signs: str) -> None:
        """Pass one of `signs`, of which the first is JSON's own."""
        here = self._peek()
        if here not in signs:
            raise _BrokenError
        if here != signs[0]:
            self.repairs.add(Repair.PUNCTUATION)
        self.at += 1

    def _key(self) -> str:
        if self._peek() in _CLOSING_QUOTE:
            return self._string()
        bare = _BARE_KEY.match(self._text, self.at)
        if bare is None:
            raise _BrokenError
        self.at = bare.end()
        self.repairs.add(Repair.QUOTES)
        return bare[0]

    def _string(self) -> str:
        closing = _CLOSING_QUOTE[self._text[self.at]]
        body = _BODY[closing].match(self._text, self.at + 1)
        if body is None:
            raise _CutError
        self.at = body.end()
        if closing != '"':
            self.repairs.add(Repair.QUOTES)
        text = body[0][:-1]
        if _CONTROL.search(text):
            self.repairs.add(Repair.CONTROLS)
        return _ESCAPES.sub(_unescaped, text) if "\\" in text else text

    def _scalar(self) -> Any:
        number = _NUMBER.match(self._text, self.at)
        found = number or _WORD.match(self._text, self.at)
        if found is None:
            raise _CutError if self._text[self.at :] == "-" else _BrokenError
        if found.end() == len(self._text) or _CUT_NUMBER.fullmatch(self._text, found.end()):
            raise _CutError
        is_known = number is not None or found[0].lower() in _LITERALS
        if not is_known or not _AFTER_SCALAR.match(self._text, found.end()):
            raise _BrokenError
        self.at = found.end()
        if number is not None:
            return _number(found[0])
        if found[0] not in _STANDARD_LITERALS:
            self.repairs.add(Repair.LITERALS)
        return _LITERALS[found[0].lower()]


def _number(digits: str) -> int | float:
    """A JSON number; an integer that is too long to be one is as good as infinite."""
    if digits.lstrip("-").isdigit() and len(digits) < 400:
        return int(digits)
    return float(digits)


def _unescaped(escape: re.Match[str]) -> str:
    if escape[0][1] == "u":
        text: str = json.loads(f'"{escape[0]}"')
        return text
    return _UNESCAPED.get(escape[0][1], escape[0][1])
