"""What the log tells while an endpoint is down: when it begins, after each probe, and at its end.

Each record has `waits_for`, the same as the name of what is waited for, and `waiting`, which tells
one wait from another; at the end of a wait `waits_for` is None.
"""

import logging
import textwrap

from resources.endpoints.config import EndpointConfig
from resources.endpoints.faults import CallFault
from resources.endpoints.flow.breaker import Outage
from resources.endpoints.flow.stops import host

log = logging.getLogger(__name__)

MOST_TOLD = 160
"""Characters of a complaint that is told again and again."""


def begins(config: EndpointConfig, fault: CallFault, outage: Outage) -> None:
    """Nothing is sent any more but probes; `fault` was the last."""
    _waits(
        config,
        fault,
        f"{host(config)} does not answer ({_told(fault)}); trying again in"
        f" {outage.next_try:.0f} s, giving up after {outage.lasted + outage.left:.0f} s",
    )


def goes_on(config: EndpointConfig, fault: CallFault, outage: Outage) -> None:
    """A probe has failed with `fault`."""
    _waits(
        config,
        fault,
        f"{host(config)} has not answered for {outage.lasted:.0f} s ({_told(fault)}); trying again"
        f" in {outage.next_try:.0f} s, giving up in {outage.left:.0f} s",
    )


def ends(config: EndpointConfig, outage: Outage) -> None:
    """The endpoint has answered."""
    words = f"{host(config)} answers again, after {outage.lasted:.0f} s"
    log.info(words, extra={"waiting": host(config), "waits_for": None})


def _waits(config: EndpointConfig, fault: CallFault, words: str) -> None:
    waits_for = f"{host(config)}, which does not answer ({_told(fault)})"
    log.warning(words, extra={"waiting": host(config), "waits_for": waits_for})


def _told(fault: CallFault) -> str:
    return textwrap.shorten(fault.told, MOST_TOLD, placeholder=" …")
