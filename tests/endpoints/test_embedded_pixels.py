import numpy as np
import pytest
from PIL import Image, ImageFilter

from resources.endpoints.embedded.pixels import PixelFacts, decode, measure
from resources.errors import ModelError
from tests.support.posters import block, jpeg, poster


def _facts(picture: Image.Image) -> PixelFacts:
    return measure(np.asarray(picture), [])


def _noise() -> Image.Image:
    rng = np.random.default_rng(0)
    return Image.fromarray(rng.integers(0, 256, (256, 256, 3), dtype=np.uint8))


def test_a_photo_is_decoded_to_rgb_pixels() -> None:
    rgb = decode(jpeg(Image.new("L", (30, 20), 200)))

    assert rgb.shape == (20, 30, 3)
    assert rgb.dtype == np.uint8


def test_truncated_bytes_are_an_error() -> None:
    photo = jpeg(_noise())

    with pytest.raises(ModelError, match="cannot be decoded"):
        decode(photo[: len(photo) // 2])


def test_blurring_lowers_sharpness_whatever_the_picture_shows() -> None:
    for picture in (_noise(), poster([("sharp", 80)]), block("red")):
        sharp, soft, softer = (
            _facts(picture.filter(ImageFilter.GaussianBlur(radius))).sharpness
            for radius in (0, 2, 5)
        )
        assert sharp > soft > softer


def test_brightness_is_the_mean_lightness() -> None:
    assert _facts(Image.new("RGB", (50, 50), "black")).brightness == 0
    assert _facts(Image.new("RGB", (50, 50), "white")).brightness == 1
    assert _facts(Image.new("RGB", (50, 50), "#808080")).brightness == pytest.approx(0.5, abs=0.01)


def test_text_boxes_that_overlap_are_counted_once() -> None:
    rgb = np.zeros((64, 64, 3), dtype=np.uint8)

    facts = measure(rgb, [(0, 0, 0.5, 0.5), (0.25, 0, 0.75, 0.5)])

    assert facts.text_share == pytest.approx(0.375)


def test_a_drawing_is_flat_and_noise_is_not() -> None:
    assert _facts(block("red")).flat_share > 0.95
    assert _facts(_noise()).flat_share < 0.01


def test_a_single_pixel_can_be_measured() -> None:
    facts = _facts(Image.new("RGB", (1, 1), "white"))

    assert facts.background.colour == "white"
    assert facts.flat_share == 1
