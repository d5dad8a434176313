"""Compiles a query expression into an SQL filter of Lance.

The language has two truth values: a photo without a value does not fulfil a comparison, and so
fulfils its NOT. SQL has three, therefore NOT is moved inwards to the conditions (De Morgan), where
it says explicitly what becomes of null. Names come from the table's own columns only, and what a
user wrote becomes a quoted literal, so that no text can change the filter's structure.
"""

import math
import re
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pyarrow as pa

from listing_assets.search.errors import QueryError
from listing_assets.search.fields import Field, Fields
from listing_assets.search.parsing import parse
from listing_assets.search.syntax import All, AnyOf, Condition, Expression, Has, Not
from listing_assets.search.values import read_boolean, read_number, read_period
from listing_assets.versions.relations import quoted_text

TRUE, FALSE = "true", "false"
SEPARATOR = "\x1f"
"""Stands between the elements of a list where they are matched as one text."""
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
"""Scripts that put no blanks between words, so that any place may be the edge of one."""
_EDGE = rf"[[^\p{{L}}\p{{M}}\p{{N}}]{_UNSPACED}]"
_SPACED_LETTER = re.compile(
    "[^\\W_"
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Myanmar, Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"  # Han
)


def compile_expression(expression: str, fields: Fields) -> str:
    """The SQL filter of an expression.

    Raises:
        QueryError: pointing at what cannot be read, or does not fit its field.
    """
    return _Compiler(expression, fields).compile(parse(expression))


def compile_tree(tree: Expression, fields: Fields) -> str:
    """The SQL filter of a tree that was not written by hand. Raises `QueryError`."""
    return _Compiler(_written(tree), fields).compile(tree)


class _Compiler:
    """Gives meaning to one tree; the expression is only for pointing at mistakes."""

    def __init__(self, expression: str, fields: Fields) -> None:
        self._expression = expression
        self._fields = fields

    def compile(self, tree: Expression, *, negated: bool = False) -> str:
        match tree:
            case Not(part):
                return self.compile(part, negated=not negated)
            case All(parts) | AnyOf(parts):
                joint = " AND " if isinstance(tree, All) != negated else " OR "
                return f"({joint.join(self.compile(part, negated=negated) for part in parts)})"
            case Has(name):
                field = self._fields.find(name, self._expression)
                return _negated(_has(field), None) if negated else _has(field)
            case Condition(name):
                field = self._fields.find(name, self._expression)
                holds = FALSE if field.sql is None else self._holds(tree, field, field.sql)
                return _negated(holds, field.sql) if negated else holds

    def _holds(self, condition: Condition, field: Field, sql: str) -> str:
        """SQL that is true where the condition holds; false or null elsewhere."""
        if condition.value.is_prefix and field.kind not in {"text", "list", "labels"}:
            raise self._unfit(
                condition, f"'{condition.field.text}' is not text: a star means nothing here."
            )
        match field.kind:
            case "text":
                return self._text(condition, field, sql)
            case "list" | "labels":
                return self._list(condition, field, sql)
            case "integer" | "real":
                return self._number(condition, field, sql)
            case "boolean":
                return self._boolean(condition, field, sql)
            case "time":
                return self._time(condition, field, sql)

    def _text(self, condition: Condition, field: Field, sql: str) -> str:
        value = condition.value.text
        if field.name == "FileDir":
            value = value.rstrip("/")
        if condition.operator == ":":
            return f"regexp_like({sql}, {quoted_text(self._word(condition, value))})"
        return f"{sql} {condition.operator} {quoted_text(value)}"

    def _list(self, condition: Condition, field: Field, sql: str) -> str:
        value = condition.value.text
        joined = f"array_to_string({sql}, '{SEPARATOR}')"
        if condition.operator == ":":
            return f"regexp_like({joined}, {quoted_text(self._word(condition, value))})"
        if condition.operator != "=":
            raise self._unfit(
                condition, f"'{condition.field.text}' is a list, which takes ':', '=' and HAS only."
            )
        if field.kind == "labels" and ":" not in value:
            only = rf"(^|{SEPARATOR})([^:{SEPARATOR}]*:)?{_escaped(value)}($|{SEPARATOR})"
            return FALSE if SEPARATOR in value else f"regexp_like({joined}, {quoted_text(only)})"
        return f"array_has({sql}, {quoted_text(value)})"

    def _word(self, condition: Condition, value: str) -> str:
        """The regular expression of a token match: these words, next to each other, in any case."""
        words = value.split()
        if not words:
            raise self._unfit(
                condition, "expected a word after ':'; HAS tells whether one is there."
            )
        pattern = r"\s+".join(_escaped(word) for word in words)
        if _SPACED_LETTER.match(words[0][0]):
            pattern = rf"(^|{_EDGE}){pattern}"
        if _SPACED_LETTER.match(words[-1][-1]) and not condition.value.is_prefix:
            pattern = rf"{pattern}($|{_EDGE})"
        return f"(?i){pattern}"

    def _number(self, condition: Condition, field: Field, sql: str) -> str:
        number = read_number(condition.value.text)
        if number is None:
            raise self._unfit(
                condition, f"'{condition.field.text}' takes a number, such as 1000 or 0.5."
            )
        operator = "=" if condition.operator == ":" else condition.operator
        if field.kind == "integer":
            return _integer(sql, operator, number, field.type)
        return _real(sql, operator, number)

    def _boolean(self, condition: Condition, field: Field, sql: str) -> str:
        value = read_boolean(condition.value.text)
        if value is None or condition.operator not in {":", "="}:
            raise self._unfit(
                condition,
                f"'{condition.field.text}' is true or false, as in {condition.field.text}=true.",
            )
        return f"{sql} = {TRUE if value else FALSE}"

    def _time(self, condition: Condition, field: Field, sql: str) -> str:
        period = read_period(condition.value.text)
        if period is None:
            raise self._unfit(
                condition,
                f"'{condition.field.text}' takes a date or time, such as 2025-02-28 or"
                " 2025-02-28T09:30:00Z.",
            )
        start, end = (f"{sql} {{}} {timestamp(time)}" for time in (period.start, period.end))
        match condition.operator:
            case ">":
                return end.format(">=")
            case ">=":
                return start.format(">=")
            case "<":
                return start.format("<")
            case "<=":
                return end.format("<")
            case _:
                return f"({start.format('>=')} AND {end.format('<')})"

    def _unfit(self, condition: Condition, reason: str) -> QueryError:
        value = condition.value
        return QueryError(self._expression, value.start, value.end, reason)


