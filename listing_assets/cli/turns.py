"""Tells whom a run waits for, where another run holds the pool of a step that comes next.

A pool lets one step at a time call a model; Dagster says nothing of that on the command line.
"""

import threading
from types import TracebackType
from typing import Any, Final, Self

from listing_assets.cli.notices import NOTICES
from listing_assets.cli.output import stderr

POOLS: Final = {"tag_model": "tag model", "embedding_model": "embedding model"}
LOOK_SECONDS: Final = 1.0
AGAIN_LOOKS: Final = 60
"""After so many looks the same is told once more."""


class Turns:
    """While it is entered, a thread looks at the pools for the steps of one run."""

    def __init__(self, instance: Any, run_id: str) -> None:
        """`instance` is a `dagster.DagsterInstance`."""
        self._instance = instance
        self._run_id = run_id
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, name="turns", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        looks_since_told = dict.fromkeys(POOLS, AGAIN_LOOKS)
        while not self._ended.wait(LOOK_SECONDS):
            for pool, what in POOLS.items():
                holder = self._holder(pool)
                NOTICES.wait(pool, holder and f"the {what}, which {holder} uses")
                looks_since_told[pool] = looks_since_told[pool] + 1 if holder else AGAIN_LOOKS
                if holder and looks_since_told[pool] > AGAIN_LOOKS:
                    looks_since_told[pool] = 0
                    words = f"waiting for the {what}, which {holder} uses; its turn comes by itself"
                    stderr.print(words, markup=False, soft_wrap=True)

    def _holder(self, pool: str) -> str | None:
        """Who has the pool that a step of this run waits for; None where it waits for none."""
        info = self._instance.event_log_storage.get_concurrency_info(pool)
        waits = any(
            step.run_id == self._run_id and step.assigned_timestamp is None
            for step in info.pending_steps
        )
        for slot in info.claimed_slots if waits else ():
            run = self._instance.get_run_by_id(slot.run_id)
            tags = run.tags if run else {}
            process = f", process {tags['listing/pid']}" if "listing/pid" in tags else ""
            host = f" on {tags['listing/host']}" if "listing/host" in tags else ""
            of = f" of {tags['dagster/partition']}" if "dagster/partition" in tags else ""
            return f"run {slot.run_id[:8]}{of}{process}{host}"
        return None
