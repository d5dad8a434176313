"""Ceilings per minute, held per second too: who promises N a minute often enforces N/60 a second.

Times are seconds of any steady clock. A ceiling of None never holds anything back.
"""

import math
from collections import deque

SMOOTHNESS = 0.1
"""Seconds in which no more than their share of a second's requests or tokens leaves."""


class RequestRate:
    """At most `per_minute` requests a minute, and no more than a sixtieth of them in any second."""

    def __init__(self, per_minute: int | None) -> None:
        per_second = _per_second(per_minute)
        if per_minute is None:
            self._windows = []
        elif per_second * SMOOTHNESS < 1:
            self._windows = [_Window(1, 1 / per_second)]
        else:
            share = math.ceil(per_second * SMOOTHNESS)
            self._windows = [_Window(int(per_second), 1.0), _Window(share, SMOOTHNESS)]

    def wait(self, now: float) -> float:
        """Seconds until a request may leave."""
        return max((window.wait(now) for window in self._windows), default=0.0)

    def take(self, now: float) -> None:
        """A request leaves."""
        for window in self._windows:
            window.left.append(now)

    def give_back(self) -> None:
        """A request that left just now did not leave after all."""
        for window in self._windows:
            window.left.pop()


class _Window:
    """No more than `most` requests in any `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self.left: deque[float] = deque(maxlen=most)
        self._seconds = seconds

    def wait(self, now: float) -> float:
        if len(self.left) < (self.left.maxlen or 0):
            return 0.0
        return max(0.0, self.left[0] + self._seconds - now)


class TokenRate:
    """At most `per_minute` tokens a minute: by estimate when a request leaves, then by its usage.

    A request leaves when those before it are paid for at this rate, however large it is itself.
    """

    def __init__(self, per_minute: int | None) -> None:
        self._per_second = _per_second(per_minute)
        self._free_at = -math.inf
        self._typical: float | None = None

    def wait(self, now: float) -> float:
        """Seconds until a request may leave."""
        return max(0.0, self._free_at - now)

    def take(self, now: float, estimate: int) -> float:
        """A request leaves; the tokens it is charged: its estimate, or else what is typical."""
        tokens = float(estimate or self._typical or 0.0)
        self._free_at = max(self._free_at, now - SMOOTHNESS) + tokens / self._per_second
        return tokens

    def correct(self, charged: float, used: int) -> None:
        """A request that was charged `charged` has used `used` tokens."""
        self._free_at += (used - charged) / self._per_second
        self._typical = used if self._typical is None else 0.9 * self._typical + 0.1 * used

    def give_back(self, charged: float) -> None:
        """A request did not leave after all."""
        self._free_at -= charged / self._per_second


def _per_second(per_minute: int | None) -> float:
    return math.inf if per_minute is None else per_minute / 60
