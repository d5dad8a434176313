"""Remembers full recomputations, so that a killed one goes on where it stopped.

`full` computes all of a version's results again. What was computed since the full run began counts
as done when the same full run is asked for again after a kill; once all its steps have ended and
the version is published, the next `full` begins anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pyarrow as pa

from listing_assets.increment import Mode
from listing_assets.versions.names import VersionName
from resources.lake import Lake
from resources.lake.tables import FULL_RUNS

PUBLISHED = ("", "published")
"""The event that ends the full runs of a version, and no asset's."""
AFTER_PUBLICATION = "listing_drafts"
"""The step that begins when the version is published: publication does not wait for its end."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class FullRun:
    """One asset's full recomputation of a version."""

    def __init__(self, lake: Lake, version: VersionName, asset: str) -> None:
        self._lake = lake
        self._version = version
        self._asset = asset

    def unfinished(self) -> datetime | None:
        """When the full run that is not over began; None where there is none."""
        last = _last_events(self._lake, self._version)
        began = last.get((self._asset, "began"))
        ends = (last.get(event, LONG_AGO) for event in ((self._asset, "ended"), PUBLISHED))
        return None if began is None or all(end > began for end in ends) else began

    def begin(self) -> datetime:
        """The beginning of the full run that is not over, or of a new one."""
        return self.unfinished() or _note(self._lake, self._version, self._asset, "began")

    def end(self) -> None:
        """Everything of this full run is computed."""
        _note(self._lake, self._version, self._asset, "ended")


def note_published(lake: Lake, version: VersionName) -> None:
    """The version is published: its full runs are over, but where a step of one was cut short."""
    last = _last_events(lake, version)
    began = {
        asset: moment
        for (asset, event), moment in last.items()
        if event == "began" and asset != AFTER_PUBLICATION
    }
    whole = all(last.get((one, "ended"), LONG_AGO) > moment for one, moment in began.items())
    if began and whole and max(began.values()) > last.get(PUBLISHED, LONG_AGO):
        _note(lake, version, *PUBLISHED)


def _last_events(lake: Lake, version: VersionName) -> dict[tuple[str, str], datetime]:
    """When each event of each asset last happened."""
    where = f"dataset = '{version.dataset}' AND version = '{version.version}'"
    rows = lake.scan(FULL_RUNS, ["asset", "event", "created_at"], where).read_all().to_pylist()
    rows.sort(key=lambda row: row["created_at"])
    return {(row["asset"], row["event"]): row["created_at"] for row in rows}


def _note(lake: Lake, version: VersionName, asset: str, event: str) -> datetime:
    now = datetime.now(UTC)
    row = {
        "dataset": version.dataset,
        "version": version.version,
        "asset": asset,
        "event": event,
        "created_at": now,
    }
    lake.append(FULL_RUNS, pa.Table.from_pylist([row], schema=FULL_RUNS.schema))
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
