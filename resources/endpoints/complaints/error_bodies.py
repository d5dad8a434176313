"""Reads what an endpoint says is wrong out of the many shapes in which servers say it.

OpenAI's `{"error": {"code", "message", "param"}}`, the flat objects of Model Studio and older vLLM,
FastAPI's `{"detail": …}`, the status inside the body of PAI-EAS and of gateways, bare text, HTML.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

CODE_MEMBERS = ("code", "error_code", "status_code", "type")
WORD_MEMBERS = ("message", "msg", "detail")
TITLE = re.compile(r"<title>(.+?)</title>", re.IGNORECASE | re.DOTALL)
"""What a page of HTML, as gateways send it, is about."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """An endpoint's error. `status` is the HTTP status; members that were not given are empty."""

    status: int
    code: str = ""
    """Codes and types, as given, separated by blanks."""
    param: str = ""
    """The member of the request that was not liked, such as `response_format`."""
    words: str = ""

    @property
    def letters(self) -> str:
        """The codes without case and punctuation, in which servers differ."""
        return re.sub(r"[^a-z0-9 ]", "", self.code.casefold())


def read_complaint(status: int, content: bytes) -> Complaint:
    """The complaint in the body of an HTTP response."""
    text = content.decode("utf-8", "replace")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        page = TITLE.search(text)
        return Complaint(status, words=" ".join((page[1] if page else text).split()))
    return complaint_in(status, body[0] if isinstance(body, list) and body else body)


def complaint_in(status: int, body: Any) -> Complaint:
    """The complaint in a parsed body."""
    error = body.get("error") or body if isinstance(body, dict) else body
    if not isinstance(error, dict):
        return Complaint(status, words=_text(error))
    codes = (error.get(name) for name in CODE_MEMBERS)
    words = next((error[name] for name in WORD_MEMBERS if error.get(name)), error)
    param = error.get("param")
    if isinstance(words, list):
        words, param = _validation_errors(words)
    return Complaint(
        status,
        " ".join(str(code) for code in codes if isinstance(code, str | int) and code),
        param if isinstance(param, str) else "",
        _text(words),
    )


def _validation_errors(errors: list[Any]) -> tuple[str, str]:
    """FastAPI's complaints without the input that they quote, and the member the first is about."""
    told = [error for error in errors if isinstance(error, dict)]
    located = [error.get("loc") for error in told]
    places = [list(map(str, at)) if isinstance(at, list) else [] for at in located]
    words = (f"{'.'.join(at)}: {error.get('msg')}" for at, error in zip(places, told, strict=True))
    return "; ".join(words), ".".join(places[0][1:]) if places else ""


def _text(words: Any) -> str:
    if isinstance(words, str):
        return words
    return json.dumps(words, ensure_ascii=False)
