"""Every awkward real file has the fate that its manifest states, and looks as it should."""

import csv
import io
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from listing_assets.imaging.normalize import Normalized, Rejected, normalize
from listing_assets.imaging.reasons import Reason
from listing_assets.imaging.spec import NormalizationSpec

TORTURE = Path(__file__).resolve().parents[3] / "shared" / "data" / "torture"

pytestmark = pytest.mark.skipif(
    not TORTURE.is_dir(), reason="the awkward files are not beside the repository"
)

REASONS = {
    "truncated_jpeg.jpg": Reason.TRUNCATED,
    "ultrahdr.jpg": Reason.TRUNCATED,
    "truncated_half_photo.jpg": Reason.TRUNCATED,
    "pdf_named.jpg": Reason.UNSUPPORTED_FORMAT,
    "zero_byte.jpg": Reason.EMPTY,
    "lfs_pointer.jpg": Reason.NOT_AN_IMAGE,
    "chunk_no_fctl.png": Reason.DECODE_ERROR,
    "broken.png": Reason.DECODE_ERROR,
    "broken_data_stream.png": Reason.DECODE_ERROR,
    "truncated_image.png": Reason.TRUNCATED,
    "png_decompression_dos.png": Reason.DECODE_ERROR,
    "decompression_bomb.gif": Reason.TOO_MANY_PIXELS,
    "zero_width.gif": Reason.DECODE_ERROR,
    "libtiff_segfault.tif": Reason.DECODE_ERROR,
    "tiff_overflow_rows_per_strip.tif": Reason.DECODE_ERROR,
    "seek_too_large.tif": Reason.TRUNCATED,
    "crash-0e16d3bfb83be87356d026d66919deaefca44dac.tif": Reason.DECODE_ERROR,
    "reallybig.bmp": Reason.TOO_MANY_PIXELS,
    "shortfile.bmp": Reason.TRUNCATED,
    "raw_negative_stride.bin": Reason.UNSUPPORTED_FORMAT,
    "bomb_12000x12000_1bit.png": Reason.TOO_MANY_PIXELS,
}
BETTER_THAN_PILLOW = {"hopper.heif": (128, 128)}

DECISIONS = {
    "pil_sample_cmyk.jpg": {"cmyk_to_srgb"},
    "icc_profile_big.jpg": {"icc_to_srgb:TIFF RGB"},
    "3.jpg": set(),
    "Landscape_1.jpg": {"jpeg_draft_1/2"},
    "hopper_bad_exif.jpg": {"unreadable_exif_ignored"},
    "icc-after-SOF.jpg": {"icc_unreadable_ignored"},
    "sugarshack_no_data.mpo": {"first_frame_of_2"},
    "basi0g16.png": {"16bit_scaled:0..65535"},
    "basn6a16.png": {"16bit_scaled:0..65535", "alpha_on_background"},
    "16bit.cropped.tif": {"16bit_scaled:291..694"},
    "10ct_32bit_128.tiff": {"float_scaled:-3.14094..3.14068"},
    "xmp_tags_orientation.png": {"exif_orientation_3_applied", "icc_to_srgb:ColorMatch RGB"},
    "tbwn3p08.png": {"palette_expanded", "alpha_on_background"},
    "chi.gif": {"first_frame_of_31", "palette_expanded"},
    "decompression_bomb_extents.gif": {"first_frame_of_2", "palette_expanded"},
    "hopper.Lab.tif": {"lab_to_srgb"},
    "g4_orientation_5.tif": {"exif_orientation_5_applied"},
    "rot1mir0.avif": {"exif_orientation_5_applied"},
}


