"""The lines of a batch's files: requests as they go in, answers and errors as they come back."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from resources.endpoints.chat.completion import Completion, read_completion
from resources.endpoints.chat.ladder import Form
from resources.endpoints.chat.providers import CHAT_PATH
from resources.endpoints.chat.request import PhotoRequest
from resources.endpoints.complaints import Complaints
from resources.endpoints.config import EndpointConfig
from resources.endpoints.faults import CallFault
from resources.endpoints.interface import DescribeRequest, Photo

LINE_PATH = f"/v1{CHAT_PATH}"
"""What a line and its batch name as their path, wherever the API itself begins."""
REQUESTS_KEPT = 256
"""Sets of questions whose requests are kept ready."""
UNDONE = {
    "batch_expired": CallFault("batch_expired", "passing", "the batch expired before its turn"),
    "batch_cancelled": CallFault("batch_cancelled", "passing", "the batch was cancelled"),
}
"""Requests that were never worked on, by the code that their line or their batch's end has."""


class RequestLines:
    """Makes the lines of a batch: the very bodies that are sent one by one otherwise."""

    def __init__(self, config: EndpointConfig) -> None:
        self._prepared = lru_cache(REQUESTS_KEPT)(partial(PhotoRequest, config))

    def line(self, custom_id: str, photo: Photo, request: DescribeRequest, form: Form) -> bytes:
        """One line with its end. `custom_id` needs no escaping in JSON."""
        body = self._prepared(request).body(form, photo)
        head = f'{{"custom_id":"{custom_id}","method":"POST","url":"{LINE_PATH}","body":'
        return b"".join((head.encode(), body, b"}\n"))


@dataclass(frozen=True, slots=True)
class ResultLine:
    """What came of one request."""

    custom_id: str
    result: Completion | CallFault


def read_results(
    path: Path, config: EndpointConfig, complaints: Complaints
) -> Iterator[ResultLine]:
    """The lines of a batch's file of answers, or of errors. Lines without an id are passed over."""
    with path.open("rb") as file:
        for text in file:
            try:
                line = json.loads(text)
            except (ValueError, RecursionError):
                continue
            if isinstance(line, dict) and isinstance(line.get("custom_id"), str):
                yield ResultLine(line["custom_id"], _result(line, config, complaints))


def _result(
    line: dict[str, Any], config: EndpointConfig, complaints: Complaints
) -> Completion | CallFault:
    response = line.get("response")
    if not isinstance(response, dict):
        error = line.get("error")
        code = error.get("code") if isinstance(error, dict) else None
        return UNDONE.get(str(code)) or complaints.fault_in_success({"error": error})
    status = response.get("status_code")
    body = json.dumps(response.get("body")).encode()
    if isinstance(status, int) and not 200 <= status < 300:
        return complaints.fault(status, {}, body)
    try:
        return read_completion(body, config, complaints)
    except CallFault as fault:
        return fault
