import numpy as np
import pytest
from PIL import Image, ImageCms

from listing_assets.imaging.color import (
    profile_name,
    resizable,
    scaled_to_8bit,
    to_srgb,
    value_range,
)

WHITE = (255, 255, 255)


def profile_of(name: str) -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes()


@pytest.mark.parametrize(
    ("mode", "lowest", "highest", "expected"),
    [
        ("I;16", 0, 65535, (0, 65535)),
        ("I;16", 3000, 40000, (0, 65535)),
        ("I;16", 291, 694, (291, 694)),
        ("I;16", 0, 4095, (0, 4095)),
        ("I;16", 500, 500, (0, 65535)),
        ("I", -200, 900, (-200, 900)),
        ("I", 0, 2**31 - 1, (0, 2**31 - 1)),
        ("F", 0.0, 0.9, (0, 1)),
        ("F", -3.1, 3.1, (-3.1, 3.1)),
        ("F", 0.0, 255.0, (0, 255)),
    ],
)
def test_a_narrow_range_is_stretched_and_a_nominal_one_is_kept(mode, lowest, highest, expected):
    assert value_range(mode, lowest, highest) == expected


def test_values_are_scaled_and_never_clipped():
    ramp = Image.fromarray(np.linspace(-3, 5, 9, dtype=np.float32).reshape(3, 3))
    decisions: list[str] = []
    scaled = scaled_to_8bit(ramp, (-3, 5), decisions)
    assert np.asarray(scaled).ravel().tolist() == [0, 32, 64, 96, 128, 159, 191, 223, 255]
    assert decisions == ["float_scaled:-3..5"]


def test_gaps_in_float_data_turn_lowest_and_spread_no_further():
    values = np.full((8, 8), 0.5, np.float32)
    values[0, 0], values[0, 1], values[0, 2] = np.nan, np.inf, 0.25
    ready = np.asarray(resizable(Image.fromarray(values), WHITE, []))
    assert ready[0, :2].tolist() == [0.25, 0.25]
    assert np.isfinite(ready).all()


def test_half_transparent_black_on_white_is_mid_gray():
    decisions: list[str] = []
    image = to_srgb(Image.new("RGBA", (2, 2), (0, 0, 0, 128)), None, WHITE, decisions)
    assert image.getpixel((0, 0)) == (127, 127, 127)
    assert decisions == ["alpha_on_background"]


def test_premultiplied_alpha_is_understood():
    # Red at half strength is stored as (128, 0, 0, 128) where it is premultiplied.
    stored = Image.new("RGBA", (2, 2), (255, 0, 0, 128)).convert("RGBa")
    red, green, blue = to_srgb(stored, None, WHITE, []).getpixel((0, 0))
    assert (red, green, blue) == pytest.approx((255, 127, 127), abs=2)


def test_a_key_color_leaves_no_fringe():
    # Grey 20000 around a hidden white square: nowhere may white shine through on dark blue.
    values = np.full((32, 32), 20_000, np.uint16)
    values[8:24, 8:24] = 65_535
    keyed = Image.fromarray(values)
    keyed.info["transparency"] = 65_535
    decisions: list[str] = []
    large = resizable(keyed, WHITE, decisions).resize((128, 128), Image.Resampling.LANCZOS)
    seen = np.asarray(to_srgb(large, None, (0, 0, 60), decisions))
    assert decisions == ["16bit_scaled:0..65535", "alpha_on_background"]
    assert seen[64, 64].tolist() == [0, 0, 60]
    assert seen.max() <= 90


