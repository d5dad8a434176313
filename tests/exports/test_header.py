"""The header of every format that is published can be read, whatever its EXIF is like."""

import csv
import io
import warnings
from typing import Any

import pillow_heif
import pytest
from PIL import Image

from listing_assets.exports.header import open_header
from listing_assets.exports.location import without_place
from listing_assets.exports.photos import SUFFIXES
from listing_assets.imaging.formats import sniff
from listing_assets.imaging.reasons import Rejected
from tests.conftest import REAL_DATA, draw_photo

TORTURE = REAL_DATA / "torture"


def saved(form: str, **more: Any) -> bytes:
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(draw_photo(1))) as image:
        if form == "HEIF":
            pillow_heif.from_pillow(image).save(buffer)
        else:
            image.save(buffer, form, **more)
    return buffer.getvalue()


@pytest.mark.parametrize("form", [form for form in SUFFIXES if form != "MPO"])
def test_size_and_format_are_read(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(Image.OPEN, "HEIF", raising=False)  # as in a process that has seen none
    with open_header(saved(form)) as image:
        assert (image.size, image.format) == ((96, 72), form)


def test_a_photo_with_more_behind_it_is_a_jpeg_by_its_name() -> None:
    data = saved("MPO", save_all=True, append_images=[Image.new("RGB", (96, 72))])
    with open_header(data) as image:
        assert image.format == "MPO" and SUFFIXES[image.format] == "jpg"


def test_broken_exif_is_not_told_again() -> None:
    data = saved("JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\x05\0\x12\x01\x03\0\x01")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with open_header(data) as image:
            assert image.size == (96, 72)
    with pytest.raises(ValueError, match="JSON or other text"):
        open_header(b"{}").__enter__()


@pytest.mark.skipif(not TORTURE.is_dir(), reason="the real data is not here")
def test_awkward_files_that_are_published_can_be_exported_as_they_are() -> None:
    with (TORTURE / "manifest.csv").open(encoding="utf-8") as file:
        rows = {row["path"]: row for row in csv.DictReader(file) if row["expected"] == "ok"}
    opened = 0
    for name, row in rows.items():
        data = (TORTURE / name).read_bytes()
        if isinstance(sniff(data), Rejected):
            continue
        with open_header(without_place(data)) as image:
            assert image.format in SUFFIXES, name
            assert sorted(image.size) == sorted((int(row["width"]), int(row["height"]))), name
        opened += 1
    assert opened > 40
