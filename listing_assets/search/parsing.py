"""Reads a query expression: text into a tree, or an error that points at a character.

Nothing here knows fields: any name is a name. Length, nesting and the number of conditions are
bounded, so that no expression can exhaust the parser or the database behind it.
"""

import re
from functools import cache
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from listing_assets.search.errors import QueryError
from listing_assets.search.grammar import GRAMMAR
from listing_assets.search.syntax import All, AnyOf, Condition, Expression, Has, Name, Not, Value

MOST_CHARACTERS = 4_096
MOST_CONDITIONS = 100
DEEPEST = 16
"""How deep AND, OR and NOT may alternate; brackets alone do not count."""

_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}
_FULL_WIDTH = dict(zip("：＝＞＜（）＊“”＂‘’＇", ":=><()*\"\"\"'''", strict=True))


def parse(expression: str) -> Expression:
    """The tree of an expression.

    Raises:
        QueryError: it is none; the message points at the first character that does not fit.
    """
    if len(expression) > MOST_CHARACTERS:
        raise QueryError(
            expression,
            MOST_CHARACTERS,
            MOST_CHARACTERS + 1,
            f"an expression has at most {MOST_CHARACTERS:,} characters, this one"
            f" {len(expression):,}.",
            "Take fewer conditions.",
        )
    half = re.search("[\ud800-\udfff]", expression)
    if half:
        raise QueryError(expression, *half.span(), "this is half a character, not valid Unicode.")
    try:
        tree: Any = _parser().parse(expression)
    except _MistakeError as mistake:
        raise QueryError(expression, mistake.start, mistake.end, mistake.reason) from None
    except UnexpectedInput as error:
        raise _unexpected(expression, error) from None
    return _bounded(expression, tree)


class _MistakeError(Exception):
    """Something that the grammar allows and the language does not."""

    def __init__(self, start: int, end: int, reason: str) -> None:
        super().__init__(reason)
        self.start = start
        self.end = end
        self.reason = reason


class _Builder(Transformer[Token, Expression]):
    """Makes the tree while the text is read, so that no depth of it takes the stack."""

    def start(self, children: list[Any]) -> Any:
        return children[0]

    def any_of(self, children: list[Any]) -> Any:
        return _nested(AnyOf(_flat(children, AnyOf)))

    def all_of(self, children: list[Any]) -> Any:
        return _nested(All(_flat(children, All)))

    def negated(self, children: list[Any]) -> Any:
        return _nested(Not(children[0]))

    def has(self, children: list[Any]) -> Has:
        return Has(children[0])

    def condition(self, children: list[Any]) -> Condition:
        field, operator, value = children
        if value.is_prefix and operator != ":":
            raise _MistakeError(
                value.end - 1,
                value.end,
                f"a star goes with ':' only; after '{operator}', such a value stands in quotes.",
            )
        return Condition(field, str(operator), value)  # type: ignore[arg-type]

    def name(self, children: list[Token]) -> Name:
        token = children[0]
        return Name(_text(token), *_span(token))

    def value(self, children: list[Token]) -> Value:
        token = children[0]
        if token.type == "PREFIX":
            return Value(token[:-1], True, *_span(token))
        return Value(_text(token), False, *_span(token))


@cache
def _parser() -> Lark:
    """Made once. LALR with a contextual lexer, which knows what may stand at each place."""
    return Lark(GRAMMAR, parser="lalr", lexer="contextual", transformer=_Builder())


def _flat(parts: list[Any], kind: type[All] | type[AnyOf]) -> tuple[Any, ...]:
    """`a AND (b AND c)` is one AND of three."""
    return tuple(
        one for part in parts for one in (part.parts if isinstance(part, kind) else (part,))
    )


def _nested(tree: Any) -> Any:
    if _depth(tree) > DEEPEST:
        place = _first_name(tree)
        raise _MistakeError(
            place.start, place.end, f"AND, OR and NOT are nested deeper than {DEEPEST} levels here."
        )
    return tree


