import io
import pickle
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, TiffImagePlugin

from listing_assets.imaging.normalize import Normalized, Rejected, normalize
from listing_assets.imaging.reasons import Reason
from listing_assets.imaging.spec import NormalizationSpec

SPEC = NormalizationSpec(width=64, height=64)
ALL_MODES = ("stretch", "fit", "pad", "cover")


def exif(**written) -> Image.Exif:
    block = Image.Exif()
    for name, value in written.items():
        block[ExifTags.Base[name]] = value
    return block


def noise(width: int, height: int) -> Image.Image:
    pixels = np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def png_with(chunk: bytes, data: bytes, png: bytes) -> bytes:
    """The PNG with one more chunk behind its header."""
    body = chunk + data
    added = struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    return png[:33] + added + png[33:]


def test_a_plain_photo_needs_no_decision(encoded, scene, pixels_of):
    photo = normalize(encoded(scene, "JPEG", quality=95), NormalizationSpec())
    assert isinstance(photo, Normalized)
    assert photo.decisions == ()
    assert (photo.facts.width, photo.facts.height) == (300, 200)
    pixels = pixels_of(photo)
    assert pixels.shape == (512, 512, 3)
    assert pixels[20:200, 20:200].mean(axis=(0, 1)) == pytest.approx((200, 30, 30), abs=4)
    assert pixels[300:500, 300:500].mean(axis=(0, 1)) == pytest.approx((210, 200, 40), abs=4)


@pytest.mark.parametrize(
    ("mode", "size"),
    [("stretch", (90, 60)), ("fit", (80, 60)), ("pad", (90, 60)), ("cover", (90, 60))],
)
def test_each_mode_gives_its_size(encoded, mode, size):
    data = encoded(noise(400, 300), "PNG")
    photo = normalize(data, NormalizationSpec(width=90, height=60, mode=mode))
    assert isinstance(photo, Normalized)
    assert Image.open(io.BytesIO(photo.jpeg)).size == size


def test_the_margins_of_a_padded_photo_are_the_background(encoded, scene, pixels_of):
    spec = NormalizationSpec(width=60, height=90, mode="pad", background="#102030")
    pixels = pixels_of(normalize(encoded(scene, "PNG"), spec))
    assert pixels[5, 30] == pytest.approx((0x10, 0x20, 0x30), abs=3)
    assert pixels[85, 30] == pytest.approx((0x10, 0x20, 0x30), abs=3)
    assert pixels[30, 10] == pytest.approx((200, 30, 30), abs=15)


def test_a_turned_photo_is_framed_as_it_is_seen(encoded, scene, pixels_of):
    stored = scene.transpose(Image.Transpose.ROTATE_90)
    data = encoded(stored, "JPEG", exif=exif(Orientation=6), quality=95)
    photo = normalize(data, NormalizationSpec(width=60, height=90, mode="cover"))
    assert isinstance(photo, Normalized)
    assert (photo.facts.width, photo.facts.height, photo.facts.orientation) == (300, 200, 6)
    upright = normalize(encoded(scene, "JPEG", quality=95), NormalizationSpec(
        width=60, height=90, mode="cover"
    ))  # fmt: skip
    assert np.abs(pixels_of(photo) - pixels_of(upright)).mean() < 3


def test_the_facts_hardly_depend_on_how_the_photo_is_framed(encoded):
    smooth = noise(12, 8).resize((600, 400), Image.Resampling.BICUBIC)
    data = encoded(smooth, "JPEG", quality=95)
    all_facts = []
    for mode in ALL_MODES:
        photo = normalize(data, NormalizationSpec(width=300, height=300, mode=mode))
        assert isinstance(photo, Normalized)
        all_facts.append(photo.facts)
    assert max(fact.brightness for fact in all_facts) == pytest.approx(
        min(fact.brightness for fact in all_facts), abs=0.01
    )
    first = int(all_facts[0].phash, 16)
    assert all((int(fact.phash, 16) ^ first).bit_count() <= 2 for fact in all_facts)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_impossible_orientation_is_ignored_and_said(encoded, scene, orientation):
    photo = normalize(encoded(scene, "JPEG", exif=exif(Orientation=orientation)), SPEC)
    assert isinstance(photo, Normalized)
    assert photo.facts.orientation == 1
    assert "invalid_orientation_ignored" in photo.decisions


def test_heic_is_turned_by_its_own_boxes_and_not_again_by_exif(encoded, scene, pixels_of):
    import pillow_heif

    pillow_heif.register_heif_opener()
    stored = scene.transpose(Image.Transpose.ROTATE_90)
    # Given as bytes, the writer turns the orientation into the box that phones write.
    block = exif(Orientation=6).tobytes()
    photo = normalize(encoded(stored, "HEIF", exif=block, quality=90), SPEC)
    assert isinstance(photo, Normalized)
    assert (photo.facts.width, photo.facts.height, photo.facts.format) == (300, 200, "HEIF")
    assert photo.decisions == ("exif_orientation_6_superseded_by_heif",)
    assert pixels_of(photo)[8, 8] == pytest.approx((200, 30, 30), abs=15)


