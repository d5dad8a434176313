"""One batch of an OpenAI-compatible server: its input is validated, its lines are answered."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.support.endpoint_server.reply import (
    RefusedError,
    Reply,
    Speaks,
    error_reply,
    reply_with_fault,
)
from tests.support.endpoint_server.state import State

Ending = Literal["completed", "expired", "cancelled"]


@dataclass
class Batch:
    """A batch as `GET /v1/batches/{id}` tells it."""

    id: str
    endpoint: str
    input_file_id: str
    completion_window: str
    metadata: dict[str, str] | None
    status: str = "validating"
    created_at: float = field(default_factory=time.time)
    polls: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    done: int = 0
    failed: int = 0
    output_file_id: str | None = None
    error_file_id: str | None = None

    def told(self) -> dict[str, Any]:
        """As JSON."""
        errors = {"object": "list", "data": self.errors} if self.errors else None
        return {
            "id": self.id,
            "object": "batch",
            "endpoint": self.endpoint,
            "errors": errors,
            "input_file_id": self.input_file_id,
            "completion_window": self.completion_window,
            "status": self.status,
            "output_file_id": self.output_file_id,
            "error_file_id": self.error_file_id,
            "created_at": int(self.created_at),
            "expires_at": int(self.created_at) + 86_400,
            "request_counts": {
                "total": len(self.lines),
                "completed": self.done,
                "failed": self.failed,
            },
            "metadata": self.metadata,
        }


def validate(data: bytes, endpoint: str, most_lines: int) -> tuple[list[dict[str, Any]], list[Any]]:
    """The lines of an input file, and what is wrong with them."""
    written = [line for line in data.split(b"\n") if line.strip()]
    if not written:
        return [], [_error("empty_file", "The input file is empty.")]
    if len(written) > most_lines:
        return [], [_error("too_many_tasks", f"There are more than {most_lines} lines.")]
    lines: dict[str, dict[str, Any]] = {}
    errors = []
    for number, text in enumerate(written, 1):
        line, wrong = _line(text, endpoint)
        if line and line["custom_id"] in lines:
            wrong = ("duplicate_custom_id", "The custom_id for this request is a duplicate.")
        if line and not wrong:
            lines[line["custom_id"]] = line
        elif wrong:
            errors.append(_error(*wrong, number))
    if len({line["body"].get("model") for line in lines.values()}) > 1:
        errors.append(_error("mismatched_model", "All requests must name the same model."))
    return list(lines.values()), errors


def answer_lines(
    state: State, protocol: Speaks, batch: Batch, ending: Ending, most: int | None
) -> tuple[bytes, bytes]:
    """The output file and the error file; lines beyond `most` are left undone.

    Answers come in another order than their lines.
    """
    good: list[dict[str, Any]] = []
    bad: list[dict[str, Any]] = []
    answered = batch.lines if most is None else batch.lines[:most]
    for line in reversed(answered):
        reply = _answer(state, protocol, line["body"])
        state.input_tokens += reply.tokens[0]
        state.output_tokens += reply.tokens[1]
        (good if reply.status == 200 else bad).append(_told(line, reply))
    for line in batch.lines[len(answered) :]:
        words = f"This request was not executed: the batch is {ending}."
        error = {"code": f"batch_{ending}", "message": words}
        bad.append({"custom_id": line["custom_id"], "response": None, "error": error})
    batch.done, batch.failed = len(good), len(bad)
    return _jsonl(good), _jsonl(bad)


def _answer(state: State, protocol: Speaks, body: Any) -> Reply:
    state.requests["batch_line"] += 1
    try:
        asked = protocol.read(state, body)
    except RefusedError as refused:
        state.outcomes["bad_request"] += 1
        return error_reply(protocol.dialect, refused.problem)
    for content in asked.contents:
        state.calls[content.id] += 1
        state.asked.append((content.id, tuple(asked.questions)))
    fault = state.script.next([content.id for content in asked.contents], protocol.kinds)
    state.outcomes[fault.kind if fault else "ok"] += 1

    def good() -> Reply:
        return protocol.answer(state, asked, None)

    if fault and fault.is_transport:
        return reply_with_fault(protocol.dialect, fault, good)
    return protocol.answer(state, asked, fault)


def _told(line: Mapping[str, Any], reply: Reply) -> dict[str, Any]:
    if reply.ending != "whole":
        error = {"code": "server_error", "message": "The request could not be executed."}
        return {"custom_id": line["custom_id"], "response": None, "error": error}
    text = reply.chunks[0].decode()
    try:
        body = json.loads(text)
    except ValueError:
        body = text
    return {
        "id": f"batch_req_{line['custom_id']}",
        "custom_id": line["custom_id"],
        "response": {"status_code": reply.status, "request_id": "test-request", "body": body},
        "error": None,
    }


def _line(text: bytes, endpoint: str) -> tuple[dict[str, Any] | None, tuple[str, str] | None]:
    try:
        line = json.loads(text)
    except ValueError:
        return None, ("invalid_json_line", "This line is not parseable as valid JSON.")
    if not isinstance(line, dict) or not isinstance(line.get("custom_id"), str):
        return None, ("missing_required_parameter", "custom_id is missing.")
    if line.get("method") != "POST" or line.get("url") != endpoint:
        return None, ("invalid_url", "The URL provided for this request does not match the batch.")
    if not isinstance(line.get("body"), dict):
        return None, ("missing_required_parameter", "body is missing.")
    return line, None


def _error(code: str, words: str, line: int | None = None) -> dict[str, Any]:
    return {"code": code, "message": words, "param": None, "line": line}


def _jsonl(documents: Sequence[Mapping[str, Any]]) -> bytes:
    return b"".join(json.dumps(document).encode() + b"\n" for document in documents)
