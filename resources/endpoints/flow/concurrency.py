"""How many requests may be in flight at once: found out by trying, as no header tells it.

Doubles each round trip until the first sign of trouble, then grows by one a round trip, faster
after a long quiet time; shrinks when a request is refused or the endpoint begins to queue. Times
are seconds of any steady clock.
"""

import math
from dataclasses import dataclass

from resources.endpoints.flow.latency import LatencyWatch

START = 8
SHRINK = 0.9
"""Gentle, so that the mean stays near what the endpoint takes."""
QUIET = 10
"""Round trips without trouble after which growth doubles."""


@dataclass(frozen=True, slots=True)
class Place:
    """One request in flight: its number in order of leaving, and how many were in flight then."""

    number: int
    in_flight: int


class Concurrency:
    """Holds the requests in flight under a limit that moves, and that under the ceiling."""

    def __init__(self, ceiling: int) -> None:
        self.ceiling = ceiling
        self.in_flight = 0
        self._begun = 0
        self._round_trip = 0.0
        self._start(doubling_until=float(ceiling))

    def restart(self) -> None:
        """Begin anew after an outage, which came at the present limit: double only to its half."""
        self._start(doubling_until=max(1.0, self._limit / 2))

    @property
    def limit(self) -> int:
        """Most requests that may be in flight now."""
        return int(self._limit)

    @property
    def has_room(self) -> bool:
        """Whether one more request may leave."""
        return self.in_flight < self.limit

    def begin(self) -> Place:
        """A request leaves."""
        self.in_flight += 1
        self._begun += 1
        return Place(self._begun, self.in_flight)

    def answered(self, place: Place, now: float, seconds: float) -> None:
        """A request was answered after `seconds`."""
        if self.in_flight >= self.limit:  # a limit that is not reached has not been tried
            self._grow()
        self._round_trip = 0.9 * (self._round_trip or seconds) + 0.1 * seconds
        self._ended(place, now, seconds)

    def timed_out(self, place: Place, now: float, seconds: float) -> None:
        """A request was given up after `seconds`."""
        self._ended(place, now, seconds, late=True)

    def refused(self, place: Place, now: float) -> None:
        """The endpoint asked to slow down: it takes fewer than were in flight with this request."""
        self._ended(place, now)
        if place.number <= self._begun_at_shrink:
            return  # it left before the limit last shrank, and tells nothing new
        self._refused_since_shrink += 1
        round_trip_is_over = now >= self._shrunk_at + self._round_trip
        if round_trip_is_over or self._refused_since_shrink > self._limit / 2:
            is_full = place.in_flight >= self.limit
            taken = self._limit if is_full else max(place.in_flight, self._limit / 2)
            self._shrink_to(SHRINK * taken, now)

    def ended(self, place: Place, now: float) -> None:
        """A request ended in a way that tells nothing about room."""
        self._ended(place, now)

    def _start(self, doubling_until: float) -> None:
        self._doubling_until = doubling_until
        self._limit = min(float(START), doubling_until)
        self._quiet = 0.0
        self._shrunk_at = -math.inf
        self._begun_at_shrink = self._begun
        self._refused_since_shrink = 0
        self._latency = LatencyWatch(self._begun + 1, self._limit)

    def _ended(
        self, place: Place, now: float, seconds: float | None = None, *, late: bool = False
    ) -> None:
        self.in_flight -= 1
        if self._latency.ended(place.number, place.in_flight, seconds, late=late):
            lower = self._latency.judge(self._begun + 1, self._limit)
            if lower is not None:
                self._shrink_to(lower, now)

    def _grow(self) -> None:
        of_round_trip = 1 / self._limit
        self._quiet += of_round_trip
        if self._limit < self._doubling_until:
            step = 1.0
        else:
            step = 2.0 ** (self._quiet // QUIET) * of_round_trip
        self._limit = min(self._limit + step, float(self.ceiling))

    def _shrink_to(self, limit: float, now: float) -> None:
        self._limit = self._doubling_until = max(1.0, limit)
        self._quiet = 0.0
        self._shrunk_at = now
        self._begun_at_shrink = self._begun
        self._refused_since_shrink = 0
