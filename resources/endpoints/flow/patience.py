"""How long a call is tried and an endpoint is waited for."""

from dataclasses import dataclass

TEN_MINUTES = 600.0


@dataclass(frozen=True, slots=True)
class Patience:
    """Times in seconds. The defaults suit an endpoint that is shared and far away."""

    most_attempts: int = 5
    """Attempts of one call that may fail for a passing cause; `busy` answers are not counted."""
    first_backoff: float = 0.5
    longest_backoff: float = 30.0
    whole_call: float | None = None
    """A call that is still without an answer so long after its first request left has failed for a
    passing cause; waiting for the first request's turn is not counted. None: ten minutes, or twice
    the timeout of a request where that is longer."""
    failures_to_open: int = 8
    """So many failures in a row, over all calls, mean that the endpoint is down."""
    pause: float = 5.0
    """How long nothing is sent then, before one request probes; doubles each time."""
    down: float = 120.0
    """After being down for this long the run is stopped."""
    unreached_to_open: int = 3
    """As `failures_to_open`, for an endpoint to which no connection has come about yet."""
    unreached: float = 15.0
    """As `down`, for such an endpoint: its address is more likely to be wrong."""

    def call_seconds(self, timeout: float) -> float:
        """Most seconds of a call whose requests may take `timeout` seconds each."""
        return max(TEN_MINUTES, 2 * timeout) if self.whole_call is None else self.whole_call


DEFAULT_PATIENCE = Patience()
