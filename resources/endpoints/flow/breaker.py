"""The circuit breaker: pauses calls to an endpoint that is down, probes it, and gives up on it."""

import math

from resources.endpoints.flow.patience import Patience


class Breaker:
    """Counts failures over all calls. Times are seconds of any steady clock.

    Closed, requests leave freely. A row of calls that fail opens it: nothing leaves for a pause,
    then one request at a time probes, and each that fails doubles the pause. Any answer closes it.
    """

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._failures = 0
        self._failing_since = 0.0
        self._refusing_since: float | None = None
        self._pause = min(patience.pause, patience.down)
        self._open_until: float | None = None
        self._is_probing = False

    @property
    def is_open(self) -> bool:
        """Whether the endpoint counts as down."""
        return self._open_until is not None

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
        self._refusing_since = None
        self._close()

    def refused(self, now: float) -> float:
        """The endpoint is there and asks to slow down; the seconds since it answered otherwise."""
        self._close()
        if self._refusing_since is None:
            self._refusing_since = now
        return now - self._refusing_since

    def failed(
        self, now: float, *, probe: bool, is_first: bool = True, is_there: bool = False
    ) -> float | None:
        """A request failed for a passing cause; the seconds of failing, once they are too many.

        Only the first failure of a call (`is_first`) counts towards opening: one input that is
        always refused says nothing of the endpoint. While the endpoint answers, if only with an
        error (`is_there`), probes follow each other without longer pauses: another input may pass.
        """
        if self._open_until is None:
            if not is_first:
                return None
            self._failures += 1
            if self._failures == 1:
                self._failing_since = now
            if self._failures >= self._patience.failures_to_open:
                self._open_until = now + self._pause
            return None
        if not probe:
            return None  # it left before the breaker opened
        self._is_probing = False
        seconds = now - self._failing_since
        if seconds >= self._patience.down:
            return seconds
        if not is_there:
            self._pause = min(2 * self._pause, self._patience.down - seconds)
        self._open_until = now + self._pause
        return None

    def _close(self) -> None:
        self._failures = 0
        self._pause = min(self._patience.pause, self._patience.down)
        self._open_until = None
        self._is_probing = False
