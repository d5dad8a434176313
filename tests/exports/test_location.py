"""Where a photo was taken leaves its file; nothing else does, not one pixel."""

import io
import zlib
from typing import Any

import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from listing_assets.exports.location import without_place
from tests.conftest import draw_photo
from tests.reading.published import GPS_IFD, ORIENTATION, photo_with_place

pillow_heif.register_heif_opener()

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r xmlns:exif="http://ns.adobe.com/exif/1.0/"'
    b' exif:GPSLatitude="30,15.20N" exif:GPSLongitude = \'120,9.94E\' title="Market">'
    b"<exif:GPSAltitude>12/1</exif:GPSAltitude></r></x:xmpmeta>"
)
SECRETS = (b"30,15.20N", b"120,9.94E", b"12/1")


def tagged(form: str, **more: Any) -> bytes:
    """A photo with an EXIF place, a maker, an orientation and a colour space in a format."""
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[ORIENTATION] = 6
    exif[0x0131] = "Software of a name that does not fit in four bytes"
    exif[GPS_IFD] = {1: "N", 2: (30.0, 15.0, 12.34), 3: "E", 4: (120.0, 9.0, 56.78), 18: "WGS-84"}
    written = Image.Exif()
    written.load(exif.tobytes())
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(draw_photo(3))) as image:
        image.save(buffer, form, exif=exif.tobytes() if form == "HEIF" else written, **more)
    return buffer.getvalue()


def facts(data: bytes) -> tuple[bytes, dict[int, Any]]:
    """Pixels, and EXIF without the place."""
    with Image.open(io.BytesIO(data)) as image:
        exif = dict(image.getexif())
        return image.convert("RGB").tobytes(), {
            tag: value for tag, value in exif.items() if tag != GPS_IFD
        }


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_exif_place_leaves_every_format_and_nothing_else_does(form: str) -> None:
    data = tagged(form)
    with Image.open(io.BytesIO(data)) as image:
        assert image.getexif().get_ifd(GPS_IFD), "the test's own photo tells no place"
    cleaned = without_place(data)
    with Image.open(io.BytesIO(cleaned)) as image:
        assert not image.getexif().get_ifd(GPS_IFD)
        assert GPS_IFD not in image.getexif()
    assert b"WGS-84" in data
    assert b"WGS-84" not in cleaned
    assert facts(cleaned) == facts(data)
    assert len(cleaned) == len(data)


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "AVIF"])
def test_xmp_place_is_blanked_and_the_rest_of_it_stays(form: str) -> None:
    data = tagged(form, xmp=XMP)
    cleaned = without_place(data)
    assert all(secret in data for secret in SECRETS)
    assert not any(secret in cleaned for secret in SECRETS)
    assert b'title="Market"' in cleaned
    assert facts(cleaned) == facts(data)


@pytest.mark.parametrize("compressed", [False, True])
def test_metadata_hidden_in_texts_of_a_png_is_left_out(compressed: bool) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=compressed)
    info.add_text("Raw profile type exif", "\nexif\n 4\n4d4d002a\n", zip=compressed)
    info.add_text("Comment", "kept", zip=compressed)
    data = tagged("PNG", pnginfo=info)
    cleaned = without_place(data)
    with Image.open(io.BytesIO(cleaned)) as image:
        image.load()
        assert image.info["Comment"] == "kept"
        assert "XML:com.adobe.xmp" not in image.info
        assert not any(str(name).startswith("Raw profile") for name in image.info)
    place = 8
    while place < len(cleaned):
        length = int.from_bytes(cleaned[place : place + 4])
        chunk = cleaned[place + 4 : place + 8 + length]
        assert zlib.crc32(chunk).to_bytes(4) == cleaned[place + 8 + length : place + 12 + length]
        place += 12 + length


def test_both_byte_orders_are_understood() -> None:
    data = tagged("JPEG")
    exif = Image.Exif()
    exif.endian = ">"
    with Image.open(io.BytesIO(data)) as image:
        exif.load(image.info["exif"])
        exif.endian = ">"
        exif[GPS_IFD] = {1: "S", 18: "WGS-84"}
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", exif=exif.tobytes())
    assert b"Exif\0\0MM\0*" in buffer.getvalue()
    assert b"WGS-84" not in without_place(buffer.getvalue())


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "BMP", "GIF"])
def test_a_photo_without_a_place_is_not_touched(form: str) -> None:
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(draw_photo(4))) as image:
        image.save(buffer, form)
    assert without_place(buffer.getvalue()) == buffer.getvalue()


def test_a_second_cleaning_changes_nothing() -> None:
    once = without_place(photo_with_place())
    assert without_place(once) == once


@given(st.binary(max_size=200), st.data())
def test_broken_structures_neither_crash_nor_change_the_length(noise: bytes, data: Any) -> None:
    whole = tagged_once()
    start = data.draw(st.integers(0, len(whole) - 1))
    broken = whole[:start] + noise + whole[start + len(noise) :]
    broken = broken[: data.draw(st.integers(1, len(broken)))]
    try:
        cleaned = without_place(broken)
    except ValueError:
        return
    assert len(cleaned) == len(broken)


_tagged: list[bytes] = []


def tagged_once() -> bytes:
    if not _tagged:
        _tagged.append(tagged("JPEG", xmp=XMP))
    return _tagged[0]
