"""Runs `listing run` in a process of its own and kills it, again and again, until it is through."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

COMMAND = [sys.executable, "-m", "listing_assets.cli"]


@dataclass(frozen=True)
class Killed:
    """How many kills there were, and the document of the run that came through."""

    kills: int
    document: dict[str, Any]


def start(version: str, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """The command, begun; its standard output is one JSON document."""
    return subprocess.Popen(
        [*COMMAND, "run", version, "--json"],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str], timeout_seconds: float = 300) -> dict[str, Any]:
    """Wait for the command to succeed; its document."""
    out, err = process.communicate(timeout=timeout_seconds)
    if process.returncode:
        raise RuntimeError(f"listing run failed:\n{err}")
    document: dict[str, Any] = json.loads(out)
    return document


def run_with_kills(
    version: str,
    environment: Mapping[str, str],
    *,
    kills: int,
    earliest_seconds: float,
    latest_seconds: float,
    seed: int,
    at_kill: Callable[[], None] = lambda: None,
) -> Killed:
    """`kill -9` the run at random moments, `kills` times at most, then let it come through.

    `at_kill` is called just before each kill.
    """
    moments = random.Random(seed)
    done = 0
    for _ in range(kills):
        process = start(version, environment)
        try:
            process.wait(moments.uniform(earliest_seconds, latest_seconds))
        except subprocess.TimeoutExpired:
            at_kill()
            os.kill(process.pid, signal.SIGKILL)
            done += 1
        process.communicate()
        if process.returncode == 0:
            break
    return Killed(done, finish(start(version, environment)))


def wait_for(
    process: subprocess.Popen[str], condition: Callable[[], bool], timeout_seconds: float = 120
) -> None:
    """Wait until `condition()` holds, while the process lives."""
    deadline = time.monotonic() + timeout_seconds
    while not condition():
        if time.monotonic() > deadline or process.poll() is not None:
            raise RuntimeError("the moment did not come")
        time.sleep(0.02)
