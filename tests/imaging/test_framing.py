import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from listing_assets.imaging.framing import frame, on_canvas, swap_if_turned, upright

SIDE = st.integers(1, 40_000)


def test_stretch_gives_exactly_the_wanted_size():
    framing = frame((30_000, 20), (512, 512), "stretch")
    assert framing.size == (512, 512)
    assert framing.box == (0, 0, 30_000, 20)


@pytest.mark.parametrize(
    ("original", "size"),
    [
        ((1800, 1200), (512, 341)),
        ((1200, 1800), (341, 512)),
        ((30_000, 20), (512, 1)),
        ((100, 50), (100, 50)),
        ((512, 512), (512, 512)),
    ],
)
def test_fit_keeps_the_aspect_ratio_and_never_enlarges(original, size):
    assert frame(original, (512, 512), "fit").size == size


def test_pad_enlarges_a_small_photo_until_it_touches_two_edges():
    assert frame((100, 50), (512, 512), "pad").size == (512, 256)


def test_cover_cuts_the_longer_side_evenly():
    framing = frame((1800, 1200), (512, 512), "cover")
    assert framing.size == (512, 512)
    assert framing.box == pytest.approx((300, 0, 1500, 1200))


@settings(derandomize=True)
@given(SIDE, SIDE, st.integers(1, 2000), st.integers(1, 2000))
def test_every_framing_stays_inside_the_original_and_the_wanted_size(width, height, wide, high):
    for mode in ("stretch", "fit", "pad", "cover"):
        framing = frame((width, height), (wide, high), mode)
        left, top, right, bottom = framing.box
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        assert 1 <= framing.size[0] <= wide
        assert 1 <= framing.size[1] <= high


def test_the_canvas_shows_its_color_around_the_photo():
    canvas = on_canvas(Image.new("RGB", (4, 2), "red"), (4, 6), (0, 0, 255))
    column = [canvas.getpixel((1, y)) for y in range(6)]
    assert column == [(0, 0, 255)] * 2 + [(255, 0, 0)] * 2 + [(0, 0, 255)] * 2


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_undone(orientation):
    # Where each orientation keeps the picture's upper left corner (EXIF 2.32, 4.6.4).
    corner = {
        1: (0, 0), 2: (2, 0), 3: (2, 1), 4: (0, 1), 5: (0, 0), 6: (0, 2), 7: (1, 2), 8: (1, 0),
    }  # fmt: skip
    stored = Image.new("L", swap_if_turned((3, 2), orientation), 0)
    stored.putpixel(corner[orientation], 255)
    seen = upright(stored, orientation)
    assert seen.size == (3, 2)
    assert seen.getpixel((0, 0)) == 255
