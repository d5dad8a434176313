"""Pictures that the imaging tests share: real awkward files, and small drawn ones."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from listing_assets.imaging.normalize import Normalized

TORTURE = Path(__file__).resolve().parents[3] / "shared" / "data" / "torture"

Encoder = Callable[..., bytes]


@pytest.fixture(scope="session")
def encoded() -> Encoder:
    """Make a file of a picture: `encoded(image, "PNG", **options of Pillow's save)`."""

    def encode(image: Image.Image, file_format: str, **options: Any) -> bytes:
        stream = io.BytesIO()
        image.save(stream, file_format, **options)
        return stream.getvalue()

    return encode


@pytest.fixture(scope="session")
def pixels_of() -> Callable[[object], np.ndarray]:
    """The RGB pixels (height, width, 3) of a normalized photo; fails where it was rejected."""

    def decode(outcome: object) -> np.ndarray:
        assert isinstance(outcome, Normalized), outcome
        with Image.open(io.BytesIO(outcome.jpeg)) as image:
            assert image.format == "JPEG"
            assert image.mode == "RGB"
            return np.asarray(image).astype(int)

    return decode


@pytest.fixture(scope="session")
def scene() -> Image.Image:
    """A 300 x 200 picture whose corners are red, green, blue and yellow, with grain on it."""
    pixels = np.zeros((200, 300, 3))
    pixels[:100, :150] = (200, 30, 30)
    pixels[:100, 150:] = (30, 160, 30)
    pixels[100:, :150] = (30, 30, 200)
    pixels[100:, 150:] = (210, 200, 40)
    pixels += np.random.default_rng(7).normal(0, 10, pixels.shape)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