def _has(field: Field) -> str:
    """SQL that is true or false, never null."""
    match field:
        case Field(sql=None):
            return FALSE
        case Field(kind="text"):
            return f"({field.sql} IS NOT NULL AND {field.sql} != '')"
        case Field(kind="list" | "labels"):
            return f"({field.sql} IS NOT NULL AND array_length({field.sql}) > 0)"
        case _:
            return f"{field.sql} IS NOT NULL"


def _negated(holds: str, sql: str | None) -> str:
    """Where `holds` is not true; `sql` is what may be null in it."""
    if holds in {TRUE, FALSE}:
        return FALSE if holds == TRUE else TRUE
    return f"NOT ({holds})" if sql is None else f"({sql} IS NULL OR NOT ({holds}))"


def _integer(sql: str, operator: str, number: Decimal, kind: pa.DataType) -> str:
    """A comparison of whole numbers, with literals that the column's type can hold."""
    bits = kind.bit_width - 1
    least, most = 1 - 2**bits, 2**bits - 1
    if not least <= number <= most:
        always = (operator[0] == ">") == (number < 0)
        return f"{sql} IS NOT NULL" if operator != "=" and always else FALSE
    down = int(number.to_integral_value(ROUND_FLOOR))
    up = int(number.to_integral_value(ROUND_CEILING))
    match operator:
        case ">":
            return f"{sql} > {down}"
        case ">=":
            return f"{sql} >= {up}"
        case "<":
            return f"{sql} < {up}"
        case "<=":
            return f"{sql} <= {down}"
        case _:
            return f"{sql} = {down}" if down == up else FALSE


def _real(sql: str, operator: str, number: Decimal) -> str:
    """A comparison with the nearest number; Lance gives it the column's own precision."""
    nearest = float(number)
    if math.isinf(nearest):
        always = (operator[0] == ">") == (nearest < 0)
        return f"{sql} IS NOT NULL" if operator != "=" and always else FALSE
    return f"{sql} {operator} {nearest!r}"


def timestamp(time: datetime) -> str:
    """An instant as an SQL literal."""
    return f"timestamp '{time.replace(tzinfo=None).isoformat(' ', 'microseconds')}'"


def _escaped(text: str) -> str:
    """A text that a regular expression of Rust takes literally."""
    return re.sub(r"[\\.+*?()|\[\]{}^$#&~\-]", r"\\\g<0>", text)


def _written(tree: Expression) -> str:
    """What a condition that was not written by hand is shown as."""
    return (
        f"{tree.field.text} {tree.operator} {tree.value.text}"
        if isinstance(tree, Condition)
        else ""
    )
