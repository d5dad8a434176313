"""Opens the header of a file that was published: its size and EXIF, and no pixels."""

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, JpegImagePlugin

from listing_assets.imaging.formats import sniff
from listing_assets.imaging.reasons import Rejected

_SILENT = threading.Lock()
"""Pillow's warnings are the process's."""


@contextmanager
def open_header(data: bytes) -> Iterator[Image.Image]:
    """The photo, in every format that is published. What is broken in its EXIF is not told.

    Raises:
        ValueError: it is none of those.
        Exception: whatever Pillow raises for a header that it cannot read.
    """
    photo_format = sniff(data)
    if isinstance(photo_format, Rejected):
        raise ValueError(photo_format.detail)
    if photo_format == "HEIF":
        from pillow_heif import register_heif_opener  # 20 MB that most exports never need

        register_heif_opener()
    with _SILENT, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with _opened(data, photo_format) as image:
            yield image


def _opened(data: bytes, photo_format: str) -> Image.Image:
    if photo_format == "JPEG":
        # Not through Image.open, whose guard refuses the 200 megapixels of a phone.
        return JpegImagePlugin.jpeg_factory(io.BytesIO(data))
    return Image.open(io.BytesIO(data), formats=[photo_format])
