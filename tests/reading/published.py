"""A published dataset that reading and exporting are tested on: made once a process, for real."""

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import lancedb
import pytest
from PIL import Image

from listing_assets.catalog import load_catalog
from listing_assets.corrections import CorrectionJournal
from tests.conftest import Chain, draw_photo
from tests.support.endpoint_server import EndpointServer

NAMES = (
    "a.jpg",
    "A.jpg",
    "deep/a.jpg",
    "deep/er/a.jpg",
    "con.jpg",
    "照片 #1 50%.jpg",
    "-rf ‥ ;$(x)'\".jpg",
    "dots.in.the.name.jpg",
    "same as a.jpg",
    "z" * 200 + ".jpg",
)
"""Keys of the photos; `same as a.jpg` has the bytes of `a.jpg`."""
GPS = "gps.jpg"
GPS_IFD, ORIENTATION = 0x8825, 0x0112
REJECTED = "broken.jpg"
PUBLISHED = sorted([*NAMES, GPS])


@dataclass(frozen=True)
class Shop:
    """The dataset photos@v1: revision v1.1, and v1.2 in which one label is corrected."""

    chain: Chain
    corrected: str
    """The key of the corrected photo."""

    @property
    def source(self) -> Path:
        return self.chain.source

    def be_installed(self, patch: pytest.MonkeyPatch) -> None:
        """Let the environment point at this installation."""
        patch.setenv("LISTING_HOME", str(self.chain.home))
        patch.setenv("LISTING_CATALOG", str(self.chain.catalog))
        patch.delenv("LISTING_LAKE", raising=False)

    def row(self, revision: str, key: str) -> dict[str, Any]:
        """A published row, read with nothing but lancedb."""
        table = lancedb.connect(self.chain.home / "lake").open_table("photos")
        table.checkout(revision)
        return next(row for row in table.to_arrow().to_pylist() if row["key"] == key)


def photo_with_place() -> bytes:
    """A photo on its side that tells where it was taken, in EXIF and in XMP."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010F] = "Maker"
    exif[GPS_IFD] = {1: "N", 2: (30.0, 15.0, 12.34), 3: "E", 4: (120.0, 9.0, 56.78)}
    xmp = b'<x xmlns:exif="e" exif:GPSLatitude="30,15.2N" exif:GPSLongitude="120,9.9E"/>'
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(draw_photo(99))) as image:
        image.save(buffer, "JPEG", exif=exif, xmp=xmp)
    return buffer.getvalue()


@cache
def publish_shop(root: Path) -> Shop:
    """Publish, correct a label, publish again."""
    root.mkdir()
    with EndpointServer() as server, pytest.MonkeyPatch.context() as patch:
        chain = Chain(root, server.url)
        shop = Shop(chain, "deep/a.jpg")
        shop.be_installed(patch)
        for number, name in enumerate(NAMES):
            path = chain.source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(draw_photo(0 if name == "same as a.jpg" else number))
        (chain.source / GPS).write_bytes(photo_with_place())
        (chain.source / REJECTED).write_bytes(b"no photo")
        run = chain.run()
        assert run.success, run.problem
        row = shop.row("v1.1", shop.corrected)
        CorrectionJournal(chain.lake, "photos").make(
            [row["image_id"]],
            "category",
            "set",
            "Toys" if row["tag_category"] != "Toys" else "Food",
            author="Li",
            definition=load_catalog(chain.catalog).tag_definition("shop"),
        )
        run = chain.run()
        assert run["labeled_dataset_versions"]["revision"] == "v1.2", run.problem
        return shop
