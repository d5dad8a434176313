"""Writes the sample as files, in two upload batches.

The second batch is what a bucket gets in its second week: new products, new shots of old ones, one
photo uploaded twice under another name, an upload that broke off and a PDF that calls itself a
photo.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import PIL

from listing_assets.hashing import digest
from listing_assets.sample.catalogue import PRODUCTS, Product
from listing_assets.sample.drawing import draw
from listing_assets.sample.encoding import Format, encode
from listing_assets.sample.shots import SHOTS, Batch, Shot
from resources.errors import SourceError

_FORMATS: dict[tuple[str, int], Format] = {
    ("claymere-mug", 1): "turned.jpg",
    ("crunchelo-chips", 2): "webp",
    ("verdelune-monstera", 2): "png",
}
"""The pictures, by sku and number, that are not plain JPEG files."""

_RECEIPT = ".drawn.json"


@dataclass(frozen=True, slots=True)
class SampleFile:
    """One file of the bucket. `product` is None where the file is not a photo."""

    key: str
    batch: Batch
    product: Product | None
    content: Callable[[], bytes]
    """Draws the file. The same bytes each time."""


def sample_files(batch: Batch) -> tuple[SampleFile, ...]:
    """The files that a batch uploads, in order of their keys."""
    return tuple(file for file in _files() if file.batch == batch)


def sample_keys(batch: Batch) -> tuple[str, ...]:
    """The keys that a batch uploads: paths under the bucket, in order."""
    return tuple(file.key for file in sample_files(batch))


def write_batch(folder: Path, batch: Batch) -> int:
    """Write the files of a batch under `folder` and return how many of them are there now.

    A file that already holds what would be drawn is left alone, modification time and all, and is
    not drawn again; one that was changed or lost is mended. Files appear whole or not at all.

    Raises:
        SourceError: the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        receipt = _read_receipt(folder)
        written = sample_files(batch)
        for file in written:
            path = folder / file.key
            if path.is_file() and _sha256(path.read_bytes()) == receipt.get(file.key):
                continue
            content = file.content()
            if not path.is_file() or path.read_bytes() != content:
                _write(path, content)
            receipt[file.key] = _sha256(content)
        document = json.dumps({"drawn_by": _drawn_by(), "sha256": receipt}, indent=1)
        if not (folder / _RECEIPT).is_file() or (folder / _RECEIPT).read_text() != document:
            _write(folder / _RECEIPT, document.encode())
    except OSError as error:
        raise SourceError(
            f"The sample bucket {folder} cannot be written: {error}.",
            "Free some space, or set LISTING_HOME to a folder that you may write to.",
        ) from error
    return len(written)


@cache
def _files() -> tuple[SampleFile, ...]:
    drawn = {
        (product.sku, shot.number): _photo(product, shot)
        for product in PRODUCTS
        for shot in SHOTS[product.sku]
    }
    again = drawn["velmora-lipstick", 1]
    broken = drawn["zentiq-phone", 1]
    chart = next(product for product in PRODUCTS if product.sku == "norvale-tshirt")
    extra = (
        SampleFile("beauty/velmora-lipstick-01-copy.jpg", 2, again.product, again.content),
        SampleFile("electronics/zentiq-phone-05.jpg", 2, None, lambda: _broken_off(broken)),
        SampleFile(
            "apparel/norvale-tshirt-size-chart.jpg",
            2,
            None,
            lambda: encode(draw(chart, SHOTS[chart.sku][0]), "pdf"),
        ),
    )
    return tuple(sorted((*drawn.values(), *extra), key=lambda file: file.key))


def _photo(product: Product, shot: Shot) -> SampleFile:
    file_format = _FORMATS.get((product.sku, shot.number), "jpg")
    folder = product.category.lower().replace(" ", "-")
    key = f"{folder}/{product.sku}-{shot.number:02d}.{file_format.removeprefix('turned.')}"
    return SampleFile(key, shot.batch, product, lambda: encode(draw(product, shot), file_format))


def _broken_off(file: SampleFile) -> bytes:
    """The first part of a photo, as a lost connection leaves it."""
    content = file.content()
    return content[: len(content) * 2 // 5]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    """Write under a hidden name beside the file, then rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    partial.write_bytes(content)
    partial.replace(path)


def _read_receipt(folder: Path) -> dict[str, str]:
    """The sha256 of each file that this very code drew here before, by key; empty if another did.

    It only spares drawing: without it, or with one that does not fit, everything is drawn again
    and compared.
    """
    try:
        receipt = json.loads((folder / _RECEIPT).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    known: dict[str, str] = receipt["sha256"] if receipt.get("drawn_by") == _drawn_by() else {}
    return known


@cache
def _drawn_by() -> str:
    """What determines the bytes: the source of this package and the version of Pillow."""
    package = Path(__file__).parent
    sources = {
        str(path.relative_to(package)): path.read_text(encoding="utf-8")
        for path in package.rglob("*.py")
    }
    return digest(PIL.__version__, sources)
