"""Judges values that a tag definition names: `choice` and `multi_choice`."""

import re
from typing import Any

from listing_assets.catalog.schema import Tag
from listing_assets.tagging.answers import TagAnswer, invalid, valid
from listing_assets.tagging.reasons import Reason, Repair
from listing_assets.tagging.wording import bare, folded

LONGEST = 2_000
"""Characters of a text that may stand for values."""
_SEPARATOR = re.compile(r"[,，、;；\n]")


def choice(tag: Tag, value: Any) -> TagAnswer:
    """One of the tag's values."""
    if isinstance(value, str):
        return _named(tag, value)
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        return _named(tag, value[0]).mended(Repair.RETYPED)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        named = _named(tag, str(value))
        if named.status == "valid":
            return named.mended(Repair.RETYPED)
    return invalid(Reason.WRONG_TYPE)


def multi_choice(tag: Tag, value: Any) -> TagAnswer:
    """Any of the tag's values, as a list in the definition's order."""
    if isinstance(value, list):
        return _all(tag, [choice(tag, item) for item in value])
    one = choice(tag, value)
    if one.status == "valid":
        return _all(tag, [one]).mended(Repair.RETYPED)
    if not isinstance(value, str) or len(value) > LONGEST:
        return one
    listed = value.strip().removeprefix("[").removesuffix("]")
    parts = _SEPARATOR.split(listed) if listed else []
    return _all(tag, [_named(tag, part) for part in parts]).mended(Repair.SPLIT)


def _named(tag: Tag, text: str) -> TagAnswer:
    """The value that a text can only mean."""
    names = [value.name for value in tag.values]
    if text in names:
        return valid(text)
    if len(text) <= LONGEST:
        for meant in (folded(text), folded(bare(text))):
            found = [name for name in names if folded(name) == meant]
            if len(found) == 1:
                return valid(found[0], Repair.NORMALIZED)
    return invalid(Reason.UNKNOWN_VALUE)


def _all(tag: Tag, answers: list[TagAnswer]) -> TagAnswer:
    """All of the values, unless one of them is invalid."""
    for answer in answers:
        if answer.status != "valid":
            return answer
    chosen = {answer.value for answer in answers}
    names = [value.name for value in tag.values if value.name in chosen]
    return valid(names).mended(*sorted({one for answer in answers for one in answer.repairs}))
