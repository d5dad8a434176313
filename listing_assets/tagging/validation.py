"""Holds a model's answer against the tag definition.

An answer that can be mended without changing its meaning is mended, and says so in `repairs`;
anything else is invalid and keeps its reason.
"""

from collections.abc import Callable, Mapping
from typing import Any

from listing_assets.catalog.schema import Tag
from listing_assets.tagging import choices, scalars, texts
from listing_assets.tagging.answers import REFUSED, Status, TagAnswer, invalid, valid
from listing_assets.tagging.reasons import Reason, Repair
from listing_assets.tagging.refusals import is_refusal
from listing_assets.tagging.repair import read_object
from listing_assets.tagging.wording import says_unknown

__all__ = ["Status", "TagAnswer", "judge"]


def judge(raw: str, tags: tuple[Tag, ...], *, last: bool = False) -> dict[str, TagAnswer]:
    """The answer for each of `tags` in a model's text. Never raises.

    With `last`, nothing is asked after this: a text that is too long is cut.
    """
    reading = read_object(raw, [tag.name for tag in tags])
    absent = invalid(reading.absent)
    if not reading.members and not reading.ambiguous and is_refusal(raw):
        absent = REFUSED
    answers = {}
    for tag in tags:
        if tag.name in reading.members:
            answer = _judge_one(tag, reading.members[tag.name], last)
            answers[tag.name] = answer.mended(*reading.repairs)
        elif tag.name in reading.ambiguous:
            answers[tag.name] = invalid(Reason.AMBIGUOUS)
        else:
            answers[tag.name] = absent
    return answers


_JUDGES: Mapping[str, Callable[[Tag, Any], TagAnswer]] = {
    "choice": choices.choice,
    "multi_choice": choices.multi_choice,
    "boolean": scalars.boolean,
    "number": scalars.number,
    "color": scalars.color,
}


def _judge_one(tag: Tag, value: Any, last: bool) -> TagAnswer:
    if value is None:
        return valid(None)
    if tag.type == "text":
        return texts.text(tag, value, last=last)
    if _is_null(tag, value):
        return valid(None, Repair.NULLED)
    return _JUDGES[tag.type](tag, value)


def _is_null(tag: Tag, value: Any) -> bool:
    """Whether a value says in words that the answer cannot be known, and the tag names no such."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, str):
        return False
    if not value.strip():
        return True
    if tag.type == "multi_choice" and value.strip().casefold() == "none":
        # It may as well mean: none of them.
        return False
    return says_unknown(value) and choices.choice(tag, value).status != "valid"
