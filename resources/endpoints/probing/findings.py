"""What a look at an endpoint found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from resources.endpoints.config import EndpointConfig
from resources.endpoints.faults import CallFault
from resources.endpoints.flow import Patience
from resources.endpoints.flow.stops import refuses_all
from resources.endpoints.interface import Usage
from resources.errors import ModelError

RATE_LIMITS: Final = ("x-ratelimit", "ratelimit", "retry-after")
"""How the names of headers begin that tell limits."""
NO_URL: Final = "not tried: there was no URL to try it with"
UNREACHABLE: Final = frozenset({"connection_failed", "timed_out"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that an endpoint can or cannot do; `works` is None where it was not tried."""

    name: str
    works: bool | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """The call as a run makes it, and what was found beside it.

    `answer` is the model's text, or why there is none. Latency and usage are of that call.
    """

    answers: bool
    answer: str
    latency_ms: float
    usage: Usage
    findings: tuple[Finding, ...] = ()
    dimension: int | None = None
    """Of the vectors that came, for embeddings."""
    rate_limits: Mapping[str, str] = field(default_factory=dict)
    """The headers that tell limits, as the endpoint sent them last."""


def rate_limits(headers: Mapping[str, str]) -> dict[str, str]:
    """Those of a response's headers that tell limits."""
    return {name: value for name, value in headers.items() if name.lower().startswith(RATE_LIMITS)}


def hasty(config: EndpointConfig) -> Patience:
    """Patience for a call that somebody waits for."""
    return Patience(most_attempts=2, first_backoff=0.2, whole_call=3 * config.timeout_ms / 1000)


def require_reachable(config: EndpointConfig, fault: CallFault) -> None:
    """Raise where a first request found that no other is worth making.

    Raises:
        EndpointStoppedError: the endpoint refuses every call.
        ModelError: it cannot be reached.
    """
    if fault.kind == "stopping":
        raise refuses_all(config, fault)
    if fault.code in UNREACHABLE:
        raise ModelError(
            f"model {config.name}: {config.endpoint or 'its endpoint'} gave no answer"
            f" ({fault.code}: {fault.words}).",
            f"Check 'endpoint', that the service runs, and timeout_ms ({config.timeout_ms}).",
        )
