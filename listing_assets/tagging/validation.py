"""Holds a model's answer against the tag definition.

An answer that can be mended without changing its meaning is mended (letter case of a value, a
number written as text, surrounding blanks); anything else is invalid and keeps its reason.
"""

import json
import math
import re
from dataclasses import dataclass
from typing import Any, Literal

from listing_assets.catalog.schema import Tag

Status = Literal["valid", "invalid", "refused", "failed"]
"""`refused` is a lasting failure of the call, `failed` a passing one that counts as missing."""

FENCED = re.compile(r"^\s*```[a-zA-Z]*\s*(.*?)\s*```\s*$", re.DOTALL)
MAX_FREE_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class TagAnswer:
    """The answer for one tag of one photo. A valid `value` of None means: it cannot be known."""

    status: Status
    value: Any = None
    reason: str | None = None


def judge(raw: str, tags: tuple[Tag, ...]) -> dict[str, TagAnswer]:
    """The answer for each of `tags` in a model's text."""
    try:
        answer = json.loads(_unfenced(raw))
    except ValueError:
        return dict.fromkeys((tag.name for tag in tags), TagAnswer("invalid", None, "not_json"))
    if not isinstance(answer, dict):
        return dict.fromkeys((tag.name for tag in tags), TagAnswer("invalid", None, "not_object"))
    return {
        tag.name: _judge_one(tag, answer[tag.name])
        if tag.name in answer
        else TagAnswer("invalid", None, "missing_tag")
        for tag in tags
    }


def _unfenced(raw: str) -> str:
    match = FENCED.match(raw)
    return match[1] if match else raw


def _judge_one(tag: Tag, value: Any) -> TagAnswer:
    if value is None:
        return TagAnswer("valid", None)
    match tag.type:
        case "choice":
            return _choice(tag, value)
        case "multi_choice":
            return _multi_choice(tag, value)
        case "boolean":
            return _boolean(value)
        case "number":
            return _number(tag, value)
        case "text" | "color":
            return _text(tag, value)


def _choice(tag: Tag, value: Any) -> TagAnswer:
    if not isinstance(value, str):
        return TagAnswer("invalid", None, "wrong_type")
    folded = {known.name.casefold(): known.name for known in tag.values}
    known = folded.get(value.strip().casefold())
    return TagAnswer("valid", known) if known else TagAnswer("invalid", None, "unknown_value")


def _multi_choice(tag: Tag, value: Any) -> TagAnswer:
    if not isinstance(value, list):
        value = [value]
    judged = [_choice(tag, item) for item in value]
    for answer in judged:
        if answer.status != "valid":
            return answer
    chosen = {answer.value for answer in judged}
    return TagAnswer("valid", [known.name for known in tag.values if known.name in chosen])


def _boolean(value: Any) -> TagAnswer:
    if isinstance(value, bool):
        return TagAnswer("valid", value)
    words = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}
    if isinstance(value, str) and value.strip().casefold() in words:
        return TagAnswer("valid", words[value.strip().casefold()])
    return TagAnswer("invalid", None, "wrong_type")


def _number(tag: Tag, value: Any) -> TagAnswer:
    if isinstance(value, str):
        try:
            value = float(value.strip())
        except ValueError:
            return TagAnswer("invalid", None, "wrong_type")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return TagAnswer("invalid", None, "wrong_type")
    try:
        number = float(value)
    except OverflowError:
        return TagAnswer("invalid", None, "out_of_range")
    low = -math.inf if tag.minimum is None else tag.minimum
    high = math.inf if tag.maximum is None else tag.maximum
    if not math.isfinite(number) or not low <= number <= high:
        return TagAnswer("invalid", None, "out_of_range")
    return TagAnswer("valid", number)


def _text(tag: Tag, value: Any) -> TagAnswer:
    if not isinstance(value, str):
        return TagAnswer("invalid", None, "wrong_type")
    # A lone surrogate cannot be stored as UTF-8.
    text = value.strip().encode("utf-8", "replace").decode("utf-8")
    if not text:
        return TagAnswer("valid", None)
    if len(text) > (tag.max_length or MAX_FREE_TEXT):
        return TagAnswer("invalid", None, "too_long")
    return TagAnswer("valid", text)
