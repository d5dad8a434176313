from datetime import datetime

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageFilter

from listing_assets.imaging.facts import (
    brightness,
    captured_at,
    luma_plane,
    perceptual_hash,
    sharpness,
)


def bits_between(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def hash_of(image: Image.Image) -> str:
    return perceptual_hash(luma_plane(image))


def smooth(seed: int) -> Image.Image:
    chance = np.random.default_rng(seed)
    noise = Image.fromarray(chance.integers(0, 256, (12, 16, 3), dtype=np.uint8))
    return noise.resize((320, 240), Image.Resampling.BICUBIC)


def test_the_hash_has_64_bits_and_survives_resizing_and_jpeg_like_changes():
    picture = smooth(1)
    small = picture.resize((200, 150), Image.Resampling.LANCZOS).point(lambda value: value * 0.9)
    assert len(hash_of(picture)) == 16
    assert bits_between(hash_of(picture), hash_of(small)) <= 4


def test_different_pictures_differ_in_many_bits():
    hashes = [hash_of(smooth(seed)) for seed in range(8)]
    distances = [bits_between(a, b) for i, a in enumerate(hashes) for b in hashes[:i]]
    assert min(distances) >= 14


def test_the_hash_is_the_dct_sign_pattern_that_its_source_describes():
    luma = luma_plane(smooth(3)).astype(float)
    small = luma.reshape(32, 8, 32, 8).mean(axis=(1, 3))
    n = np.arange(32)
    expected = np.zeros((8, 8))
    for u in range(8):
        for v in range(8):
            waves = np.outer(
                np.cos(np.pi * u * (2 * n + 1) / 64), np.cos(np.pi * v * (2 * n + 1) / 64)
            )
            expected[u, v] = (small * waves).sum()
    bits = "".join("1" if value > np.median(expected) else "0" for value in expected.ravel())
    assert bits_between(hash_of(smooth(3)), f"{int(bits, 2):016x}") <= 2


@pytest.mark.parametrize("level", [1, 77, 255])
def test_all_flat_pictures_have_one_hash(level):
    assert hash_of(Image.new("L", (40, 30), level)) == "8000000000000000"


def test_blur_lowers_sharpness_step_by_step():
    picture = Image.fromarray(np.random.default_rng(5).integers(0, 256, (256, 256), dtype=np.uint8))
    values = [
        sharpness(luma_plane(picture.filter(ImageFilter.GaussianBlur(radius))))
        for radius in (0, 1, 2, 4)
    ]
    assert values == sorted(values, reverse=True)
    assert values[0] > 10 * values[-1]


def test_sharpness_is_the_variance_of_the_laplacian():
    luma = luma_plane(smooth(2).filter(ImageFilter.SHARPEN))
    f = luma.astype(float)
    laplacian = f[:-2, 1:-1] + f[2:, 1:-1] + f[1:-1, :-2] + f[1:-1, 2:] - 4 * f[1:-1, 1:-1]
    assert sharpness(luma) == pytest.approx(laplacian.var(), rel=1e-4)


@pytest.mark.parametrize(("color", "expected"), [("black", 0), ("white", 1), ((128,) * 3, 0.502)])
def test_brightness_runs_from_black_0_to_white_1(color, expected):
    assert brightness(luma_plane(Image.new("RGB", (9, 9), color))) == pytest.approx(
        expected, abs=1e-3
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024:02:29 23:59:01", datetime(2024, 2, 29, 23, 59, 1)),
        ("2024-02-29 23:59:01", datetime(2024, 2, 29, 23, 59, 1)),
        ("0000:00:00 00:00:00", None),
        ("2023:02:29 10:00:00", None),
        ("    :  :     :  :  ", None),
        ("yesterday", None),
    ],
)
def test_the_capture_time_is_the_cameras_clock_or_nothing(written, expected):
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = written
    assert captured_at(exif) == expected
