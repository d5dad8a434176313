"""Decoding a normalized photo, and the facts measured from its pixels.

Colour names live in `colours`, words in `reading`.
"""

import io

import numpy as np
from PIL import Image

from resources.errors import ModelError


def decode(jpeg: bytes) -> np.ndarray:
    """The pixels of a photo as a uint8 array of shape (height, width, 3), RGB.

    Raises:
        ModelError: the bytes are not a readable picture.
    """
    try:
        with Image.open(io.BytesIO(jpeg)) as picture:
            return np.asarray(picture.convert("RGB"))
    except Exception as error:  # Pillow raises SyntaxError, struct.error and more on bad bytes
        raise ModelError(
            f"A photo of {len(jpeg)} bytes cannot be decoded: {error}.",
            "Normalize it again from its original.",
        ) from error
