"""The circuit breaker: pauses calls to an endpoint that is down, probes it, and gives up on it."""

import math
from dataclasses import dataclass

from resources.endpoints.flow.patience import Patience


@dataclass(frozen=True, slots=True)
class Outage:
    """How an endpoint that is down stands. All are seconds."""

    lasted: float
    next_try: float
    """Until a request probes it."""
    left: float
    """Until it is given up."""


class Breaker:
    """Counts failures over all calls. Times are seconds of any steady clock.

    Closed, requests leave freely. A row of calls that fail opens it: nothing leaves for a pause,
    then one request at a time probes, and each that fails doubles the pause. Any answer closes it.
    Where no connection has come about yet, fewer failures open it and it gives up sooner.
    """

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._failures = 0
        self._failing_since = 0.0
        self._refusing_since: float | None = None
        self._pause = min(patience.pause, patience.down)
        self._open_until: float | None = None
        self._is_probing = False
        self._was_reached = False

    @property
    def is_open(self) -> bool:
        """Whether the endpoint counts as down."""
        return self._open_until is not None

    def outage(self, now: float) -> Outage | None:
        """How the endpoint stands while it is down."""
        if self._open_until is None:
            return None
        lasted = now - self._failing_since
        return Outage(lasted, max(0.0, self._open_until - now), self._most_down - lasted)

    def wait(self, now: float) -> float:
        """Seconds until a request may leave; infinite while a probe is under way."""
        if self._open_until is None:
            return 0.0
        return math.inf if self._is_probing else max(0.0, self._open_until - now)

    def begin(self) -> bool:
        """A request leaves; whether it is a probe."""
        self._is_probing = self.is_open
        return self._is_probing

    def abandoned(self, *, probe: bool) -> None:
        """A request ended in a way that tells nothing about the endpoint."""
        if probe:
            self._is_probing = False

    def answered(self) -> None:
        """The endpoint answered a request."""
        self._was_reached = True
        self._refusing_since = None
        self._close()

    def refused(self, now: float) -> float:
        """The endpoint is there and asks to slow down; the seconds since it answered otherwise."""
        self._was_reached = True
        self._close()
        if self._refusing_since is None:
            self._refusing_since = now
        return now - self._refusing_since

    def failed(
        self,
        now: float,
        *,
        probe: bool,
        is_first: bool = True,
        is_there: bool = False,
        is_unreached: bool = False,
    ) -> float | None:
        """A request failed for a passing cause; the seconds of failing, once they are too many.

        Only the first failure of a call (`is_first`) counts towards opening: one input that is
        always refused says nothing of the endpoint; but each counts where no connection came about
        (`is_unreached`). While the endpoint answers, if only with an error (`is_there`), probes
        follow each other without longer pauses: another input may pass.
        """
        self._was_reached = self._was_reached or not is_unreached
        if self._open_until is None:
            if not (is_first or is_unreached):
                return None
            self._failures += 1
            if self._failures == 1:
                self._failing_since = now
            if self._failures >= self._failures_to_open:
                self._open_until = now + self._pause
            return None
        if not probe:
            return None  # it left before the breaker opened
        self._is_probing = False
        seconds = now - self._failing_since
        if seconds >= self._most_down:
            return seconds
        if not is_there:
            self._pause = min(2 * self._pause, self._most_down - seconds)
        self._open_until = now + self._pause
        return None

    @property
    def _failures_to_open(self) -> int:
        patience = self._patience
        if self._was_reached:
            return patience.failures_to_open
        return min(patience.unreached_to_open, patience.failures_to_open)

    @property
    def _most_down(self) -> float:
        patience = self._patience
        return patience.down if self._was_reached else min(patience.unreached, patience.down)

    def _close(self) -> None:
        self._failures = 0
        self._pause = min(self._patience.pause, self._patience.down)
        self._open_until = None
        self._is_probing = False
