"""Takes a published revision, or what is chosen of it, out of the lake.

`request.py` says what can be asked for, `selecting.py` which rows that is, `place.py` where to,
`photos.py` streams them with their files, `formats/` write these as others read them, `output.py`
counts and vouches, `exporting.py` does it all in order. `naming.py` names files, `header.py` reads
their size, `location.py` takes GPS out of originals, `dataset_version.py` makes a new dataset
version without moving a byte.
"""

from listing_assets.exports.errors import ExportError
from listing_assets.exports.exporting import Exported, export, plan_export
from listing_assets.exports.formats import DATASET_VERSION, FORMATS
from listing_assets.exports.output import MANIFEST
from listing_assets.exports.request import ExportRequest

__all__ = [
    "DATASET_VERSION",
    "FORMATS",
    "MANIFEST",
    "ExportError",
    "ExportRequest",
    "Exported",
    "export",
    "plan_export",
]
