import csv
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import XKCD_COLORS, to_rgb
from PIL import Image, ImageDraw

from resources.endpoints.embedded.colours import (
    COLOUR_NAMES,
    background,
    chinese_name,
    colour_named,
    colours_in,
    name_pixels,
    oklab,
    palette,
)
from tests.support.posters import block

REAL_PHOTOS = Path(__file__).resolve().parents[3] / "shared" / "data" / "photos"


def _names(rgb: np.ndarray) -> list[str]:
    return [list(COLOUR_NAMES)[index] for index in name_pixels(rgb).ravel()]


def _leading(picture: Image.Image) -> str:
    return palette(np.asarray(picture))[0].name


@pytest.mark.parametrize(
    ("shade", "name"),
    [
        *[("#101010", "black"), ("#fafafa", "white"), ("#808080", "grey"), ("#c62828", "red")],
        *[("#ff7f00", "orange"), ("#ffd600", "yellow"), ("#2e7d32", "green"), ("#00838f", "cyan")],
        *[("#1565c0", "blue"), ("#6a1b9a", "purple"), ("#f48fb1", "pink"), ("#5d4037", "brown")],
        *[("#e8d8b8", "beige"), ("#14285a", "blue"), ("#7b1113", "red"), ("#b5e8a0", "green")],
    ],
)
def test_common_shades_have_their_common_names(shade: str, name: str) -> None:
    rgb = np.round(np.array([to_rgb(shade)]) * 255).astype(np.uint8)

    assert _names(rgb) == [name]


def test_nine_of_ten_plain_names_of_the_xkcd_survey_are_given_back() -> None:
    plain = {
        f"{shade} {name}".strip(): name
        for name in COLOUR_NAMES
        for shade in ("", "bright", "dark", "light", "dull", "dusty", "faded", "medium", "deep")
    }
    surveyed = {words: name for words, name in plain.items() if f"xkcd:{words}" in XKCD_COLORS}
    shades = np.array([to_rgb(f"xkcd:{words}") for words in surveyed])

    given = _names(np.round(shades * 255).astype(np.uint8))

    right = [a == b for a, b in zip(given, surveyed.values(), strict=True)]
    assert len(right) > 70
    assert np.mean(right) >= 0.9


def test_oklab_has_the_values_of_its_definition() -> None:
    white, red = oklab(np.array([[255, 255, 255], [255, 0, 0]], dtype=np.uint8))

    assert white == pytest.approx([1, 0, 0], abs=1e-3)
    assert red == pytest.approx([0.628, 0.225, 0.126], abs=1e-3)


@pytest.mark.parametrize("paper", ["white", "black", "#d0d8e0"])
@pytest.mark.parametrize(
    ("shade", "name"), [("#c62828", "red"), ("#1565c0", "blue"), ("#ffd600", "yellow")]
)
def test_a_thing_on_plain_paper_has_its_own_colour(shade: str, name: str, paper: str) -> None:
    (first, *_) = palette(np.asarray(block(shade, paper)))

    assert first.name == name
    assert first.share > 0.95


def test_white_enclosed_by_a_thing_belongs_to_it() -> None:
    picture = block("#c62828")
    ImageDraw.Draw(picture).rectangle((180, 180, 330, 330), fill="white")

    shares = {colour.name: colour.share for colour in palette(np.asarray(picture))}

    assert shares["white"] == pytest.approx((150 / 292) ** 2, abs=0.03)
    assert shares["red"] == pytest.approx(1 - shares["white"], abs=0.06)


def test_a_white_picture_is_white() -> None:
    assert palette(np.full((40, 60, 3), 255, dtype=np.uint8))[0].name == "white"


def test_without_a_plain_border_the_middle_speaks() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    picture = Image.fromarray(noise).resize((512, 512), Image.Resampling.NEAREST)
    picture.paste("#2e7d32", (90, 90, 422, 422))

    assert not background(np.asarray(picture)).plain
    assert _leading(picture) == "green"


def test_shares_add_up_and_come_largest_first() -> None:
    shares = [colour.share for colour in palette(np.asarray(block("#1565c0", "#e8d8b8")))]

    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)


def test_the_border_tells_the_background() -> None:
    behind = background(np.asarray(block("red", "#1565c0")))

    assert behind.plain
    assert behind.colour == "blue"


@pytest.mark.parametrize(
    ("word", "name"),
    [
        *[("red", "red"), ("Gray", "grey"), ("红色", "red"), ("红", "red"), ("深蓝色", "blue")],
        *[("dark green", "green"), ("米色", "beige"), ("银色", "grey"), ("table", None)],
    ],
)
def test_words_of_both_languages_name_one_colour(word: str, name: str | None) -> None:
    assert colour_named(word) == name


def test_colours_are_found_in_a_text_but_not_inside_other_words() -> None:
    assert colours_in("A red dress, 白色 collar, dark-blue hem") == ("red", "white", "blue")
    assert colours_in("reduced price, 红薯, greenhouse") == ()


def test_every_colour_has_a_chinese_name_that_names_it() -> None:
    assert {colour_named(chinese_name(name)) for name in COLOUR_NAMES} == set(COLOUR_NAMES)


@pytest.mark.skipif(not REAL_PHOTOS.is_dir(), reason="the shared product photos are not here")
def test_photos_of_tomatoes_are_red_and_of_cucumbers_green() -> None:
    with (REAL_PHOTOS / "labels.csv").open(newline="", encoding="utf-8") as rows:
        paths = [(row["category"], row["path"]) for row in csv.DictReader(rows)]

    def share_of(category: str, colour: str) -> float:
        photos = [path for kind, path in paths if kind == category]
        pictures = [Image.open(REAL_PHOTOS / path).convert("RGB") for path in photos]
        return float(np.mean([_leading(picture) == colour for picture in pictures]))

    assert share_of("tomato", "red") >= 0.8
    assert share_of("banana", "blue") == 0
