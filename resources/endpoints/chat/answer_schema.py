"""The JSON schema of the answer to a request, in the subset that strict structured output takes.

Strict mode wants every member required and no others, and refuses some bounds; what may be unknown
is nullable instead of optional. Bounds are told in words (`prompt.py`), and as keywords only in the
schema that is shown to a model as text.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from resources.endpoints.interface import TagQuestion

Schema = dict[str, Any]
TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "array": (list,),
    "boolean": (bool,),
    "number": (int, float),
    "null": (type(None),),
}
"""What JSON's types are when read."""


def answer_schema(questions: Sequence[TagQuestion], *, strict: bool) -> Schema:
    """The schema of an object with one member for each question."""
    return {
        "type": "object",
        "properties": {question.name: _member(question, strict) for question in questions},
        "required": [question.name for question in questions],
        "additionalProperties": False,
    }


def follows(text: str, questions: Sequence[TagQuestion]) -> bool:
    """Whether the object in a text is one that `answer_schema(questions, strict=True)` allows."""
    try:
        document = json.loads(text[text.find("{") : text.rfind("}") + 1])
    except (ValueError, RecursionError):
        return False
    members = {question.name: _member(question, strict=True) for question in questions}
    return document.keys() == members.keys() and all(
        _fits(document[name], member) for name, member in members.items()
    )


def _fits(value: Any, member: Schema) -> bool:
    kinds = tuple(kind for name in member["type"] for kind in TYPES[name])
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        return False
    if isinstance(value, list):
        return all(one in member["items"]["enum"] for one in value)
    return "enum" not in member or value in member["enum"]


def _member(question: TagQuestion, strict: bool) -> Schema:
    names = [value.name for value in question.values]
    match question.type:
        case "choice":
            return {"type": ["string", "null"], "enum": [*names, None]}
        case "multi_choice":
            return {"type": ["array", "null"], "items": {"type": "string", "enum": names}}
        case "boolean":
            return {"type": ["boolean", "null"]}
        case "number":
            bounds = {"minimum": question.minimum, "maximum": question.maximum}
            return {"type": ["number", "null"], **({} if strict else _given(bounds))}
        case "text" | "color":
            bounds = {"maxLength": question.max_length}
            return {"type": ["string", "null"], **({} if strict else _given(bounds))}


def _given(bounds: Schema) -> Schema:
    return {name: bound for name, bound in bounds.items() if bound is not None}
