"""What a protocol is to the server: it reads a request, answers it, and words what is wrong."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from tests.support.endpoint_server.dialects import HTML, Dialect, Problem
from tests.support.endpoint_server.faults import Fault
from tests.support.endpoint_server.state import Asked, State


class RefusedError(Exception):
    """The request is not as its protocol wants it."""

    def __init__(self, words: str, name: str = "bad_request", status: int | None = None) -> None:
        super().__init__(words)
        self.problem = Problem(name, words, status=status)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. Several `chunks` are streamed; with another `ending` the connection is closed."""

    status: int
    chunks: Sequence[bytes]
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    tokens: tuple[int, int] = (0, 0)
    """Input and output tokens that its usage tells."""
    ending: Literal["whole", "half", "none"] = "whole"

    @classmethod
    def json(cls, document: Any, *, tokens: tuple[int, int] = (0, 0), status: int = 200) -> "Reply":
        """A JSON document."""
        return cls(status, [json.dumps(document).encode()], tokens=tokens)


class Speaks(Protocol):
    """One protocol."""

    @property
    def name(self) -> str:
        """Under which it is counted."""
        ...

    @property
    def dialect(self) -> Dialect:
        """How it words its errors."""
        ...

    @property
    def kinds(self) -> frozenset[str]:
        """Faults of content that it can have."""
        ...

    def read(self, state: State, body: Any) -> Asked:
        """The request. Raises `RefusedError`."""
        ...

    def answer(self, state: State, asked: Asked, fault: Fault | None) -> Reply:
        """A good answer, or one with a fault of `kinds`."""
        ...


def error_reply(dialect: Dialect, problem: Problem, echo: str = "") -> Reply:
    """An error in the words of a dialect; `echo` is added to them."""
    status, content_type, body = dialect.error(problem, echo)
    return Reply(status, [body.encode()], content_type)


def reply_with_fault(
    dialect: Dialect, fault: Fault, answer: Callable[[], Reply], echo: str = ""
) -> Reply:
    """A reply with a fault that any protocol can have, made from the good `answer` where needed."""
    if fault.raw:
        status, body = fault.raw
        return Reply(status, [body.encode()])
    match fault.kind:
        case "stall":
            return answer()
        case "drop":
            return Reply(0, [b""], ending="none")
        case "drop_mid_body":
            return replace(answer(), ending="half", tokens=(0, 0))
        case "malformed_body":
            whole = b"".join(answer().chunks)
            return Reply(200, [whole[: len(whole) // 2]])
        case "502_html":
            return Reply(502, [HTML.encode()], "text/html")
        case "429_retry_after":
            reply = error_reply(dialect, Problem("rate_limited"), echo)
            return replace(reply, headers={"Retry-After": fault.parameter or "1"})
        case "error_in_200":
            wording = dialect.wording(_problem_inside(fault.parameter), echo)
            return Reply(200, [dialect.body(wording).encode()])
    return error_reply(dialect, _problem(fault), echo)


NAMES = {
    "400": "bad_request",
    "401": "key_refused",
    "404": "not_found",
    "429": "rate_limited",
    "arrears": "arrears",
    "content_filter": "content_filter",
}
"""Problems by kinds of faults; the others are errors of the server."""


def _problem(fault: Fault) -> Problem:
    status = int(fault.kind) if fault.kind.isdecimal() else None
    return Problem(NAMES.get(fault.kind, "server_error"), status=status, code=fault.parameter)


def _problem_inside(parameter: str | None) -> Problem:
    """The problem that a kind names, or an error of the server with a code."""
    if parameter and (parameter.isdecimal() or parameter in NAMES):
        return _problem(Fault(parameter))
    return Problem("server_error", code=parameter)
