"""What a look at an endpoint found."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from resources.endpoints.config import EndpointConfig
from resources.endpoints.faults import MOST_WORDS, CallFault
from resources.endpoints.flow import Patience
from resources.endpoints.flow.stops import refuses_all
from resources.endpoints.interface import Usage
from resources.errors import ModelError

T = TypeVar("T")

RATE_LIMITS: Final = ("x-ratelimit", "ratelimit", "retry-after")
"""How the names of headers begin that tell limits."""
NO_URL: Final = "not tried: there was no URL to try it with"
NOT_KNOWN: Final = "not known"
UNREACHABLE: Final = frozenset({"connection_failed", "timed_out"})
REST: Final = 0.5
LONGEST_REST: Final = 10.0
"""Seconds before a request that failed in passing is made once more."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that an endpoint can or cannot do.

    `works` is None where it was not tried, or where the endpoint failed in passing each time; the
    words say which.
    """

    name: str
    works: bool | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """The call as a run makes it, and what was found beside it.

    `answer` is the beginning of the model's text, or why there is none. `answers` is None where the
    endpoint failed in passing, so that only a later look can tell. `latency_ms` and `usage` are of
    that call; latency is None where it was not answered.
    """

    answers: bool | None
    answer: str
    latency_ms: float | None
    usage: Usage
    findings: tuple[Finding, ...] = ()
    dimension: int | None = None
    """Of the vectors that came, for embeddings."""
    rate_limits: Mapping[str, str] = field(default_factory=dict)
    """The headers that tell limits, as the endpoint sent them last."""


def shown(text: str) -> str:
    """The beginning of a model's text."""
    return text if len(text) <= MOST_WORDS else f"{text[:MOST_WORDS]}…"


def rate_limits(headers: Mapping[str, str]) -> dict[str, str]:
    """Those of a response's headers that tell limits."""
    return {name: value for name, value in headers.items() if name.lower().startswith(RATE_LIMITS)}


def hasty(config: EndpointConfig) -> Patience:
    """Patience for a call that somebody waits for."""
    return Patience(most_attempts=2, first_backoff=0.2, whole_call=3 * config.timeout_ms / 1000)


async def twice(config: EndpointConfig, attempt: Callable[[], Awaitable[T]]) -> T:
    """What an attempt brings, made once more where it fails for a cause that may pass.

    Raises:
        CallFault: that of the second attempt, or one that is not passing.
    """
    try:
        return await _in_time(config, attempt)
    except CallFault as fault:
        if not may_pass(fault):
            raise
        rest = fault.retry_after_seconds or REST
    await asyncio.sleep(min(rest, LONGEST_REST))
    return await _in_time(config, attempt)


async def _in_time(config: EndpointConfig, attempt: Callable[[], Awaitable[T]]) -> T:
    seconds = config.timeout_ms / 1000
    try:
        async with asyncio.timeout(seconds):
            return await attempt()
    except TimeoutError:
        raise CallFault("timed_out", "passing", f"no answer within {seconds:.1f} s") from None


def may_pass(fault: CallFault) -> bool:
    """Whether a fault says nothing of what the endpoint can do."""
    return fault.kind in {"busy", "passing"}


def failed(name: str, fault: CallFault) -> Finding:
    """What a fault says of one thing: that it does not work, or nothing."""
    words = f"{fault.code}: {fault.words}".rstrip(": ")
    if may_pass(fault):
        return Finding(name, None, f"{NOT_KNOWN}: {words}")
    return Finding(name, False, words)


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
            f" ({fault.told}).",
            f"Check 'endpoint', that the service runs, and timeout_ms ({config.timeout_ms}).",
        )