@pytest.mark.parametrize("transparency", [1, bytes([255, 0, 128])])
def test_a_transparent_palette_looks_the_same_as_its_alpha_channel(transparency):
    indexes = np.random.default_rng(3).integers(0, 3, (40, 40), dtype=np.uint8)
    image = Image.fromarray(indexes).convert("P")
    image.putpalette([200, 0, 0, 0, 200, 0, 0, 0, 200])
    image.info["transparency"] = transparency
    decisions: list[str] = []
    size = (64, 48)
    with_alpha = image.convert("RGBA").resize(size, Image.Resampling.LANCZOS)
    expected = np.asarray(to_srgb(with_alpha, None, (9, 99, 199), [])).astype(int)
    ready = resizable(image.copy(), (9, 99, 199), decisions)
    seen = np.asarray(to_srgb(ready.resize(size, Image.Resampling.LANCZOS), None, WHITE, []))
    assert decisions == ["palette_expanded", "alpha_on_background"]
    # Alpha is clipped where the filter overshoots; elsewhere the two ways agree.
    assert np.median(np.abs(seen - expected)) <= 1


def test_a_transparent_entry_that_no_pixel_uses_is_no_decision():
    image = Image.new("P", (4, 4), 0)
    image.putpalette([200, 0, 0, 0, 200, 0])
    image.info["transparency"] = 1
    decisions: list[str] = []
    assert resizable(image, WHITE, decisions).getpixel((0, 0)) == (200, 0, 0)
    assert decisions == ["palette_expanded"]


def test_an_opaque_alpha_channel_is_no_decision():
    decisions: list[str] = []
    to_srgb(Image.new("LA", (2, 2), (9, 255)), None, WHITE, decisions)
    assert decisions == []


def test_lab_becomes_the_color_that_it_names():
    # CIE L*a*b* of sRGB red is 53, 80, 67 (D50: 54, 81, 70); Pillow keeps a and b with offset 128.
    lab = Image.new("LAB", (2, 2), (round(54.3 * 2.55), 128 + 81, 128 + 70))
    assert to_srgb(lab, None, WHITE, []).getpixel((0, 0)) == pytest.approx((255, 0, 0), abs=6)


def test_an_srgb_profile_changes_nothing():
    decisions: list[str] = []
    image = Image.new("RGB", (2, 2), (10, 120, 240))
    assert to_srgb(image, profile_of("sRGB"), WHITE, decisions).getpixel((0, 0)) == (10, 120, 240)
    assert decisions == []


def test_colors_are_converted_by_the_embedded_profile():
    # An sRGB profile under another name whose red and blue primaries have changed places.
    srgb = profile_of("sRGB")
    swapped = srgb.replace("sRGB".encode("utf-16-be"), "xRGB".encode("utf-16-be"))
    for one, other in ((b"rXYZ", b"?XYZ"), (b"bXYZ", b"rXYZ"), (b"?XYZ", b"bXYZ")):
        swapped = swapped.replace(one, other, 1)
    assert len(swapped) == len(srgb)
    decisions: list[str] = []
    blue = to_srgb(Image.new("RGB", (2, 2), (255, 0, 0)), swapped, WHITE, decisions)
    assert blue.getpixel((0, 0)) == pytest.approx((0, 0, 255), abs=2)
    assert decisions == ["icc_to_srgb:xRGB built-in"]


def test_a_profile_of_another_color_space_is_ignored_and_said():
    decisions: list[str] = []
    to_srgb(Image.new("RGB", (2, 2)), profile_of("LAB"), WHITE, decisions)
    assert len(decisions) == 1
    assert decisions[0].startswith("icc_of_other_space_ignored:")


@pytest.mark.parametrize(
    "broken",
    [b"", b"profile", profile_of("LAB")[:100]],
    ids=["empty", "no profile", "torn"],
)
def test_a_broken_profile_is_ignored_and_said(broken):
    decisions: list[str] = []
    to_srgb(Image.new("RGB", (2, 2)), broken, WHITE, decisions)
    assert decisions == ["icc_unreadable_ignored"]
    assert profile_name(broken) is None


def test_a_profile_is_named():
    assert "sRGB" in (profile_name(profile_of("sRGB")) or "")
    assert profile_name(None) is None
