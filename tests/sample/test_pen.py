"""The pen covers what it should: areas, gradients, shadows, words that are never mirrored."""

import numpy as np
import pytest
from PIL import Image, ImageChops

from listing_assets.sample.outlines import box, ellipse, path, symmetric
from listing_assets.sample.paints import across, glow
from listing_assets.sample.pen import Pen, placement


def _blank(mode: str = "RGB", size: tuple[int, int] = (200, 200)) -> Image.Image:
    return Image.new(mode, size)


def _covered(picture: Image.Image) -> float:
    return float(np.asarray(picture.convert("L"), dtype=float).sum() / 255)


def test_a_disc_covers_pi_r_squared() -> None:
    picture = _blank()
    Pen(picture).fill(ellipse(100, 100, 60), "#ffffff")
    assert _covered(picture) == pytest.approx(np.pi * 60**2, rel=0.015)


def test_a_unit_is_as_many_pixels_as_the_scale_says_at_any_angle() -> None:
    areas = []
    for turn in (0, 17, 45, 90):
        picture = _blank()
        Pen(picture, placement(100, 100, 2.5, turn=turn)).fill(box(-20, -10, 20, 10), "#ffffff")
        areas.append(_covered(picture))
    assert areas == pytest.approx([40 * 20 * 2.5**2] * 4, rel=0.03)


def test_a_hole_is_left_out_and_a_clip_is_kept_to() -> None:
    picture = _blank()
    pen = Pen(picture)
    pen.fill(
        box(20, 20, 180, 180), "#ffffff", holes=[box(80, 80, 120, 120)], clip=box(0, 0, 100, 200)
    )
    assert picture.getpixel((90, 100)) == (0, 0, 0)
    assert picture.getpixel((50, 100)) == (255, 255, 255)
    assert picture.getpixel((150, 100)) == (0, 0, 0)


def test_a_gradient_holds_its_end_colours_beyond_its_ends() -> None:
    picture = _blank()
    Pen(picture).wash(across(80, 120, "#ff0000", "#0000ff"))
    assert picture.getpixel((5, 100)) == (255, 0, 0)
    assert picture.getpixel((195, 100)) == (0, 0, 255)
    red, _, blue = picture.getpixel((100, 100))
    assert red == pytest.approx(127, abs=8)
    assert blue == pytest.approx(127, abs=8)


def test_a_glow_is_brightest_in_its_centre_and_flat_outside() -> None:
    picture = _blank()
    Pen(picture).wash(glow(60, 60, 50, "#ffffff", "#202020"))
    row = [picture.getpixel((x, 60))[0] for x in (60, 80, 100, 120, 190)]
    assert row == sorted(row, reverse=True)
    assert row[0] > 245
    assert row[-2:] == [32, 32]


def test_what_is_drawn_on_a_transparent_picture_has_its_own_colour_at_the_edge() -> None:
    picture = Image.new("RGBA", (200, 200))
    Pen(picture).fill(ellipse(100, 100, 60.3), "#ff8000")
    pixels = np.asarray(picture)
    edge = pixels[(pixels[..., 3] > 20) & (pixels[..., 3] < 235)]
    assert len(edge) > 50
    assert np.abs(edge[:, :3].astype(int) - (255, 128, 0)).max() <= 8


def test_words_are_not_mirrored_with_their_product() -> None:
    plain, mirrored = _blank(), _blank()
    Pen(plain, placement(100, 100, 2)).write("FR 礼", 0, 0, 16, "#ffffff")
    Pen(mirrored, placement(100, 100, 2, mirror=True)).write("FR 礼", 0, 0, 16, "#ffffff")
    assert _covered(plain) > 200
    assert ImageChops.difference(plain, mirrored).getbbox() is None


def test_what_lies_off_the_picture_costs_and_changes_nothing() -> None:
    picture = _blank()
    pen = Pen(picture)
    pen.fill(ellipse(900, 900, 50), "#ffffff")
    pen.line(path("M -50 -50 L -10 -50"), "#ffffff", 4)
    pen.write("away", -400, 0, 20, "#ffffff")
    assert picture.getbbox() is None


def test_a_curve_ends_where_its_path_says() -> None:
    curve = path("M 0 0 C 10 0 20 5 30 40 Q 40 50 50 40 L 60 0 Z")
    assert curve[0].tolist() == [0, 0]
    assert curve[-1].tolist() == [60, 0]
    assert curve[:, 0].max() == 60
    assert 40 < curve[:, 1].max() < 50


def test_a_symmetric_outline_is_its_own_mirror_image() -> None:
    outline = symmetric("M 0 -10 L 4 -10 C 8 -6 8 -2 4 0 L 0 0")
    assert np.allclose(outline[::-1] * (-1, 1), outline)
