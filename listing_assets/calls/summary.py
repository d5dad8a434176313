"""What the calls of a step came to."""

from collections import Counter
from dataclasses import dataclass, field

from resources.endpoints.metering import ANSWERED, Attempt

SAMPLE = 20_000
"""Latencies that are kept for the percentiles."""


@dataclass(slots=True)
class CallSummary:
    """Counts of every attempt of a step. Latencies are in milliseconds, cost in the currency."""

    attempts: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    _latencies: list[float] = field(default_factory=list)
    _at_ceiling_ms: float = 0.0
    _all_ms: float = 0.0

    def add(self, attempt: Attempt) -> None:
        """Count one attempt."""
        self.attempts += 1
        self.outcomes[attempt.outcome] += 1
        self.input_tokens += attempt.usage.input_tokens
        self.output_tokens += attempt.usage.output_tokens
        if attempt.usage.cost is not None:
            self.cost = (self.cost or 0.0) + attempt.usage.cost
        self._all_ms += attempt.latency_ms
        self._at_ceiling_ms += attempt.latency_ms * attempt.at_ceiling
        if attempt.outcome in ANSWERED and len(self._latencies) < SAMPLE:
            self._latencies.append(attempt.latency_ms)

    def latency_ms(self, share: float) -> float:
        """The latency that this share of the answered calls did not pass; 0 without any."""
        if not self._latencies:
            return 0.0
        ordered = sorted(self._latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def at_ceiling(self) -> float:
        """The share of the calls' time in which the endpoint's ceiling was reached."""
        return self._at_ceiling_ms / self._all_ms if self._all_ms else 0.0
