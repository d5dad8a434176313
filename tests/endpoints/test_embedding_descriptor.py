"""The visual part of the vector, on drawn pictures."""

import numpy as np
import pytest

from resources.endpoints.embedded.descriptor import visual_dimension, visual_vector


def checkerboard(light: tuple[int, int, int], dark: tuple[int, int, int], cell: int) -> np.ndarray:
    rows, columns = np.indices((512, 512)) // cell
    odd = ((rows + columns) % 2)[..., None]
    return np.where(odd, light, dark).astype(np.uint8)


def spotted(ground: tuple[int, int, int], spot: tuple[int, int, int], left: int) -> np.ndarray:
    picture = np.full((512, 512, 3), ground, dtype=np.uint8)
    picture[200:320, left : left + 120] = spot
    return picture


@pytest.mark.parametrize(
    "colour",
    [(0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 0, 255), (9, 80, 70)],
)
def test_a_picture_of_one_colour_has_a_unit_vector(colour: tuple[int, int, int]) -> None:
    vector = visual_vector(np.full((512, 512, 3), colour, dtype=np.uint8))

    assert vector.shape == (visual_dimension(),)
    assert vector.dtype == np.float32
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_noise_has_a_unit_vector() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (512, 512, 3), dtype=np.uint8)

    assert np.linalg.norm(visual_vector(noise)) == pytest.approx(1, abs=1e-5)


def test_a_mirrored_picture_has_the_same_vector() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8).repeat(8, 0)
    picture = picture.repeat(8, 1)
    picture[100:300, 40:180] = (200, 30, 40)

    np.testing.assert_allclose(visual_vector(picture[:, ::-1]), visual_vector(picture), atol=1e-5)


def test_size_and_proportions_make_little_difference() -> None:
    picture = checkerboard((240, 200, 40), (30, 60, 160), 128)

    assert visual_vector(picture) @ visual_vector(picture[::2, ::4]) > 0.97
    assert visual_vector(picture) @ visual_vector(picture[::16, ::16]) > 0.9


def test_a_small_patch_of_colour_tells_pictures_of_one_ground_apart() -> None:
    white = (245, 245, 245)
    red_left, red_right = spotted(white, (200, 20, 30), 120), spotted(white, (200, 20, 30), 250)
    blue = spotted(white, (20, 60, 200), 120)

    same = visual_vector(red_left) @ visual_vector(red_right)
    other = visual_vector(red_left) @ visual_vector(blue)
    assert same > other + 0.1


def test_texture_tells_pictures_of_the_same_colours_apart() -> None:
    light, dark = (200, 200, 200), (60, 60, 60)
    coarse = visual_vector(checkerboard(light, dark, 128))
    also_coarse = visual_vector(np.roll(checkerboard(light, dark, 128), 40, axis=1))
    fine = visual_vector(checkerboard(light, dark, 16))

    assert coarse @ also_coarse > coarse @ fine + 0.05
