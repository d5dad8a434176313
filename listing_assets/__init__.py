"""The domain, and the Dagster definitions over it.

Photos come in through `assets/raw_images.py`, are decoded and resized by `imaging/`, asked about by
`tagging/`, turned into vectors by `embedding/`, and end in a published dataset version made by
`publishing/`. `increment.py` is the loop that three of the five assets share. `search/` finds,
`reading/` reads from Python, `exports/` takes out.

Only `assets/`, `definitions.py`, `checks.py`, `sensors.py`, `jobs.py`, `export_job.py` and
`partitions.py` import Dagster. The outside world (object stores, model endpoints, the lake) is in
the package `resources`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from listing_assets.reading import open_version

__all__ = ["open_version"]


def __getattr__(name: str) -> Any:
    """`open_version`, imported when it is asked for: processes that decode photos do not read."""
    if name == "open_version":
        from listing_assets.reading import open_version

        return open_version
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
