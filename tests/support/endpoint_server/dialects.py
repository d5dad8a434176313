"""How each kind of server words its errors: status, code and shape of the body."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

HTML = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in words common to all dialects; `code` and `words` where they are special."""

    name: str
    words: str | None = None
    code: str | None = None
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """How one dialect says one problem."""

    status: int
    code: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Dialect:
    """The errors of one kind of server."""

    body: Callable[[Wording], str]
    own: Mapping[str, Wording] = field(default_factory=dict)
    plain: frozenset[int] = frozenset()
    """Statuses that a gateway answers in plain text."""

    def wording(self, problem: Problem, echo: str = "") -> Wording:
        """How the problem is said. `echo` is added to the words."""
        usual = self.own.get(problem.name) or USUAL[problem.name]
        return Wording(
            problem.status or usual.status,
            problem.code or usual.code,
            (problem.words or usual.words) + echo,
        )

    def error(self, problem: Problem, echo: str = "") -> tuple[int, str, str]:
        """Status, content type and body."""
        wording = self.wording(problem, echo)
        if wording.status in self.plain:
            return wording.status, "text/plain", wording.words
        return wording.status, "application/json", self.body(wording)


USUAL = {
    "bad_request": Wording(400, None, "The request is invalid."),
    "key_refused": Wording(401, "invalid_api_key", "Incorrect API key provided."),
    "arrears": Wording(402, None, "Payment Required: insufficient balance."),
    "not_found": Wording(404, "model_not_found", "There is no such thing."),
    "content_filter": Wording(400, "content_filter", "The input was filtered."),
    "rate_limited": Wording(429, "rate_limit_exceeded", "Rate limit reached for requests."),
    "server_error": Wording(500, None, "The server had an error."),
}


def _openai(wording: Wording) -> str:
    kind = "server_error" if wording.status >= 500 else "invalid_request_error"
    error = {"message": wording.words, "type": kind, "param": None, "code": wording.code}
    return json.dumps({"error": error})


def _compatible(wording: Wording) -> str:
    error = {"message": wording.words, "type": wording.code, "param": None, "code": wording.code}
    return json.dumps({"error": error, "request_id": "test-request"})


def _native(wording: Wording) -> str:
    said = {"code": wording.code, "message": wording.words, "request_id": "test-request"}
    return json.dumps(said)


def _vllm(wording: Wording) -> str:
    if wording.status == 401:
        return json.dumps({"error": "Unauthorized"})
    kind = "BadRequestError" if wording.status == 400 else "InternalServerError"
    error = {"message": wording.words, "type": kind, "param": None, "code": wording.status}
    return json.dumps({"error": error})


def _gme(wording: Wording) -> str:
    return json.dumps({"status_code": wording.status, "message": wording.words, "output": None})


OPENAI = Dialect(
    _openai,
    {
        "arrears": Wording(429, "insufficient_quota", "You exceeded your current quota."),
        "content_filter": Wording(
            400, "content_filter", "The prompt triggered the content management policy."
        ),
    },
)
COMPATIBLE = Dialect(
    _compatible,
    {
        "bad_request": Wording(400, "invalid_parameter_error", "<400> InternalError.Algo"),
        "arrears": Wording(
            400, "Arrearage", "Access denied, please make sure your account is in good standing."
        ),
        "content_filter": Wording(
            400, "data_inspection_failed", "Input data may contain inappropriate content."
        ),
        "rate_limited": Wording(429, "limit_requests", "You exceeded your current requests limit."),
        "server_error": Wording(500, "internal_error", "An internal error has occurred."),
    },
)
NATIVE = Dialect(
    _native,
    {
        "bad_request": Wording(400, "InvalidParameter", "Required parameter is missing."),
        "key_refused": Wording(401, "InvalidApiKey", "Invalid API-key provided."),
        "arrears": Wording(
            400, "Arrearage", "Access denied, please make sure your account is in good standing."
        ),
        "not_found": Wording(404, "ModelNotFound", "Model can not be found."),
        "content_filter": Wording(
            400, "DataInspectionFailed", "Input data may contain inappropriate content."
        ),
        "rate_limited": Wording(429, "Throttling.RateQuota", "Requests rate limit exceeded."),
        "server_error": Wording(500, "InternalError", "An internal error has occurred."),
    },
)
VLLM = Dialect(_vllm)
EAS_GATEWAY = frozenset({401, 402, 403, 404, 408, 429, 503})
EAS_CHAT = Dialect(_vllm, plain=EAS_GATEWAY)
EAS_GME = Dialect(_gme, plain=EAS_GATEWAY)