def _depth(tree: Expression) -> int:
    match tree:
        case All(parts) | AnyOf(parts):
            return 1 + max(map(_depth, parts))
        case Not(part):
            return 1 + _depth(part)
        case _:
            return 0


def _first_name(tree: Expression) -> Name:
    while isinstance(tree, All | AnyOf | Not):
        tree = tree.part if isinstance(tree, Not) else tree.parts[0]
    return tree.field


def _bounded(expression: str, tree: Expression) -> Expression:
    """The tree, unless it has too many conditions."""
    names = list(_names(tree))
    if len(names) > MOST_CONDITIONS:
        extra = names[MOST_CONDITIONS]
        raise QueryError(
            expression,
            extra.start,
            extra.end,
            f"an expression has at most {MOST_CONDITIONS} conditions, this one {len(names)}.",
            "Take fewer conditions.",
        )
    return tree


def _names(tree: Expression) -> list[Name]:
    match tree:
        case All(parts) | AnyOf(parts):
            return [name for part in parts for name in _names(part)]
        case Not(part):
            return _names(part)
        case _:
            return [tree.field]


def _span(token: Token) -> tuple[int, int]:
    assert token.start_pos is not None and token.end_pos is not None
    return token.start_pos, token.end_pos


def _text(token: Token) -> str:
    """What a token says: without its quotes, and its escapes resolved."""
    if token.type != "STRING":
        return str(token)
    start, _ = _span(token)

    def resolved(escape: re.Match[str]) -> str:
        code = escape[1]
        if len(code) == 5 and not 0xD800 <= int(code[1:], 16) <= 0xDFFF:
            return chr(int(code[1:], 16))
        if code not in _ESCAPED:
            raise _MistakeError(
                start + 1 + escape.start(),
                start + 1 + escape.end(),
                f"'\\{code}' means nothing in quotes; a backslash itself is written \\\\.",
            )
        return _ESCAPED[code]

    return _ESCAPE.sub(resolved, token[1:-1])


def _unexpected(expression: str, error: UnexpectedInput) -> QueryError:
    """What lark tells, in words."""
    if isinstance(error, UnexpectedCharacters):
        start, expected = error.pos_in_stream or 0, set(error.allowed)
    else:
        assert isinstance(error, UnexpectedToken)
        ended = error.token.type == "$END"
        start = len(expression) if ended else error.token.start_pos or 0
        expected = set(error.accepts or error.expected)
    found = expression[start : start + 1]
    if found in {'"', "'"} and "STRING" in expected:
        return QueryError(expression, start, start + 1, f"this {found} is not closed.")
    reason = f"expected {_expected(expected)}" + (
        f", found '{found}'." if found.strip() else "." if found else ", but it ends here."
    )
    return QueryError(expression, start, start + 1, reason, _remedy(expression, start))


def _expected(terminals: set[str]) -> str:
    if "OPERATOR" in terminals:
        return "one of : = > >= < <= after the field"
    if "WORD" in terminals:
        return "a value"
    if "_HAS" in terminals:
        return "a field, NOT, HAS or '('"
    if "NAME" in terminals:
        return "the name of a field after HAS"
    return "AND, OR or ')'" if "RPAR" in terminals else "AND, OR or the end"


def _remedy(expression: str, start: int) -> str:
    """What a frequent slip should have been."""
    found = expression[start : start + 1]
    if found in _FULL_WIDTH:
        return f"'{found}' is a full-width sign: write {_FULL_WIDTH[found]}"
    if expression[start : start + 2] in {"!=", "<>"} or expression[start - 1 : start + 1] == "<>":
        return "Unequal is written NOT field=value."
    if found == "=" and expression[start - 1 : start] == "=":
        return "Equal is written with one =."
    return 'A condition is field:word, field="value" or HAS field, joined by AND and OR.'
