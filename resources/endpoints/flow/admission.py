"""What is known of an endpoint: whether a request may leave now, and what the end of each teaches.

Times are seconds of any steady clock. Nothing here waits: `gate.py` does.
"""

import math
from dataclasses import dataclass

from resources.endpoints.config import EndpointConfig
from resources.endpoints.faults import CallFault
from resources.endpoints.flow import outages, stops
from resources.endpoints.flow.breaker import Breaker
from resources.endpoints.flow.concurrency import Concurrency, Place
from resources.endpoints.flow.patience import Patience
from resources.endpoints.flow.rates import RequestRate, TokenRate
from resources.endpoints.interface import Usage
from resources.errors import EndpointStoppedError

UNEXPECTED = "unexpected"
"""The code of a fault that is the attempt's own, not the endpoint's."""
WORKER_LOST = "worker_lost"
"""The code of a fault of the worker that made the attempt on a cluster."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Leave for one request. It is given back once, however the request ends."""

    place: Place
    tokens: float
    """What it was charged against the tokens per minute."""
    is_probe: bool


class Admission:
    """Concurrency, rates, breaker and the endpoint's own Retry-After, of one endpoint together."""

    def __init__(self, config: EndpointConfig, patience: Patience) -> None:
        self._config = config
        self._call_seconds = patience.call_seconds(config.timeout_ms / 1000)
        self._most_refusing = self._call_seconds + patience.down
        self._concurrency = Concurrency(config.ceilings.concurrency)
        self._requests = RequestRate(config.ceilings.requests_per_minute)
        self._tokens = TokenRate(config.ceilings.tokens_per_minute)
        self._breaker = Breaker(patience)
        self._held_until = -math.inf
        self.stopped: EndpointStoppedError | None = None
        """Why no request may leave any more."""

    def wait(self, now: float) -> float:
        """Seconds until a request may leave; infinite if another has to end first."""
        if not self._concurrency.has_room:
            return math.inf
        return max(
            self._breaker.wait(now),
            self._held_until - now,
            self._requests.wait(now),
            self._tokens.wait(now),
            0.0,
        )

    def begin(self, now: float, tokens: int) -> Ticket:
        """A request leaves."""
        self._requests.take(now)
        charged = self._tokens.take(now, tokens)
        return Ticket(self._concurrency.begin(), charged, self._breaker.begin())

    def at_ceiling(self, ticket: Ticket) -> bool:
        """Whether the request left as the last one that the ceiling allows."""
        return ticket.place.in_flight == self._concurrency.ceiling

    def unsent(self, ticket: Ticket, now: float) -> None:
        """The request did not leave after all."""
        self._requests.give_back()
        self._tokens.give_back(ticket.tokens)
        self.abandoned(ticket, now)

    def abandoned(self, ticket: Ticket, now: float) -> None:
        """The request ended in a way that tells nothing about the endpoint."""
        self._concurrency.ended(ticket.place, now)
        self._breaker.abandoned(probe=ticket.is_probe)

    def answered(self, ticket: Ticket, now: float, seconds: float, usage: Usage) -> None:
        """The request was answered after `seconds`."""
        self._correct(ticket, usage)
        self._concurrency.answered(ticket.place, now, seconds)
        self._end_outage(now)
        self._breaker.answered()

    @property
    def is_down(self) -> bool:
        """Whether the endpoint counts as down."""
        return self._breaker.is_open

    def failed(
        self,
        ticket: Ticket,
        now: float,
        seconds: float,
        fault: CallFault,
        *,
        is_first: bool = True,
    ) -> bool:
        """The request failed after `seconds`; `is_first` of its call.

        Returns whether that counts against its call: not while the endpoint is known to be down,
        unless it answers and the input may be to blame.
        """
        self._correct(ticket, fault.usage)
        counts = fault.kind == "passing" and (fault.may_be_input or not self._breaker.is_open)
        if fault.code in {UNEXPECTED, WORKER_LOST}:  # they tell nothing of the endpoint
            self.abandoned(ticket, now)
        elif fault.kind == "busy":
            self._refused(ticket, now, fault)
        elif fault.kind == "passing":
            self._failed(ticket, now, seconds, fault, is_first)
        else:
            self._concurrency.ended(ticket.place, now)
            self._end_outage(now)
            self._breaker.answered()
            if fault.kind == "stopping":
                self._stop(stops.refuses_all(self._config, fault))
        return counts

    def _refused(self, ticket: Ticket, now: float, fault: CallFault) -> None:
        self._concurrency.refused(ticket.place, now)
        self._end_outage(now)
        refusing = self._breaker.refused(now)
        if refusing >= self._most_refusing:
            self._stop(stops.refuses_for_long(self._config, fault, refusing))
        self._hold(now, fault)

    def _failed(
        self, ticket: Ticket, now: float, seconds: float, fault: CallFault, is_first: bool
    ) -> None:
        if fault.code == "timed_out":
            self._concurrency.timed_out(ticket.place, now, seconds)
        else:
            self._concurrency.ended(ticket.place, now)
        was_open = self._breaker.is_open
        down = self._breaker.failed(
            now,
            probe=ticket.is_probe,
            is_first=is_first,
            is_there=fault.may_be_input,
            is_unreached=fault.unreached is not None,
        )
        if down is not None:
            self._stop(stops.is_down(self._config, fault, down))
        elif outage := self._breaker.outage(now):
            if not was_open:
                outages.begins(self._config, fault, outage)
            elif ticket.is_probe:
                outages.goes_on(self._config, fault, outage)
        self._hold(now, fault)

    def _hold(self, now: float, fault: CallFault) -> None:
        """Retry-After holds the whole endpoint."""
        seconds = fault.retry_after_seconds or 0.0
        if seconds > self._call_seconds:
            self._stop(stops.wants_a_long_wait(self._config, fault))
        self._held_until = max(self._held_until, now + seconds)

    def _end_outage(self, now: float) -> None:
        """An endpoint that comes back is loaded slowly again."""
        if outage := self._breaker.outage(now):
            outages.ends(self._config, outage)
            self._concurrency.restart()

    def _correct(self, ticket: Ticket, usage: Usage) -> None:
        used = usage.input_tokens + usage.output_tokens
        if used:
            self._tokens.correct(ticket.tokens, used)

    def _stop(self, error: EndpointStoppedError) -> None:
        self.stopped = self.stopped or error