def test_the_capture_time_is_a_fact(encoded, scene):
    block = exif()
    block.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2024:05:06 07:08:09"
    photo = normalize(encoded(scene, "JPEG", exif=block), SPEC)
    assert isinstance(photo, Normalized)
    assert str(photo.facts.captured_at) == "2024-05-06 07:08:09"


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "HEIF"])
def test_no_metadata_leaves_the_original(encoded, scene, file_format):
    import pillow_heif

    pillow_heif.register_heif_opener()
    secret = "SECRET-PLACE"
    block = exif(ImageDescription=secret, Make=secret)
    gps = block.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (48.0, 51.0, 29.6)
    gps[ExifTags.GPS.GPSAreaInformation] = secret.encode()
    xmp = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>{secret}</exif:GPSLatitude>'
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options = {"exif": block, "icc_profile": profile}
    options |= {"xmp": xmp.encode()} if file_format in ("JPEG", "WEBP", "HEIF", "AVIF") else {}
    options |= {"comment": secret.encode()} if file_format == "JPEG" else {}
    data = encoded(scene, file_format, **options)
    assert secret.encode() in data
    for mode in ALL_MODES:
        photo = normalize(data, NormalizationSpec(mode=mode))
        assert isinstance(photo, Normalized)
        assert secret.encode() not in photo.jpeg
        result = Image.open(io.BytesIO(photo.jpeg))
        assert dict(result.getexif()) == {}
        assert set(result.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
        assert secret not in repr(photo.facts)


def test_a_comment_does_not_survive_a_photo_that_keeps_its_size(encoded, scene):
    data = encoded(scene, "JPEG", comment=b"SECRET-PLACE")
    photo = normalize(data, NormalizationSpec(width=300, height=200))
    assert isinstance(photo, Normalized)
    assert b"SECRET" not in photo.jpeg


@pytest.mark.parametrize("order", ["<", ">"])
def test_16_bit_tiff_of_either_byte_order_is_scaled(order, pixels_of):
    strip = np.linspace(1000, 60000, 64 * 64).astype(f"{order}u2").tobytes()
    # Width, height, bits, compression, photometric, strip offset, samples, rows and bytes a strip.
    tags = {256: 64, 257: 64, 258: 16, 259: 1, 262: 1, 273: 8, 277: 1, 278: 64, 279: len(strip)}
    entries = b"".join(struct.pack(f"{order}HHII", tag, 4, 1, tags[tag]) for tag in sorted(tags))
    directory = struct.pack(f"{order}H", len(tags)) + entries + bytes(4)
    head = struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, 8 + len(strip))
    data = head + strip + directory
    pixels = pixels_of(normalize(data, SPEC))
    assert pixels[0, 0].mean() == pytest.approx(4, abs=6)
    assert pixels[63, 63].mean() == pytest.approx(233, abs=6)


