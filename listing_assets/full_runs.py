"""Remembers full recomputations, so that a killed one goes on where it stopped.

`full` computes all of a version's results again. What was computed since the full run began counts
as done when the same full run is asked for again after a kill; once it ended, the next `full`
begins anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pyarrow as pa

from listing_assets.increment import Mode
from listing_assets.versions.names import VersionName
from resources.lake import Lake
from resources.lake.tables import FULL_RUNS


class FullRun:
    """One asset's full recomputation of a version."""

    def __init__(self, lake: Lake, version: VersionName, asset: str) -> None:
        self._lake = lake
        self._version = version
        self._asset = asset

    def unfinished(self) -> datetime | None:
        """When the full run that was cut short began; None where there is none."""
        where = (
            f"dataset = '{self._version.dataset}' AND version = '{self._version.version}'"
            f" AND asset = '{self._asset}'"
        )
        events = self._lake.scan(FULL_RUNS, ["event", "created_at"], where).read_all().to_pylist()
        last = max(events, key=lambda event: event["created_at"], default=None)
        if last is None or last["event"] != "began":
            return None
        began: datetime = last["created_at"]
        return began

    def begin(self) -> datetime:
        """The beginning of the full run that was cut short, or of a new one."""
        return self.unfinished() or self._note("began")

    def end(self) -> None:
        """Everything of this full run is computed."""
        self._note("ended")

    def _note(self, event: str) -> datetime:
        now = datetime.now(UTC)
        row = {
            "dataset": self._version.dataset,
            "version": self._version.version,
            "asset": self._asset,
            "event": event,
            "created_at": now,
        }
        self._lake.append(FULL_RUNS, pa.Table.from_pylist([row], schema=FULL_RUNS.schema))
        return now


@contextmanager
def results_count_since(
    lake: Lake, version: VersionName, asset: str, mode: Mode
) -> Iterator[datetime | None]:
    """From when on stored results count: always, or since the full run began.

    A full run ends when the block ends well; one that is cut short goes on the next time.
    """
    if mode == "incremental":
        yield None
        return
    run = FullRun(lake, version, asset)
    yield run.begin()
    run.end()


def sql_time(moment: datetime) -> str:
    """A UTC moment as a literal that Lance and DuckDB both read."""
    return f"timestamp '{moment:%Y-%m-%d %H:%M:%S.%f}'"
