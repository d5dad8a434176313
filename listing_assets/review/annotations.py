"""Reads annotated tasks from a file that Label Studio exported as JSON."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from listing_assets.corrections.journal import MOST_AUTHOR
from listing_assets.review.errors import ReviewError

NOBODY: Final = "Label Studio"
"""The author of an annotation that names none."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """One person's annotation of one task. `made_at` is None where the file has no time."""

    annotation_id: str
    """What tells it from all others, whatever its author is called here."""
    author: str
    made_at: datetime | None
    result: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class AnnotatedTask:
    """A task: which photo it shows, and its annotations.

    `dataset`, `version` and `image_id` are empty where its data does not tell, as for a task that
    was not exported from here.
    """

    dataset: str
    version: str
    image_id: str
    key: str
    annotations: list[Annotation]
    cancelled: int
    """Annotations that were skipped by their authors."""


def read_tasks(path: Path, annotators: Mapping[str, str]) -> list[AnnotatedTask]:
    """The tasks of a file. `annotators` has names for the numbers that it has of its users.

    Raises:
        ReviewError: it cannot be read, or is not what Label Studio exports as JSON.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ReviewError(f"{path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise ReviewError(f"{path} is not UTF-8 text.", "Export the project as JSON.") from error
    return [
        _task(path, number, task, annotators)
        for number, task in enumerate(_elements(path, text), 1)
    ]


def _elements(path: Path, text: str) -> Iterator[dict[str, Any]]:
    """The elements of a JSON array one by one: photos inside them are not held together."""
    decoder = json.JSONDecoder()
    try:
        place = _skip(text, 0)
        if text[place : place + 1] != "[":
            raise json.JSONDecodeError("an array of tasks is expected", text, place)
        place = _skip(text, place + 1)
        while text[place : place + 1] != "]":
            element, place = decoder.raw_decode(text, place)
            if not isinstance(element, dict):
                raise json.JSONDecodeError("a task is expected", text, place)
            yield element
            place = _skip(text, place)
            if text[place : place + 1] == ",":
                place = _skip(text, place + 1)
            elif text[place : place + 1] != "]":
                raise json.JSONDecodeError("a comma or the end is expected", text, place)
    except (ValueError, RecursionError) as error:
        where = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        what = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        raise ReviewError(
            f"{path}{where}: is no list of tasks: {what}.", "Export the project as JSON."
        ) from error


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n":
        place += 1
    return place


def _task(
    path: Path, number: int, task: dict[str, Any], annotators: Mapping[str, str]
) -> AnnotatedTask:
    if "data" not in task or not isinstance(task.get("annotations", []), list):
        raise ReviewError(
            f"task {number} of {path} has no 'data' and 'annotations'.",
            "Export the project as JSON, not as JSON-MIN.",
        )
    data = task["data"] if isinstance(task["data"], dict) else {}
    given = [one for one in task.get("annotations", []) if isinstance(one, dict)]
    kept = [one for one in given if not one.get("was_cancelled")]
    return AnnotatedTask(
        dataset=_text(data.get("dataset")),
        version=_text(data.get("revision")).partition(".")[0],
        image_id=_text(data.get("image_id")),
        key=_text(data.get("key")),
        annotations=[_annotation(task, one, annotators) for one in kept],
        cancelled=len(given) - len(kept),
    )


def _annotation(
    task: dict[str, Any], annotation: dict[str, Any], annotators: Mapping[str, str]
) -> Annotation:
    result = annotation.get("result")
    by = _by(annotation)
    author = annotators.get(by) or (f"{NOBODY} user {by}" if by.isdecimal() else by) or NOBODY
    place = f"{task.get('project')}/{task.get('id')}/{annotation.get('id')}/{by}"
    return Annotation(
        annotation_id=_text(annotation.get("unique_id")) or place,
        author=author[:MOST_AUTHOR],
        made_at=_time(annotation.get("updated_at")) or _time(annotation.get("created_at")),
        result=[one for one in result if isinstance(one, dict)] if isinstance(result, list) else [],
    )


def _by(annotation: dict[str, Any]) -> str:
    """Who completed it: a mail address, a name, or a number; empty where the file does not tell."""
    by = annotation.get("completed_by")
    if isinstance(by, dict):
        name = " ".join(_text(by.get(part)) for part in ("first_name", "last_name")).strip()
        by = by.get("email") or by.get("username") or name or by.get("id")
    if not isinstance(by, str) or not by.strip():
        # "Li Hua li@shop.example, 7", where there is one.
        by = _text(annotation.get("created_username")).rpartition(",")[0].strip() or by
    return "" if by is None else str(by).strip()


def _time(text: Any) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
