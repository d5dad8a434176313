"""Reads a published version from Python: rows, photos, search, training.

`version.py` is what users open. `opened.py` is a revision with all that belongs to it, `places.py`
tells where its rows and photos lie, `source.py` reads them, `originals.py` the files they were made
of. `training.py` is the map-style dataset, `forked.py` reads for its forked workers, `grid.py`
draws thumbnails.
"""

from listing_assets.reading.opened import OpenRevision
from listing_assets.reading.places import Places
from listing_assets.reading.version import VersionReader, open_version

__all__ = ["OpenRevision", "Places", "VersionReader", "open_version"]
