"""The lake: LanceDB tables in a folder, on S3 or on OSS, and the locks that guard their writers.

`tables.py` is the one place that knows table names and columns, `database.py` opens, appends and
scans, `locks.py` has the leases; `compaction.py`, `clearing.py` and `stored_files.py` keep the lake
small. What the rows mean is the domain's part.
"""

from resources.lake.deferring import defer_package

defer_package("lance_namespace_urllib3_client")

from resources.lake.database import Lake  # noqa: E402
from resources.lake.locks import Lease  # noqa: E402

__all__ = ["Lake", "Lease"]
