"""Runs several commands as one: they begin together and end together."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Final

from listing_assets.cli import INTERRUPTED

LOOK_SECONDS: Final = 0.2
GRACE_SECONDS: Final = 25.0
"""How long a command may take to end once it was asked to."""
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_together(commands: Sequence[Sequence[str]], environment: Mapping[str, str]) -> int:
    """Run the commands until one ends by itself or a signal comes, then end all of them.

    Each has a process group of its own, so that Ctrl-C in the terminal reaches this process alone
    and each command is asked to end exactly once. Returns the exit code: that of the command that
    ended first, or 130 after a signal.
    """
    processes: list[subprocess.Popen[bytes]] = []
    with _interruptible():
        try:
            for command in commands:
                begun = subprocess.Popen(  # noqa: S603 - commands of this very environment
                    command, env=environment, stdin=subprocess.DEVNULL, process_group=0
                )
                processes.append(begun)
            while all(process.poll() is None for process in processes):
                time.sleep(LOOK_SECONDS)
            return next(one.returncode for one in processes if one.returncode is not None)
        except KeyboardInterrupt:
            return INTERRUPTED
        finally:
            _end(processes)


def _end(processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    """Ask all to end; kill what has not after the grace, or at once at another Ctrl-C."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    try:
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
    finally:
        for process in processes:
            # What a command began and left behind is of its group.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let the end of the terminal, and SIGTERM, be what Ctrl-C is.

    SIGINT too: a command that inherited it as ignored, as jobs in the background do, could not be
    ended by Dagster's own handlers.
    """

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
