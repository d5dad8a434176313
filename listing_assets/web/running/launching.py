"""Begins a job's process: detached, so that it outlives the server that was asked for it."""

import fcntl
import os
import subprocess
import sys
import threading

from listing_assets.settings import PROJECT, Settings
from listing_assets.web.running.folders import JobFolder


def launch(folder: JobFolder, settings: Settings) -> None:
    """Begin the process of the job in `folder`.

    The lock is taken here and inherited: the job counts as alive before its process says a word.
    """
    with folder.lock.open("wb") as lock, folder.log.open("wb") as log:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        process = subprocess.Popen(  # noqa: S603 - a module of this very environment
            [sys.executable, "-m", "listing_assets.job_process", str(folder.path)],
            env=environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(lock.fileno(),),
            start_new_session=True,
        )
    # Somebody has to take note of its end, or it stays in the process table until ours.
    threading.Thread(target=process.wait, name=f"job {folder.id}", daemon=True).start()


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a process over the same installation."""
    return {
        "DAGSTER_HOME": str(PROJECT),
        "MALLOC_ARENA_MAX": "2",
        **os.environ,
        "LISTING_HOME": str(settings.home),
        "LISTING_LAKE": settings.lake,
        "LISTING_CATALOG": str(settings.catalog),
        "LISTING_DAGSTER": str(settings.dagster_storage),
    }
