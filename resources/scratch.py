"""Where a process keeps what it needs only while it lives: folders in the temporary folder.

A process that is killed leaves its own there; the next one on the same machine clears them away.
"""

import glob
import os
import shutil
import socket
import tempfile
import uuid
from functools import cache
from pathlib import Path

from resources.processes import is_alive


def scratch_path(kind: str) -> Path:
    """A path that no other process has, and where nothing is yet; `kind` tells people what it is.

    Who makes a folder there also removes it.
    """
    folder = tempfile.gettempdir()
    _clear_away_what_the_dead_left(folder)
    return Path(folder, f"{_prefix()}{os.getpid()}-{kind}-{uuid.uuid4().hex}")


@cache
def _clear_away_what_the_dead_left(folder: str) -> None:
    prefix = _prefix()
    for path in Path(folder).glob(f"{glob.escape(prefix)}*"):
        process, _, _ = path.name.removeprefix(prefix).partition("-")
        if process.isdigit() and not is_alive(int(process)):
            shutil.rmtree(path, ignore_errors=True)


def _prefix() -> str:
    """With the machine's name: process ids of other containers say nothing here."""
    return f"listing-{socket.gethostname()}-"
