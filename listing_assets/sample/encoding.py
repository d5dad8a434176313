"""Pictures as the bytes of files, in the formats and with the oddities that shops upload."""

import io
import time
from typing import Literal

from PIL import ExifTags, Image

Format = Literal["jpg", "turned.jpg", "png", "webp", "pdf"]
"""`turned.jpg` is a JPEG held upright by its EXIF orientation alone, as phones write it."""

_JPEG_QUALITY = 90
_TURN_CLOCKWISE = 6
"""The EXIF orientation that asks a viewer to turn the stored pixels by 90 degrees, clockwise."""


def encode(picture: Image.Image, file_format: Format) -> bytes:
    """The picture as a file. The same pixels give the same bytes."""
    file = io.BytesIO()
    match file_format:
        case "jpg":
            picture.save(file, "JPEG", quality=_JPEG_QUALITY)
        case "turned.jpg":
            exif = Image.Exif()
            exif[ExifTags.Base.Orientation] = _TURN_CLOCKWISE
            stored = picture.transpose(Image.Transpose.ROTATE_90)
            stored.save(file, "JPEG", quality=_JPEG_QUALITY, exif=exif)
        case "png":
            picture.save(file, "PNG", compress_level=4)
        case "webp":
            picture.save(file, "WEBP", quality=_JPEG_QUALITY, method=3)
        case "pdf":
            then = time.gmtime(0)
            picture.save(file, "PDF", creationDate=then, modDate=then)
    return file.getvalue()
