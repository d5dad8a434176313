import csv
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from resources.endpoints.embedded import reading
from resources.endpoints.embedded.reading import Line, Reading, read
from resources.errors import ModelError
from tests.support.posters import block, jpeg, poster

REAL_PHOTOS = Path(__file__).resolve().parents[3] / "shared" / "data" / "photos"
needs_photos = pytest.mark.skipif(
    not REAL_PHOTOS.is_dir(), reason="the shared product photos are not here"
)


def _photos_of(category: str, count: int) -> list[bytes]:
    """The first photos of a category, stretched to a square as the platform does by default."""
    with (REAL_PHOTOS / "labels.csv").open(newline="", encoding="utf-8") as rows:
        paths = [row["path"] for row in csv.DictReader(rows) if row["category"] == category]
    photos = []
    for path in paths[:count]:
        picture = Image.open(REAL_PHOTOS / path).convert("RGB")
        photos.append(jpeg(picture.resize((512, 512), Image.Resampling.LANCZOS)))
    return photos


def test_english_and_chinese_words_are_read() -> None:
    picture = poster([("Velvet Lipstick", 48), ("补水面膜", 60), ("Only $19.99", 36)])

    assert read(jpeg(picture)).text.split("\n") == ["Velvet Lipstick", "补水面膜", "Only $19.99"]


def test_a_full_width_yen_sign_reads_as_a_plain_one() -> None:
    assert read(jpeg(poster([("￥59", 90)]))).text == "¥59"


def test_lines_carry_their_place_in_fractions_of_the_picture() -> None:
    picture = poster([("HONEY", 60)]).resize((512, 256))

    (line,) = read(jpeg(picture)).lines

    left, top, right, bottom = line.box
    assert 0 <= left < 0.1
    assert 0.4 < right < 0.55
    assert 0 <= top < 0.1
    assert 0.1 < bottom < 0.3
    assert 0.75 <= line.confidence <= 1


def test_lines_come_in_rows_from_the_left() -> None:
    picture = poster([("first", 50), ("third", 50)])
    picture.paste(poster([("second", 50)]).crop((20, 20, 230, 100)), (290, 30))

    assert read(jpeg(picture)).text.split("\n") == ["first", "second", "third"]


def test_a_picture_without_words_reads_as_nothing() -> None:
    assert read(jpeg(block("red"))) == Reading(())


def test_a_picture_of_a_few_pixels_can_be_read() -> None:
    assert read(jpeg(Image.new("RGB", (3, 2), "white"))) == Reading(())


def test_bytes_that_are_no_picture_are_an_error_that_says_so() -> None:
    with pytest.raises(ModelError, match="4 bytes cannot be decoded"):
        read(b"jpeg")


def test_a_photo_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    photo = jpeg(poster([("read me once", 40)]))
    first = read(photo)

    def fail() -> None:
        raise AssertionError("the photo was read again")

    monkeypatch.setattr(reading, "_engine", fail)

    assert read(bytes(photo)) is first


def test_no_more_readings_are_remembered_than_there_is_room_for() -> None:
    memory = reading._Memory(2)
    one, two, three = (Reading((Line(text, 1.0, (0, 0, 1, 1)),)) for text in "abc")

    memory.put(b"1", one)
    memory.put(b"2", two)
    memory.get(b"1")
    memory.put(b"3", three)

    assert (memory.get(b"1"), memory.get(b"2"), memory.get(b"3")) == (one, None, three)


def test_many_threads_read_what_one_reads() -> None:
    photos = [jpeg(poster([(f"number {number}", 40)])) for number in range(6)]

    with ThreadPoolExecutor(3) as threads:
        texts = [reading.text for reading in threads.map(read, photos)]

    assert texts == [f"number {number}" for number in range(6)]


def test_reading_opens_no_connection_and_writes_nothing_to_the_terminal(tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(jpeg(poster([("quiet", 60)])))
    program = (
        "import socket, sys, pathlib\n"
        "def refuse(*_, **__): raise AssertionError('the network was used')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse\n"
        "from resources.endpoints.embedded.reading import read\n"
        "print(read(pathlib.Path(sys.argv[1]).read_bytes()).text)\n"
    )

    run = subprocess.run(
        [sys.executable, "-c", program, str(photo)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )

    assert (run.stdout, run.stderr) == ("quiet\n", "")


@needs_photos
@pytest.mark.parametrize("category", ["shirt", "apple", "tomato"])
def test_photos_of_shirts_and_fruit_yield_no_words(category: str) -> None:
    assert [read(photo).text for photo in _photos_of(category, 3)] == ["", "", ""]


@needs_photos
def test_packages_yield_their_words() -> None:
    texts = [read(photo).text.lower() for photo in _photos_of("soy-milk", 4)]

    assert all("alpro" in text or "soya" in text for text in texts)
