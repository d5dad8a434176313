"""What a query expression means, said again in plain Python over one row: the tests' oracle.

It shares the tree with the product and nothing else: fields, values and comparisons are its own.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from listing_assets.search.syntax import All, AnyOf, Condition, Expression, Has, Not, Value

Row = Mapping[str, Any]

COMPUTED: dict[str, Callable[[Row], Any]] = {
    "filename": lambda row: row["key"].rsplit("/", 1)[-1],
    "filedir": lambda row: row["key"].rpartition("/")[0],
    "uri": lambda row: row["uri"],
    "datasize": lambda row: row["bytes"],
    "filefingerprint": lambda row: row["image_id"],
    "filetype": lambda row: row["content_type"] and row["content_type"].partition("/")[0],
    "contenttype": lambda row: row["content_type"],
    "filecreatetime": lambda row: row["ingested_at"],
    "fileupdatetime": lambda row: row["last_modified"],
    "semanticindexupdatetime": lambda row: row["embedded_at"],
    "tags.ai": lambda row: row["labels_ai"],
    "tags.user": lambda row: row["labels_user"],
    "tags.user-delete-ai-tags": lambda row: row["labels_user_deleted"],
    "tags.all": lambda row: row["labels"],
}
SINGLE_PRECISION = {"sharpness", "brightness"}
LABELS = {"labels", "labels_ai", "labels_user", "labels_user_deleted"}
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    ":": lambda one, other: one == other,
    "=": lambda one, other: one == other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
}
UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")


def holds(tree: Expression, row: Row) -> bool:
    """Whether a row fulfils an expression."""
    match tree:
        case All(parts):
            return all(holds(part, row) for part in parts)
        case AnyOf(parts):
            return any(holds(part, row) for part in parts)
        case Not(part):
            return not holds(part, row)
        case Has(name):
            return value_of(name.text, row) not in (None, "", [])
        case Condition(name, operator, value):
            found = value_of(name.text, row)
            return found is not None and compare(name.text.lower(), found, operator, value)


def value_of(name: str, row: Row) -> Any:
    name = name.lower()
    if name in COMPUTED:
        return COMPUTED[name](row)
    columns = {column.lower(): column for column in row}
    return row[columns.get(name) or columns.get(f"tag_{name}") or columns[f"meta_{name}"]]


def compare(name: str, found: Any, operator: str, value: Value) -> bool:
    match found:
        case bool():
            return found == (value.text.lower() == "true")
        case str():
            text = value.text.rstrip("/") if name == "filedir" else value.text
            if operator == ":":
                return has_words(found, text, value.is_prefix)
            return COMPARISONS[operator](found.encode(), text.encode())
        case list() if operator == ":":
            return any(has_words(one, value.text, value.is_prefix) for one in found)
        case list() if (name.startswith("tags.") or name in LABELS) and ":" not in value.text:
            return any(value.text in (one, one.partition(":")[2]) for one in found)
        case list():
            return value.text in found
        case datetime():
            return in_time(found, operator, value.text)
        case int():
            return COMPARISONS[operator](Fraction(found), Fraction(Decimal(value.text)))
        case _:
            number = float(value.text)
            with np.errstate(over="ignore"):
                wanted = float(np.float32(number)) if name in SINGLE_PRECISION else number
            return COMPARISONS[operator](found, wanted)


def in_time(found: datetime, operator: str, text: str) -> bool:
    moment = found if found.tzinfo else found.replace(tzinfo=UTC)
    start = datetime.fromisoformat(text)
    start = start if start.tzinfo else start.replace(tzinfo=UTC)
    end = start + (timedelta(days=1) if len(text) == 10 else timedelta(microseconds=1))
    return {
        ">": moment >= end,
        ">=": moment >= start,
        "<": moment < start,
        "<=": moment < end,
    }.get(operator, start <= moment < end)


def has_words(text: str, words: str, is_prefix: bool) -> bool:
    """Whether the words stand in the text, one after the other, in any case, as whole words."""
    wanted = words.split()
    first, last = wanted[0][0], wanted[-1][-1]
    pattern = r"\s+".join(map(re.escape, wanted))
    for match in re.finditer(f"(?=({pattern}))", text, re.IGNORECASE):
        start, end = match.span(1)
        opens = not part_of_word(first) or start == 0 or not part_of_word(text[start - 1])
        closes = is_prefix or not part_of_word(last)
        closes = closes or end == len(text) or not part_of_word(text[end])
        if opens and closes:
            return True
    return False


def part_of_word(character: str) -> bool:
    """A letter, mark or digit of a script that puts blanks between words."""
    is_letter = unicodedata.category(character)[0] in "LMN"
    return is_letter and not unicodedata.name(character, "").startswith(UNSPACED)
