"""DuckDB instances: one for each who joins, and a few idle ones kept for who joins next.

Opening an instance takes 20 ms, a database attached to an idle one 2 ms. An instance is one user's
alone for as long as it is used, so that memory limits are each user's own.
"""

import atexit
import os
import threading
import time
import uuid
from collections import defaultdict

import duckdb

from resources.scratch import scratch_path

MOST_IDLE = 4
"""Idle instances that are kept, of one memory limit."""
BRIEF_SECONDS = 1.0
"""An instance that was used for longer is closed: it gives its memory back only then."""


class Instance:
    """A DuckDB instance with a memory limit, and in it a database of its present user."""

    def __init__(self, memory: str) -> None:
        self.memory = memory
        # DuckDB makes the folder once it has to spill, and removes it.
        scratch = scratch_path("join")
        self._root = duckdb.connect(
            config={
                "memory_limit": memory,
                "temp_directory": str(scratch),
                "preserve_insertion_order": False,
            }
        )
        # Times are read as UTC whatever the machine's zone.
        self._root.execute("SET GLOBAL TimeZone = 'UTC'")
        self._began = 0.0
        self._name = ""

    def begin(self) -> duckdb.DuckDBPyConnection:
        """Make an empty database for a new user; a connection to it."""
        self._began = time.monotonic()
        self._name = f"joined_{uuid.uuid4().hex}"
        self._root.execute(f"ATTACH ':memory:' AS {self._name}")
        return self.connection()

    def connection(self) -> duckdb.DuckDBPyConnection:
        """Another connection to the user's database."""
        connection = self._root.cursor()
        connection.execute(f"USE {self._name}")
        return connection

    def end(self) -> bool:
        """Remove the user's database; whether the instance may serve another user."""
        self._root.execute(f"DETACH {self._name}")
        return time.monotonic() - self._began < BRIEF_SECONDS

    def close(self) -> None:
        """Give back memory and scratch folder."""
        self._root.close()


class Idle:
    """Instances that nobody uses, by memory limit. For any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._instances: defaultdict[str, list[Instance]] = defaultdict(list)

    def take(self, memory: str) -> Instance:
        """An instance with this memory limit, opened where none is idle."""
        with self._lock:
            instances = self._instances[memory]
            if instances:
                return instances.pop()
        return Instance(memory)

    def give(self, instance: Instance) -> None:
        """Keep an instance that nobody uses any more, or close it where enough are kept."""
        with self._lock:
            instances = self._instances[instance.memory]
            if len(instances) < MOST_IDLE:
                instances.append(instance)
                return
        instance.close()

    def close(self) -> None:
        """Close them all."""
        with self._lock:
            instances = [each for kept in self._instances.values() for each in kept]
            self._instances.clear()
        for instance in instances:
            instance.close()

    def forget_lock(self) -> None:
        """In a forked process: another thread of its parent may have held the lock."""
        self._lock = threading.Lock()


IDLE = Idle()
atexit.register(IDLE.close)
# A fork copies an instance without its threads: the copy would hang when it is used or closed.
os.register_at_fork(before=IDLE.close, after_in_child=IDLE.forget_lock)
