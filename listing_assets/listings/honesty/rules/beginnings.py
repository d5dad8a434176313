"""The pattern of all that could still become a match of a pattern.

While a text is being written, what stands at its end may be the start of a violation. Of a pattern
such as `qq[0-9]+` this gives one that finds, at the end of a text, `q`, `qq` and `qq1`: the parts
of a sequence are taken one by one. It is as linear as the pattern.
"""

import re
from re import _constants as codes
from re import _parser as parser
from typing import Any, Final

import re2  # type: ignore[import-untyped]

_CATEGORIES: Final = {
    codes.CATEGORY_DIGIT: r"\d",
    codes.CATEGORY_NOT_DIGIT: r"\D",
    codes.CATEGORY_SPACE: r"\s",
    codes.CATEGORY_NOT_SPACE: r"\S",
    codes.CATEGORY_WORD: r"\w",
    codes.CATEGORY_NOT_WORD: r"\W",
}
_PLACES: Final = {
    codes.AT_BEGINNING: "^",
    codes.AT_END: "$",
    codes.AT_BOUNDARY: r"\b",
    codes.AT_NON_BOUNDARY: r"\B",
}
_NOTHING: Final = "(?:)"


def beginning_of(pattern: str) -> str:
    """The pattern of the beginnings of `pattern`, the empty one included.

    Raises:
        re.error: the pattern has a part that RE2 does not know, such as a look-ahead.
    """
    return _beginning(list(parser.parse(pattern)))


def _beginning(sequence: list[Any]) -> str:
    if not sequence:
        return _NOTHING
    first, rest = sequence[0], sequence[1:]
    begun = _begun(first)
    return f"(?:{_source([first])}{_beginning(rest)}|{begun})" if rest else begun


def _begun(part: Any) -> str:
    """The beginnings of one part that stop short of its end."""
    code, value = part
    if code is codes.BRANCH:
        return "(?:" + "|".join(_beginning(list(branch)) for branch in value[1]) + ")"
    if code is codes.SUBPATTERN:
        return _scoped(value, _beginning(list(value[3])))
    if code in {codes.MAX_REPEAT, codes.MIN_REPEAT}:
        _, most, repeated = value
        inner = list(repeated)
        if most == 0:
            return _NOTHING
        before = "*" if most is codes.MAXREPEAT else f"{{0,{most - 1}}}"
        return f"(?:{_source(inner)}){before}{_beginning(inner)}"
    return _NOTHING


def _source(sequence: list[Any]) -> str:
    """A part of a pattern as it would be written."""
    return "".join(map(_written, sequence))


def _written(part: Any) -> str:
    code, value = part
    if code is codes.LITERAL:
        return str(re2.escape(chr(value)))
    if code is codes.NOT_LITERAL:
        return f"[^{_escaped(value)}]"
    if code is codes.ANY:
        return "."
    if code is codes.IN:
        return "[" + "".join(map(_member, value)) + "]"
    if code is codes.AT and value in _PLACES:
        return _PLACES[value]
    if code is codes.BRANCH:
        return "(?:" + "|".join(_source(list(branch)) for branch in value[1]) + ")"
    if code is codes.SUBPATTERN:
        return _scoped(value, _source(list(value[3])))
    if code in {codes.MAX_REPEAT, codes.MIN_REPEAT}:
        least, most, repeated = value
        upper = "" if most is codes.MAXREPEAT else most
        return f"(?:{_source(list(repeated))}){{{least},{upper}}}"
    raise re.error(f"{str(code).lower().replace('_', ' ')} is not supported")


def _scoped(value: Any, inner: str) -> str:
    """A group, with the case of letters that it sets."""
    _, added, removed, _ = value
    if removed & re.IGNORECASE:
        return f"(?-i:{inner})"
    return f"(?i:{inner})" if added & re.IGNORECASE else f"(?:{inner})"


def _member(member: Any) -> str:
    code, value = member
    if code is codes.NEGATE:
        return "^"
    if code is codes.RANGE:
        return f"{_escaped(value[0])}-{_escaped(value[1])}"
    return _CATEGORIES[value] if code is codes.CATEGORY else _escaped(value)


def _escaped(value: int) -> str:
    return f"\\x{{{value:x}}}"
