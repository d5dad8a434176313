"""Tells from latencies whether an endpoint has begun to queue what it is sent.

Latency alone does not tell: that of many models varies with the photo, and an engine that batches
answers each request later and yet more of them a second. An endpoint queues when more in flight
brings later answers and no more of them.

A round is made of requests that left one after the other, and is judged when most of them ended.
Rounds of answers as they come would mislead: the first to come are the fast ones.
"""

import math
import statistics
from dataclasses import dataclass

FEWEST = 8
"""Requests in a round, at least."""
MOST = 0.9
"""The part of a round that is waited for; the slowest may stall."""
CLEAR = 2.0
"""Standard errors that a mean is given the benefit of."""
LEAST_SPREAD = 0.5
"""The standard deviation that latencies have at least, in means: a few may be alike by chance."""
SAME = 1.1
"""Throughputs within this factor are the same."""
GAIN = 0.25
"""More in flight is worth it if throughput grows with this power of it: 19% for twice as many."""
GROWN = 1.5
"""By so much there must be more in flight than at the best level, and"""
LATER = 2.0
"""by so much must answers be later, before this counts as queueing."""
FADING = 0.98
"""What remains of the best throughput after a round that does not reach it: endpoints change."""


@dataclass(frozen=True, slots=True)
class _Level:
    """Requests in flight, the mean seconds of an answer, and how far that may be from the truth."""

    in_flight: float
    seconds: float
    error: float

    @property
    def throughput(self) -> float:
        """Answers a second, by Little's law."""
        return self.in_flight / self.seconds

    @property
    def least_throughput(self) -> float:
        """Answers a second, at least."""
        return self.in_flight / (self.seconds + self.error)

    def times_later_than(self, other: "_Level") -> float:
        """By which factor its answers are later, at least."""
        return max(0.0, self.seconds - self.error) / (other.seconds + other.error)


class LatencyWatch:
    """Compares each round of requests with the level that brought the most for the least."""

    def __init__(self, first: int, limit: float) -> None:
        """`first` is the number of the next request to leave, `limit` how many may be in flight."""
        self._best: _Level | None = None
        self._best_throughput = 0.0
        self._begin_round(first, limit)

    def ended(self, number: int, in_flight: int, seconds: float | None, *, late: bool) -> bool:
        """Note that a request ended; returns whether the round is full.

        `number` counts requests in the order they left, `in_flight` is how many there were then.
        `seconds` is None where the end tells nothing of latency; `late`: it timed out.
        """
        if not self._first <= number < self._first + self._size:
            return False
        self._ended += 1
        if seconds is not None:
            self._in_flight.append(in_flight)
            self._seconds.append(seconds)
            self._late += late
        return self._ended >= math.ceil(MOST * self._size)

    def judge(self, first: int, limit: float) -> float | None:
        """End the round; the limit to go back to, if it shows queueing.

        `first` is the number of the first request of the next round.
        """
        in_flight, seconds, late = self._in_flight, self._seconds, self._late
        self._begin_round(first, limit)
        if len(seconds) < FEWEST / 2:
            return None
        if late > len(seconds) / 3:
            return limit / 2
        mean = max(statistics.fmean(seconds), 1e-6)
        spread = max(statistics.stdev(seconds), LEAST_SPREAD * mean)
        error = CLEAR * spread / math.sqrt(len(seconds))
        return self._compare(_Level(statistics.fmean(in_flight), mean, error), limit)

    def _begin_round(self, first: int, limit: float) -> None:
        self._first = first
        self._size = max(FEWEST, int(limit))
        self._ended = 0
        self._late = 0
        self._in_flight: list[int] = []
        self._seconds: list[float] = []

    def _compare(self, level: _Level, limit: float) -> float | None:
        best = self._best
        if best is None or self._is_better(level, best):
            self._best, self._best_throughput = level, level.throughput
            return None
        if level.throughput < self._best_throughput / SAME:
            self._best_throughput *= FADING
        later = level.times_later_than(best)
        if later < LATER or level.in_flight < GROWN * best.in_flight:
            return None
        return max(best.in_flight, limit * min(0.9, LATER / later))

    def _is_better(self, level: _Level, best: _Level) -> bool:
        """Whether it brings as much with fewer in flight, or enough more with more of them."""
        more = level.in_flight / best.in_flight
        if more < 1:
            return level.throughput >= self._best_throughput / SAME
        return level.least_throughput > self._best_throughput * max(SAME, math.pow(more, GAIN))
