"""The `listing` command: one file a group of commands, the words of the domain as command names.

`app.py` assembles, `output.py` prints, `ending.py` tells errors, `launching.py` alone talks to
Dagster. The commands compose domain calls as the assets do; nothing is computed here.
"""

import os
import signal
from types import FrameType
from typing import Final

INTERRUPTED: Final = 130
"""Exit code of a command that a signal ended, as shells have it."""


def main() -> None:
    """The entry point. A Ctrl-C while modules are still imported ends it without a word."""

    def end(number: int, frame: FrameType | None) -> None:
        os._exit(INTERRUPTED)

    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:  # it may be ignored, as in a job in the background
        signal.signal(signal.SIGINT, end)
    try:
        from listing_assets.cli import app
    finally:
        signal.signal(signal.SIGINT, before)
    app.main()


__all__ = ["INTERRUPTED", "main"]
