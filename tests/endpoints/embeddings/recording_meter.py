"""A meter that remembers what it was told."""

import uuid
from dataclasses import dataclass, field

from resources.endpoints.metering import Attempt
from resources.errors import EndpointStoppedError


@dataclass
class RecordingMeter:
    """Keeps every attempt, and stops calls once so many have begun."""

    most: int | None = None
    begun: list[str] = field(default_factory=list)
    ended: list[Attempt] = field(default_factory=list)

    def begin(self) -> str:
        if self.most is not None and len(self.begun) >= self.most:
            raise EndpointStoppedError("the budget is spent.")
        self.begun.append(uuid.uuid4().hex)
        return self.begun[-1]

    def end(self, attempt: Attempt) -> None:
        self.ended.append(attempt)

    @property
    def outcomes(self) -> list[str]:
        return [attempt.outcome for attempt in self.ended]
