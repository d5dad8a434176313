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


def luma_plane(picture: Image.Image) -> Image.Image:
    """Luma (ITU-R BT.601, mode L) of the whole picture, stretched to LUMA_SIDE x LUMA_SIDE.

    One fixed size makes sharpness comparable between photos and nearly independent of the
    normalization spec.
    """
    return picture.convert("L").resize(
        (LUMA_SIDE, LUMA_SIDE), Image.Resampling.BILINEAR, reducing_gap=1.0
    )


def perceptual_hash(luma: Image.Image) -> str:
    """64-bit DCT hash of a luma plane as 16 hex digits: near pictures differ in few bits.

    The 8 x 8 lowest frequencies of the luma averaged to 32 x 32, one bit each, set where the
    coefficient exceeds their median (C. Zauner, Implementation and Benchmarking of Perceptual
    Image Hash Functions, 2010, section 3.2.1).
    """
    small = np.asarray(luma.reduce(LUMA_SIDE // _HASH_SIDE), dtype=np.float64)
    # Rounding keeps the noise of floating point from deciding bits of a flat picture.
    frequencies = np.round(_DCT @ small @ _DCT.T, 3)
    bits = frequencies > np.median(frequencies)
    return np.packbits(bits).tobytes().hex()


def sharpness(luma: Image.Image) -> float:
    """Variance of a luma plane's 4-neighbour Laplacian, in squared levels; blurred photos are low.

    Source: J. L. Pech-Pacheco et al., Diatom autofocusing in brightfield microscopy, 2000.
    """
    plane = np.asarray(luma).astype(np.int16)
    laplacian = plane[:-2, 1:-1] + plane[2:, 1:-1] + plane[1:-1, :-2] + plane[1:-1, 2:]
    laplacian -= 4 * plane[1:-1, 1:-1]
    values = laplacian.ravel().astype(np.float32)
    # The mean of squares less the square of the mean: half the time of `var`, for one photo in ten
    # milliseconds. A Laplacian's mean is near zero, so nothing is lost to cancellation.
    return max(0.0, float(values @ values) / values.size - float(values.mean()) ** 2)


def brightness(luma: Image.Image) -> float:
    """Mean of a luma plane, from 0 (black) to 1 (white)."""
    return int(np.asarray(luma).sum(dtype=np.uint32)) / (LUMA_SIDE**2 * 255)


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


def _dct_matrix() -> npt.NDArray[np.float64]:
    """The first rows of the type-II DCT of length 32, unscaled."""
    frequency = np.arange(_HASH_BITS)[:, None]
    position = np.arange(_HASH_SIDE)[None, :]
    return np.cos(np.pi * frequency * (2 * position + 1) / (2 * _HASH_SIDE))


_DCT = _dct_matrix()
