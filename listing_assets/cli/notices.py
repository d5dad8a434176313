"""What the platform logs while a command runs, and what it waits for: shown on stderr.

A log record whose `waits_for` names something says that the process waits for it, until another
record with the same `waiting` has None there.
"""

import logging
from types import TracebackType
from typing import Final, Self

from listing_assets.cli.output import stderr

PACKAGES: Final = ("resources", "listing_assets")


class Notices(logging.Handler):
    """Shows warnings and waits above the progress bars, while it is entered."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._waits: dict[str, str] = {}

    @property
    def while_waiting(self) -> str:
        """What the process waits for now, as the end of a sentence; empty where it is nothing."""
        return f" while waiting for {' and '.join(self._waits.values())}" if self._waits else ""

    def emit(self, record: logging.LogRecord) -> None:
        """Show a record, unless it is of no concern to a user."""
        waiting = getattr(record, "waiting", None)
        if waiting is None and record.levelno < logging.WARNING:
            return
        if waiting is not None:
            self.wait(waiting, getattr(record, "waits_for", None))
        stderr.print(record.getMessage(), markup=False, soft_wrap=True)

    def wait(self, waiting: str, waits_for: str | None) -> None:
        """Note what is waited for, or that it has come."""
        if waits_for is None:
            self._waits.pop(waiting, None)
        else:
            self._waits[waiting] = waits_for

    def __enter__(self) -> Self:
        self._waits.clear()
        for package in PACKAGES:
            logger = logging.getLogger(package)
            logger.addHandler(self)
            logger.setLevel(logging.INFO)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for package in PACKAGES:
            logging.getLogger(package).removeHandler(self)


NOTICES: Final = Notices()
"""The one of this process."""
