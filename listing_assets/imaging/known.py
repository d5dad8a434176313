"""Which photos were worked on already, so that equal bytes are decoded once."""

import threading

from listing_assets.imaging.spec import NormalizationSpec
from resources.lake import Lake
from resources.lake.tables import NORMALIZED_IMAGES


class KnownImages:
    """Image ids that have their normalized photo, or are being worked on, in 16 bytes each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids: set[bytes] = set()

    def learn(self, lake: Lake, spec: NormalizationSpec) -> None:
        """Add the photos that the lake holds."""
        stood = lake.scan(NORMALIZED_IMAGES, ["image_id"], f"recipe = '{spec.recipe}'")
        for batch in stood:
            self._ids.update(bytes.fromhex(i)[:16] for i in batch.column("image_id").to_pylist())

    def claim(self, image_id: str) -> bool:
        """Whether the caller is the first to meet these bytes and must work on them."""
        short = bytes.fromhex(image_id)[:16]
        with self._lock:
            if short in self._ids:
                return False
            self._ids.add(short)
            return True
