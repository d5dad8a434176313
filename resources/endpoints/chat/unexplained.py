"""Stops a run of which every request is refused in the same words, whatever these may mean.

Refusals whose words are understood are dealt with elsewhere. This is for the others: one alone may
be about its photo, but not all from the first on.
"""

import re

from resources.endpoints.config import EndpointConfig
from resources.endpoints.faults import CallFault
from resources.endpoints.flow.stops import subject
from resources.errors import EndpointStoppedError

ENOUGH = 20
"""So many photos refused, and none answered, say that it is not the photos."""
UNEXPLAINED = frozenset(
    {
        "bad_request",
        "too_many_bytes",
        "unsupported_format",
        "unsupported_temperature",
        "unsupported_option",
    }
)
VARYING = re.compile(r"\S*\d\S*")
"""Ids, sizes and numbers, which differ from request to request."""
OF_CONTEXT = re.compile(
    r"context|too long|longer than|max_model_len|\btokens?\b|input length", re.IGNORECASE
)
OF_SIZE = re.compile(r"bytes|too large|too big|image|exceed", re.IGNORECASE)
SMALLER = "smaller photos ('normalization' of the dataset)"


class Unexplained:
    """Counts the photos that an endpoint refuses before it answers any."""

    def __init__(self, config: EndpointConfig) -> None:
        self._config = config
        self._has_taken = False
        self._words: str | None = None
        self._photos = 0
        self._stopped: EndpointStoppedError | None = None

    def ended(self, fault: CallFault | None) -> None:
        """A call about a photo ended so.

        Raises:
            EndpointStoppedError: there were enough, all refused alike.
        """
        if fault is not None and fault.kind != "lasting":
            return
        if fault is None or fault.code not in UNEXPLAINED:
            self._has_taken = True
        if fault is None or self._has_taken:
            return
        words = VARYING.sub("#", fault.words)
        self._photos = self._photos + 1 if words == self._words else 1
        self._words = words
        if self._photos >= ENOUGH:
            said = " ".join(fault.words.split()).rstrip(".") or "it gives no reason"
            self._stopped = EndpointStoppedError(
                f"{subject(self._config)} refuses every request: of {self._photos} photos none was"
                f" answered, all for the same reason: {said}.",
                f"{_remedy(fault)}, then run again; `listing errors DATASET@VERSION --retry` asks"
                " about those photos too.",
            )
        self.raise_if_stopped()

    def raise_if_stopped(self) -> None:
        """Raise what `ended` has raised before."""
        if self._stopped is not None:
            raise self._stopped


def _remedy(fault: CallFault) -> str:
    if OF_CONTEXT.search(fault.words):
        return f"Serve the model with a longer context, or ask with fewer tags or {SMALLER}"
    if fault.code == "too_many_bytes" or OF_SIZE.search(fault.words):
        return f"Mend what it complains of, or ask with {SMALLER}"
    return "Mend what it complains of"