def test_16_bit_png_with_alpha_is_scaled_and_composited(pixels_of):
    alphas = [0] * 16 + [0xFFFF] * 16
    rows = b"".join(b"\0" + struct.pack(">HH", 0x8000, alpha) * 8 for alpha in alphas)
    head = struct.pack(">IIBBBBB", 8, 32, 16, 4, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n"
    for kind, body in ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")):
        png += struct.pack(">I", len(body)) + kind + body
        png += struct.pack(">I", zlib.crc32(kind + body))
    photo = normalize(png, NormalizationSpec(width=64, height=64, background="red"))
    assert isinstance(photo, Normalized)
    assert photo.decisions == ("16bit_scaled:0..65535", "alpha_on_background")
    pixels = pixels_of(photo)
    assert pixels[4, 32] == pytest.approx((255, 0, 0), abs=12)
    assert pixels[60, 32] == pytest.approx((128, 128, 128), abs=12)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr"])
def test_every_mode_keeps_its_lightness(encoded, pixels_of, mode):
    image = Image.new("L", (40, 40), 255)
    image.paste(0, (0, 0, 20, 40))
    file_format = {"CMYK": "TIFF", "YCbCr": "JPEG"}.get(mode, "PNG")
    pixels = pixels_of(normalize(encoded(image.convert(mode), file_format), SPEC))
    assert pixels[32, 8] == pytest.approx((0, 0, 0), abs=6)
    assert pixels[32, 56] == pytest.approx((255, 255, 255), abs=6)


def test_an_animation_gives_its_first_frame(encoded, pixels_of):
    frames = [Image.new("RGB", (40, 30), color) for color in ("red", "lime", "blue")]
    for file_format in ("GIF", "WEBP", "PNG", "TIFF", "AVIF"):
        data = encoded(frames[0], file_format, save_all=True, append_images=frames[1:])
        photo = normalize(data, SPEC)
        assert isinstance(photo, Normalized)
        assert photo.facts.frames == 3
        assert "first_frame_of_3" in photo.decisions
        assert pixels_of(photo)[32, 32] == pytest.approx((255, 0, 0), abs=8)


def test_a_camera_raw_file_is_not_taken_for_its_preview(encoded, scene):
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags.tagtype[50706] = 1
    tags[50706] = b"\1\4\0\0"
    told = normalize(encoded(scene, "TIFF", tiffinfo=tags), SPEC)
    assert isinstance(told, Rejected)
    assert told.reason is Reason.UNSUPPORTED_FORMAT


def test_limits_are_told_with_their_numbers(encoded, scene):
    data = encoded(scene, "PNG")
    heavy = normalize(data, NormalizationSpec(max_bytes=len(data) - 1))
    assert isinstance(heavy, Rejected)
    assert (heavy.reason, f"{len(data):,}" in heavy.detail) == (Reason.TOO_MANY_BYTES, True)
    large = normalize(data, NormalizationSpec(max_pixels=300 * 200 - 1))
    assert isinstance(large, Rejected)
    assert (large.reason, "300 x 200" in large.detail) == (Reason.TOO_MANY_PIXELS, True)
    assert isinstance(normalize(data, NormalizationSpec(max_pixels=300 * 200)), Normalized)


def test_a_huge_jpeg_counts_at_the_scale_at_which_it_is_decoded(encoded):
    image = Image.new("RGB", (2400, 1600), "teal")
    spec = NormalizationSpec(width=200, height=200, max_pixels=2400 * 1600 // 5)
    photo = normalize(encoded(image, "JPEG"), spec)
    assert isinstance(photo, Normalized)
    assert photo.decisions == ("jpeg_draft_1/8",)
    assert (photo.facts.width, photo.facts.height) == (2400, 1600)
    for data in (encoded(image, "JPEG", progressive=True), encoded(image, "PNG")):
        told = normalize(data, spec)
        assert isinstance(told, Rejected)
        assert told.reason is Reason.TOO_MANY_PIXELS


def test_a_200_megapixel_phone_photo_is_a_photo(encoded):
    photo = normalize(encoded(Image.new("L", (16_320, 12_240), 90), "JPEG"), NormalizationSpec())
    assert isinstance(photo, Normalized), photo
    assert (photo.facts.width, photo.facts.height) == (16_320, 12_240)


@pytest.mark.parametrize("mode", ALL_MODES)
def test_a_reduced_decode_looks_like_a_full_one(encoded, pixels_of, mode):
    picture = noise(30, 20).resize((900, 600), Image.Resampling.BICUBIC)
    spec = NormalizationSpec(width=100, height=100, mode=mode, quality=95)
    drafted = normalize(encoded(picture, "JPEG", quality=98, subsampling=0), spec)
    assert isinstance(drafted, Normalized)
    assert drafted.decisions[0].startswith("jpeg_draft_")
    full = normalize(encoded(picture, "PNG"), spec)
    error = ((pixels_of(drafted) - pixels_of(full)) ** 2).mean()
    assert 10 * np.log10(255**2 / error) > 34


def test_broken_text_chunks_do_not_raise(encoded, scene):
    bomb = b"key\0\0" + zlib.compress(b"\0" * 3_000_000)
    told = normalize(png_with(b"zTXt", bomb, encoded(scene, "PNG")), SPEC)
    assert isinstance(told, Rejected)
    assert told.reason is Reason.DECODE_ERROR


def test_results_travel_between_processes(encoded, scene):
    for data in (encoded(scene, "JPEG"), b"text"):
        outcome = normalize(data, SPEC)
        assert pickle.loads(pickle.dumps(outcome)) == outcome


def test_many_threads_get_the_same_as_one(encoded, scene):
    # Reading headers records warnings, which is process-wide.
    good = encoded(scene, "JPEG", exif=exif(Orientation=6))
    bad = good.replace(b"Exif\0\0II", b"Exif\0\0I?").replace(b"Exif\0\0MM", b"Exif\0\0M?")
    expected = [normalize(good, SPEC), normalize(bad, SPEC)] * 40
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda data: normalize(data, SPEC), [good, bad] * 40)) == expected


def small_files() -> dict[str, bytes]:
    picture = noise(40, 30)
    files = {}
    for file_format in ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP"):
        stream = io.BytesIO()
        options = {"exif": exif(Orientation=6, Make="maker")} if file_format != "GIF" else {}
        picture.save(stream, file_format, **options)
        files[file_format] = stream.getvalue()
    return files


FILES = small_files()


@settings(max_examples=120, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_a_cut_file_never_raises_and_is_never_called_undamaged_garbage(file_format, draw):
    data = FILES[file_format]
    cut = draw.draw(st.integers(0, len(data) - 1))
    outcome = normalize(data[:cut], SPEC)
    if cut < len(data) // 2:
        assert isinstance(outcome, Rejected)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_flipped_bits_never_raise(file_format, draw):
    data = bytearray(FILES[file_format])
    for _ in range(draw.draw(st.integers(1, 6))):
        bit = draw.draw(st.integers(0, len(data) * 8 - 1))
        data[bit // 8] ^= 1 << bit % 8
    outcome = normalize(bytes(data), NormalizationSpec(width=64, height=64, max_pixels=10**6))
    assert isinstance(outcome, Normalized | Rejected)