def manifest() -> list[dict[str, str]]:
    if not TORTURE.is_dir():
        return []
    with (TORTURE / "manifest.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


@cache
def outcome(name: str, background: str = "#FFFFFF") -> Normalized | Rejected:
    return normalize((TORTURE / name).read_bytes(), NormalizationSpec(background=background))


def pixels(name: str, background: str = "#FFFFFF") -> np.ndarray:
    photo = outcome(name, background)
    assert isinstance(photo, Normalized), photo
    with Image.open(io.BytesIO(photo.jpeg)) as image:
        return np.asarray(image).astype(float)


@pytest.mark.parametrize("row", manifest(), ids=lambda row: row["path"])
def test_each_file_has_the_fate_that_the_manifest_states(row):
    photo = outcome(row["path"])
    if row["expected"] == "reject" and row["path"] not in BETTER_THAN_PILLOW:
        assert isinstance(photo, Rejected), photo
        assert photo.reason is REASONS[row["path"]], photo
        assert photo.detail
        return
    assert isinstance(photo, Normalized), photo
    size = re.match(r"(\d+)x(\d+) after EXIF transpose", row["note"])
    expected = tuple(map(int, size.groups())) if size else BETTER_THAN_PILLOW[row["path"]]
    facts = photo.facts
    assert (facts.width, facts.height) == expected
    assert facts.bytes == int(row["bytes"])
    if row["path"] not in BETTER_THAN_PILLOW:
        assert (facts.format, facts.mode) == (row["format"], row["mode"])
        assert facts.frames == int(row["n_frames"])
        assert facts.orientation == int(row["orientation"] or 1)
    assert pixels(row["path"]).shape == (512, 512, 3)


@pytest.mark.parametrize("name", DECISIONS)
def test_what_was_decided_is_in_the_result(name):
    photo = outcome(name)
    assert isinstance(photo, Normalized)
    assert set(photo.decisions) == DECISIONS[name]


@pytest.mark.parametrize("name", ["pil_sample_cmyk.jpg", "tiff_tiled_cmyk_jpeg.tif"])
def test_cmyk_red_is_red_on_black(name):
    picture = pixels(name)
    red = (picture[..., 0] > 150) & (picture[..., 1:].max(axis=-1) < 90)
    black = picture.max(axis=-1) < 60
    assert 0.05 < red.mean() < 0.3
    assert black.mean() > 0.6


@pytest.mark.parametrize("name", ["basi0g16.png", "16bit.cropped.tif", "10ct_32bit_128.tiff"])
def test_more_than_8_bits_are_neither_black_nor_white(name):
    gray = pixels(name).mean(axis=-1)
    assert 40 < gray.mean() < 215
    assert np.percentile(gray, 99) - np.percentile(gray, 1) > 60


@pytest.mark.parametrize(
    ("name", "corner"), [("transparent.png", 5), ("transparent.webp", 5), ("tbwn3p08.png", 5)]
)
def test_what_is_transparent_shows_the_background(name, corner):
    blue = pixels(name, "#3366CC")[corner, corner]
    assert blue == pytest.approx((0x33, 0x66, 0xCC), abs=4)


@pytest.mark.parametrize("name", ["rgb_trns.png", "i_trns.png"])
def test_a_key_color_shows_the_background(name):
    assert pixels(name, "#3366CC")[256, 256] == pytest.approx((0x33, 0x66, 0xCC), abs=6)


@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_photo_of_every_orientation_is_upright(orientation):
    upright = pixels("Landscape_1.jpg")
    turned = pixels(f"Landscape_{orientation}.jpg")
    difference = np.abs(upright - turned)
    difference[200:300, 200:300] = 0  # the digit on the picture differs
    assert difference.mean() < 4


def test_an_orientation_that_only_xmp_states_is_applied():
    photo = outcome("xmp_tags_orientation.png")
    assert isinstance(photo, Normalized)
    assert photo.facts.orientation == 3


@pytest.mark.parametrize("name", ["hopper.Lab.tif", "hopper.heif", "hopper_orientation_6.webp"])
def test_the_same_portrait_looks_the_same_in_every_format(name):
    assert np.abs(pixels(name) - pixels("hopper_lzw.tif")).mean() < 8


def test_the_same_dice_look_the_same_in_every_format():
    assert np.abs(pixels("transparent.png") - pixels("transparent.webp")).mean() < 4


@pytest.mark.parametrize("mode", ["fit", "pad", "cover"])
def test_every_file_that_can_be_shown_can_be_framed(mode):
    spec = NormalizationSpec(width=90, height=60, mode=mode)
    for row in manifest():
        if row["expected"] == "ok" and int(row["width"]) * int(row["height"]) < 10**6:
            photo = normalize((TORTURE / row["path"]).read_bytes(), spec)
            assert isinstance(photo, Normalized), (row["path"], photo)
            with Image.open(io.BytesIO(photo.jpeg)) as image:
                assert image.size == (90, 60) if mode != "fit" else max(image.size) >= 1
