"""Answers about a photo: by its bytes, the tag's name and the schema; right ones and wrong ones."""

import json
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from tests.support.endpoint_server.state import State

Schema = Mapping[str, Any]


def properties_in(text: str) -> dict[str, dict[str, Any]]:
    """The properties of the JSON schema that a prompt holds; none where it holds none."""
    return next((found["properties"] for found in _objects(text) if _is_schema(found)), {})


def answer_about(state: State, photo: str, questions: Mapping[str, Schema]) -> dict[str, Any]:
    """A value for each tag: the given one, or one that is derived from the photo."""
    return {name: _given(state, photo, name, schema) for name, schema in questions.items()}


def wrong_value(schema: Schema) -> object:
    """Of the right type, but not as the schema has it."""
    schema, kind = _unwrapped(schema)
    if kind == "array":
        return ["no such value"]
    if kind in {"number", "integer"}:
        return -1e15
    if kind == "boolean":
        return "perhaps"
    return "no such value" if "enum" in schema else "x" * 5_000


def wrong_type(schema: Schema) -> object:
    """Of a type that the schema does not have."""
    _, kind = _unwrapped(schema)
    return "seven" if kind in {"number", "integer"} else {"value": [1, 2]}


def _given(state: State, photo: str, name: str, schema: Schema) -> object:
    given = state.answers.get(name)
    if name not in state.answers:
        return _value(zlib.crc32(f"{photo} {name}".encode()), photo, schema)
    return given(photo) if callable(given) else given


def _value(number: int, photo: str, schema: Schema) -> object:
    schema, kind = _unwrapped(schema)
    if "enum" in schema:
        return _one_of(number, schema["enum"])
    if kind == "array":
        values = schema.get("items", {}).get("enum")
        return [_one_of(number, values)] if values else []
    if kind == "boolean":
        return bool(number % 2)
    if kind in {"number", "integer"}:
        low = schema.get("minimum", 0)
        high = schema.get("maximum", low + 1000)
        value = low + (high - low) * (number % 1000) / 1000
        return int(value) if kind == "integer" else float(value)
    return f"photo {photo[:6]}"[: schema.get("maxLength")]


def _one_of(number: int, values: list[Any]) -> object:
    known = [value for value in values if value is not None]
    return known[number % len(known)]


def _unwrapped(schema: Schema) -> tuple[Schema, str]:
    """The schema beside null, and its type."""
    if "anyOf" in schema:
        schema = next(kind for kind in schema["anyOf"] if kind.get("type") != "null")
    kind = schema.get("type", "string")
    return schema, kind if isinstance(kind, str) else next(k for k in kind if k != "null")


def _is_schema(found: object) -> bool:
    return isinstance(found, dict) and isinstance(found.get("properties"), dict)


def _objects(text: str) -> Iterator[Any]:
    """JSON objects in a text, in order."""
    place = text.find("{")
    while place >= 0:
        try:
            found, end = json.JSONDecoder().raw_decode(text, place)
            yield found
        except ValueError:
            end = place + 1
        place = text.find("{", end)
