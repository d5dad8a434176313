"""What may go wrong with one request, sorted by what is to be done about it.

Providers raise these from a single attempt; `flow` decides whether to ask again. Nothing else about
an endpoint's way of failing leaves a provider.
"""

import re
from typing import Any, Final, Literal

from resources.endpoints.interface import Usage

FaultKind = Literal["busy", "passing", "lasting", "stopping"]
"""
`busy`: asked to slow down (429, Throttling); asked again later, with fewer calls in flight.
`passing`: 408, 409, 5xx, dropped or timed out; asked again a few times.
`lasting`: this input will not be answered (content filter, 400); not asked again.
`stopping`: no call can succeed until the user acts (401, 403, arrears); the run stops.
"""

MOST_WORDS = 500
"""Characters of an endpoint's complaint that are kept."""
UNREACHED: Final = (
    (re.compile(r"SSL\w*Error|certificate", re.IGNORECASE), "no TLS connection"),
    (
        re.compile(r"name resolution|not known|nodename|no address assoc", re.IGNORECASE),
        "its name cannot be resolved",
    ),
    (re.compile(r"no route to|unreachable", re.IGNORECASE), "no route to it"),
    (re.compile(r"ConnectTimeout|Connection timeout to host"), "no connection in time"),
    (
        re.compile(r"refused|Connect call failed|All connection attempts failed", re.IGNORECASE),
        "connection refused",
    ),
)
"""How the HTTP clients say that no connection came about, and the same in plain words."""


class CallFault(Exception):  # noqa: N818 - not an error of ours
    """One request failed.

    `code` is the reason code that rows and the ledger keep (`rate_limited`, `server_error`,
    `timed_out`, `connection_failed`, `content_filtered`, `bad_request`, `malformed_response`,
    `conflict`, `not_found`, `key_refused`, `in_arrears`, …). `words` is the endpoint's complaint,
    shortened, without secrets. `may_be_input` tells of a passing fault that the endpoint is there,
    and that this very input may be what it stumbles over (HTTP 500).
    """

    def __init__(
        self,
        code: str,
        kind: FaultKind,
        words: str = "",
        *,
        retry_after_seconds: float | None = None,
        usage: Usage | None = None,
        may_be_input: bool = False,
    ) -> None:
        super().__init__(f"{code}: {words[:MOST_WORDS]}")
        self.code = code
        self.kind = kind
        self.words = words[:MOST_WORDS]
        self.retry_after_seconds = retry_after_seconds
        self.usage = usage or Usage()
        self.may_be_input = may_be_input

    def __reduce__(self) -> tuple[Any, ...]:
        """Faults travel between processes whole, whatever their class takes to be made."""
        return _as_it_was, (type(self), self.args, self.__dict__)

    @property
    def unreached(self) -> str | None:
        """Why no connection to the endpoint came about; None where one did."""
        if self.code != "connection_failed":
            return None
        found = (why for pattern, why in UNREACHED if pattern.search(self.words))
        return next(found, None)

    @property
    def told(self) -> str:
        """The fault as a part of a sentence: in plain words, or by code and complaint."""
        words = " ".join(self.words.split()).rstrip(".!")
        return self.unreached or (f"{self.code}: {words}" if words else self.code)


def _as_it_was(kind: type[CallFault], words: tuple[Any, ...], state: dict[str, Any]) -> CallFault:
    fault = kind.__new__(kind, *words)
    fault.__dict__.update(state)
    return fault
