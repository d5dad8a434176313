"""Decoding a normalized photo, and the facts measured from its pixels.

Colour names live in `colours`, words in `reading`; what the facts answer is `answering`'s part.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from resources.endpoints.embedded.colours import Background, background
from resources.errors import ModelError

_BLUR_WINDOW = 11
_TEXT_GRID = 128


@dataclass(frozen=True, slots=True)
class PixelFacts:
    """What the pixels of one photo say without being understood.

    `sharpness` is 0 (blurred) to 1, `brightness` the mean lightness from 0 (black) to 1 (white),
    `text_share` the share of the picture covered by text boxes, `flat_share` the share of pixels
    equal to their neighbours, which drawn graphics have much of and camera pictures little.
    """

    sharpness: float
    brightness: float
    background: Background
    text_share: float
    flat_share: float


UNREADABLE_PHOTO = "unreadable_photo"
"""Reason code for bytes that `decode` cannot read."""


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


def measure(rgb: np.ndarray, text_boxes: Sequence[tuple[float, float, float, float]]) -> PixelFacts:
    """The facts of a photo.

    Args:
        rgb: uint8 pixels of shape (height, width, 3).
        text_boxes: (left, top, right, bottom) of each line read, in fractions of the sides.
    """
    grey = np.asarray(Image.fromarray(rgb).convert("L"), dtype=np.float32)
    return PixelFacts(
        sharpness=_sharpness(grey),
        brightness=float(grey.mean() / 255),
        background=background(rgb),
        text_share=_covered(text_boxes),
        flat_share=_flat(grey),
    )


def _sharpness(grey: np.ndarray) -> float:
    """1 minus the perceptual blur of Crete et al. 2007, "The blur effect" (SPIE 6492).

    A sharp picture loses much of the difference between neighbours when blurred once more, a
    blurred one little. The measure does not depend on what the picture shows.
    """
    blurs = []
    for picture in (grey, grey.T):
        variation = np.abs(np.diff(picture, axis=0))
        lost = np.maximum(0, variation - np.abs(np.diff(_box_blur(picture), axis=0)))
        total = float(variation.sum())
        blurs.append((total - float(lost.sum())) / total if total else 0.0)
    return 1.0 - max(blurs)


def _box_blur(picture: np.ndarray) -> np.ndarray:
    """Mean of `_BLUR_WINDOW` rows around each row, edges repeated; same shape."""
    reach = _BLUR_WINDOW // 2
    padded = np.pad(picture, ((reach + 1, reach), (0, 0)), mode="edge")
    sums = np.cumsum(padded, axis=0, dtype=np.float64)
    return np.asarray((sums[_BLUR_WINDOW:] - sums[:-_BLUR_WINDOW]) / _BLUR_WINDOW)


def _flat(grey: np.ndarray) -> float:
    """Share of pixels that differ from the ones right and below by at most 1 level of 255."""
    across = np.abs(np.diff(grey, axis=1))[:-1]
    down = np.abs(np.diff(grey, axis=0))[:, :-1]
    return float(np.mean(np.maximum(across, down) <= 1)) if across.size else 1.0


def _covered(boxes: Sequence[tuple[float, float, float, float]]) -> float:
    grid = np.zeros((_TEXT_GRID, _TEXT_GRID), dtype=bool)
    for box in boxes:
        left, top, right, bottom = (round(side * _TEXT_GRID) for side in box)
        grid[top:bottom, left:right] = True
    return float(grid.mean())
