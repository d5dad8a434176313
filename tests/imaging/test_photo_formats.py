import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from listing_assets.imaging.formats import ends_early, sniff
from listing_assets.imaging.reasons import Reason, Rejected

FORMATS = ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "AVIF", "HEIF"]


def write(encoded, file_format, scene):
    if file_format == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    return encoded(scene, file_format)


@pytest.mark.parametrize("file_format", FORMATS)
def test_each_supported_format_is_told_by_its_content(encoded, scene, file_format):
    assert sniff(write(encoded, file_format, scene)) == file_format


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">', "SVG"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- drawn -->\n<svg>', "SVG"),
        (b"8BPS\0\1", "Photoshop"),
        (b"\0\0\1\0\1\0\x10\x10", "icon"),
        (b"II*\0\x10\0\0\0CR\x02\0", "CR2"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "CR3"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "video"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "video"),
        (b"\x1a\x45\xdf\xa3\x9f\x42", "video"),
        (b"RIFF\x10\0\0\0AVI LIST", "video"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
    ],
)
def test_another_kind_of_picture_is_unsupported_and_named(data, named):
    told = sniff(data)
    assert isinstance(told, Rejected)
    assert told.reason is Reason.UNSUPPORTED_FORMAT
    assert named in told.detail


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"<!DOCTYPE html><html><svg></svg></html>", "HTML"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "XML"),
        (b'{"error": "not found"}', "JSON"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "git-lfs"),
        ("一张照片".encode(), "text"),
        (b"BMW, blue, 3 doors", "text"),
        (b"PK\x03\x04\x14\0", "ZIP"),
        (b"\x93\x01\x02\x03\xfe", "no known kind"),
        (b"\0" * 400, "no known kind"),
    ],
)
def test_what_shows_no_picture_is_not_an_image_and_named(data, named):
    told = sniff(data)
    assert isinstance(told, Rejected)
    assert told.reason is Reason.NOT_AN_IMAGE
    assert named in told.detail


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_whole_file_does_not_end_early(encoded, scene, file_format):
    assert not ends_early(write(encoded, file_format, scene), file_format)


@pytest.mark.parametrize("file_format", ["PNG", "WEBP", "AVIF", "HEIF"])
def test_half_a_file_ends_early(encoded, scene, file_format):
    data = write(encoded, file_format, scene)
    assert ends_early(data[: len(data) // 2], file_format)


def test_a_tiff_without_its_directory_ends_early(encoded):
    # With compression the directory is written behind the pixels.
    data = encoded(Image.effect_noise((60, 60), 40), "TIFF", compression="tiff_lzw")
    assert ends_early(data[:-200], "TIFF")


@settings(derandomize=True)
@given(st.binary(min_size=1, max_size=300), st.sampled_from(FORMATS))
def test_no_bytes_whatever_raise(data, file_format):
    sniff(data)
    ends_early(data, file_format)
