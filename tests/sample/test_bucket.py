"""Two uploads arrive as files: the right ones, whole, once, and the same each time."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image, ImageOps, UnidentifiedImageError

from listing_assets.sample import draw, sample_keys, write_batch
from listing_assets.sample.bucket import sample_files
from listing_assets.sample.shots import SHOTS
from resources.errors import SourceError

_REPOSITORY = Path(__file__).parents[2]

_FILES = sample_files(1) + sample_files(2)
_PHOTOS = [file for file in _FILES if file.product is not None]
_NOT_PHOTOS = {file.key for file in _FILES if file.product is None}
_COPY = "beauty/velmora-lipstick-01-copy.jpg"


def _contents(folder: Path) -> dict[str, bytes]:
    """The visible files under a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def _times(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_the_folder_holds_both_batches_and_nothing_else(bucket: Path) -> None:
    assert len(sample_keys(1)) == 48
    assert len(sample_keys(2)) == 20
    assert set(_contents(bucket)) == set(sample_keys(1)) | set(sample_keys(2))


def test_there_are_at_least_60_different_photos_of_at_least_15_products(bucket: Path) -> None:
    contents = _contents(bucket)
    assert len({contents[file.key] for file in _PHOTOS}) >= 60
    shots = Counter(file.product.sku for file in _PHOTOS if file.product)
    assert len(shots) >= 15
    assert min(shots.values()) >= 3


def test_the_second_batch_brings_new_products_and_new_shots_of_old_ones() -> None:
    first = {file.product.sku for file in sample_files(1) if file.product}
    second = {file.product.sku for file in sample_files(2) if file.product}
    assert second - first
    assert second & first
    assert not set(sample_keys(1)) & set(sample_keys(2))


def test_every_photo_opens_at_the_size_it_was_drawn(bucket: Path) -> None:
    for file in _PHOTOS:
        with Image.open(bucket / file.key) as photo:
            upright = ImageOps.exif_transpose(photo)
        assert 675 <= upright.height <= 1000, file.key
        assert 800 <= upright.width <= 1200, file.key


def test_one_file_was_uploaded_twice(bucket: Path) -> None:
    contents = _contents(bucket)
    same = [key for key in contents if contents[key] == contents[_COPY]]
    assert sorted(same) == [_COPY, "beauty/velmora-lipstick-01.jpg"]
    assert len(set(contents.values())) == len(contents) - 1


def test_two_files_are_not_photos_whatever_their_names(bucket: Path) -> None:
    assert len(_NOT_PHOTOS) == 2
    assert all(key.endswith(".jpg") for key in _NOT_PHOTOS)
    with pytest.raises(UnidentifiedImageError):
        Image.open(bucket / "apparel/norvale-tshirt-size-chart.jpg")
    with (
        Image.open(bucket / "electronics/zentiq-phone-05.jpg") as photo,
        pytest.raises(OSError, match="truncated"),
    ):
        photo.load()


def test_a_photo_stored_lying_down_is_upright_by_its_exif_orientation(bucket: Path) -> None:
    file = next(file for file in _PHOTOS if file.key == "daily-use/claymere-mug-01.jpg")
    assert file.product is not None
    drawn = draw(file.product, SHOTS[file.product.sku][0])
    with Image.open(bucket / file.key) as photo:
        assert photo.getexif()[0x0112] == 6
        assert photo.size == drawn.size[::-1]
        upright = ImageOps.exif_transpose(photo)
    small = (8, 8)
    pairs = zip(upright.resize(small).tobytes(), drawn.resize(small).tobytes(), strict=True)
    assert max(abs(a - b) for a, b in pairs) < 12


def test_formats_are_mixed(bucket: Path) -> None:
    formats = Counter()
    modes = set()
    for file in _PHOTOS:
        with Image.open(bucket / file.key) as photo:
            formats[photo.format] += 1
            modes.add(photo.mode)
    assert set(formats) == {"JPEG", "PNG", "WEBP"}
    assert formats["JPEG"] > 60
    assert "RGBA" in modes


def test_writing_again_touches_nothing(bucket: Path) -> None:
    before = _times(bucket)
    assert write_batch(bucket, 1) == 48
    assert write_batch(bucket, 2) == 20
    assert _times(bucket) == before


def test_a_lost_and_a_changed_file_are_mended_and_no_other_is_touched(
    bucket: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "sample"
    shutil.copytree(bucket, folder)
    before = _times(folder)
    lost, changed = (folder / key for key in sample_keys(2)[3:5])
    lost.unlink()
    changed.write_bytes(b"overwritten")
    write_batch(folder, 2)
    assert _contents(folder) == _contents(bucket)
    touched = {path for path, time in _times(folder).items() if before[path] != time}
    assert touched == {str(lost), str(changed)}


def test_what_another_version_of_the_code_drew_is_drawn_again(bucket: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    shutil.copytree(bucket, folder)
    before = _times(folder)
    receipt = folder / ".drawn.json"
    old = folder / sample_keys(2)[0]
    old.write_bytes(b"as drawn by an earlier version")
    record = json.loads(receipt.read_text())
    assert set(record["sha256"]) == {file.key for file in _FILES}
    receipt.write_text(json.dumps(record | {"drawn_by": "an earlier version"}))
    write_batch(folder, 2)
    assert _contents(folder) == _contents(bucket)
    touched = {path for path, time in _times(folder).items() if before[path] != time}
    assert touched == {str(old), str(receipt)}


def _in_another_process(program: str, folder: Path) -> int:
    """The exit status of a Python process, with another hash seed, that runs `program`."""
    return subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        check=False,
        cwd=_REPOSITORY,
        env=os.environ | {"PYTHONHASHSEED": "1"},
    ).returncode


def test_a_crash_leaves_no_half_file_and_another_process_draws_the_same_bytes(
    bucket: Path, tmp_path: Path
) -> None:
    write = (
        "import os, sys; from pathlib import Path; from listing_assets.sample import write_batch\n"
        "{}\nwrite_batch(Path(sys.argv[1]), 2)"
    )
    key = sample_keys(2)[0]
    old = tmp_path / key
    old.parent.mkdir(parents=True)
    old.write_bytes(b"old")
    assert _in_another_process(write.format("Path.replace = lambda *_: os._exit(9)"), tmp_path) == 9
    assert _contents(tmp_path) == {key: b"old"}

    assert _in_another_process(write.format(""), tmp_path) == 0
    contents = _contents(bucket)
    assert _contents(tmp_path) == {key: contents[key] for key in sample_keys(2)}
    assert not list(tmp_path.rglob("*.part"))


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    blocked = tmp_path / "sample"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(SourceError, match=r"sample bucket .* cannot be written"):
        write_batch(blocked, 1)
