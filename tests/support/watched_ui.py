"""Dagster's web server and daemon as `listing ui` starts them, but that the daemon looks often."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.killing import COMMAND

WATCHFUL_DAEMON = Path(__file__).with_name("watchful_daemon")


@contextmanager
def watched_ui(home: Path, catalog: Path, log: Path) -> Iterator[tuple[int, int]]:
    """Run them while open; the process id, and the port where the web server will answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*COMMAND, "ui", "--port", str(port), "--gallery-port", "0"],
            env={
                **os.environ,
                "LISTING_HOME": str(home),
                "LISTING_CATALOG": str(catalog),
                "PYTHONPATH": str(WATCHFUL_DAEMON),
            },
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        yield process.pid, port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
