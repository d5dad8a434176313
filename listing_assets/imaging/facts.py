"""What is recorded about an original: measurements of its pixels, and its capture time.

The EXIF position is never read. How the normalized photo is made is `normalize`'s part.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image

LUMA_SIDE: Final = 256
"""Side in pixels of the square luma plane that everything is measured on."""

Plane = npt.NDArray[np.uint8]

_HASH_SIDE = 32
_HASH_BITS = 8


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """Facts about one original.

    `width` and `height` are of the upright picture, in pixels; `orientation` is the EXIF value
    1..8 that was found (1 where none was). `format` and `mode` are Pillow's names. `icc` is the
    description of the embedded colour profile. `captured_at` is EXIF DateTimeOriginal, the
    camera's own clock: it has no time zone. `phash`, `sharpness` and `brightness` are what
    `perceptual_hash`, `sharpness` and `brightness` of this module say.
    """

    width: int
    height: int
    format: str
    mode: str
    orientation: int
    frames: int
    icc: str | None
    bytes: int
    captured_at: datetime | None
    phash: str
    sharpness: float
    brightness: float


def luma_plane(picture: Image.Image) -> Plane:
    """Luma (ITU-R BT.601, 0..255) of the whole picture, stretched to LUMA_SIDE x LUMA_SIDE.

    One fixed size makes sharpness comparable between photos and nearly independent of the
    normalization spec.
    """
    luma = picture.convert("L").resize(
        (LUMA_SIDE, LUMA_SIDE), Image.Resampling.BILINEAR, reducing_gap=1.0
    )
    return np.asarray(luma)


def perceptual_hash(luma: Plane) -> str:
    """64-bit DCT hash of a luma plane as 16 hex digits: near pictures differ in few bits.

    The 8 x 8 lowest frequencies of the luma averaged to 32 x 32, one bit each, set where the
    coefficient exceeds their median (C. Zauner, Implementation and Benchmarking of Perceptual
    Image Hash Functions, 2010, section 3.2.1).
    """
    frequencies = _LOW_FREQUENCIES @ luma.astype(np.float32) @ _LOW_FREQUENCIES.T
    # Rounding keeps the noise of floating point from deciding bits of a flat picture.
    rounded = frequencies.ravel().round(2)
    ordered = np.sort(rounded)
    median = (ordered[31] + ordered[32]) / 2
    return np.packbits(rounded > median).tobytes().hex()


def sharpness(luma: Plane) -> float:
    """Variance of a luma plane's 4-neighbour Laplacian, in squared levels; blurred photos are low.

    Source: J. L. Pech-Pacheco et al., Diatom autofocusing in brightfield microscopy, 2000.
    """
    plane = luma.astype(np.int16)
    laplacian = plane[:-2, 1:-1] + plane[2:, 1:-1]
    laplacian += plane[1:-1, :-2]
    laplacian += plane[1:-1, 2:]
    laplacian -= 4 * plane[1:-1, 1:-1]
    values = laplacian.ravel().astype(np.float32)
    # The mean of squares less the square of the mean takes half the time of `var`. A Laplacian's
    # mean is near zero, so that nothing is lost to cancellation.
    return max(0.0, float(values @ values) / values.size - float(values.mean()) ** 2)


def brightness(luma: Plane) -> float:
    """Mean of a luma plane, from 0 (black) to 1 (white)."""
    return int(luma.sum(dtype=np.uint32)) / (luma.size * 255)


def captured_at(exif: Image.Exif) -> datetime | None:
    """EXIF DateTimeOriginal, or None where it is absent or not a time. Naive: see PhotoFacts."""
    written = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    found = re.match(r"(\d{4})[:/-](\d\d)[:/-](\d\d)[ T](\d\d):(\d\d):(\d\d)", str(written))
    if found is None:
        return None
    try:
        year, month, day, hour, minute, second = map(int, found.groups())
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None


def _low_frequencies() -> npt.NDArray[np.float32]:
    """Averages blocks of a plane's axis to 32 samples, then takes the 8 lowest of their DCT-II."""
    frequency = np.arange(_HASH_BITS)[:, None]
    position = np.arange(_HASH_SIDE)[None, :]
    dct = np.cos(np.pi * frequency * (2 * position + 1) / (2 * _HASH_SIDE)) / _HASH_SIDE
    block = LUMA_SIDE // _HASH_SIDE
    return (np.repeat(dct, block, axis=1) / block).astype(np.float32)


_LOW_FREQUENCIES = _low_frequencies()
