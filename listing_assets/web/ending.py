"""What the server's log says of its end: nothing of requests that are still under way then."""

import asyncio
import logging


class Unfinished(logging.Filter):
    """Leaves out that a request was cancelled, which is how the server ends one that goes on."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is to be logged."""
        return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))
