"""The lake: LanceDB tables in a folder, on S3 or on OSS, and the locks that guard their writers.

`tables.py` is the one place that knows table names and columns, `database.py` opens, appends and
scans, `locks.py` has the leases. What the rows mean is the domain's part.
"""

from resources.lake.database import Lake
from resources.lake.locks import Lease

__all__ = ["Lake", "Lease"]
