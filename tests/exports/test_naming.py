"""File names: safe on every system, different for different keys, the same for the same."""

import unicodedata
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listing_assets.exports.naming import file_stem

HOSTILE = [
    "../../etc/passwd",
    "/etc/passwd",
    "..",
    ".",
    ".jpg",
    "a/../b.jpg",
    "C:\\windows\\x.jpg",
    "nul.jpg",
    "CON",
    "a\0b.jpg",
    "a\nb.jpg",
    "-rf.jpg",
    "~",
    "a b.jpg",
    "x" * 1000 + ".jpg",
    "照" * 300 + ".jpg",
    "\ud800.jpg",
    "a.jpg ",
    "a.jpg.",
    "a<b>|c?*.jpg",
]


@given(st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(), max_size=300)))
def test_a_name_has_letters_digits_and_two_signs_and_fits_everywhere(key: str) -> None:
    stem = file_stem(key)
    assert stem == file_stem(key)
    assert all(one.isalnum() or one in "_-" or unicodedata.combining(one) for one in stem), stem
    assert not stem.startswith(("-", "_"))
    assert len(f"{stem}.json".encode()) <= 143
    assert stem[-16:].isalnum()


@given(st.lists(st.text(max_size=20), unique=True, min_size=2, max_size=20))
def test_different_keys_have_names_that_differ_whatever_a_system_takes_for_equal(
    keys: list[str],
) -> None:
    seen = {unicodedata.normalize("NFD", file_stem(key)).casefold() for key in keys}
    assert len(seen) == len(keys)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *combinations(["a.jpg", "A.jpg", "a.JPG", "a.png", "a", "x/a.jpg", "x_a.jpg"], 2),
        ("caf\u00e9.jpg", "cafe\u0301.jpg"),
    ],
)
def test_likely_rivals_differ(one: str, other: str) -> None:
    assert file_stem(one).casefold() != file_stem(other).casefold()


def test_a_name_can_be_read() -> None:
    assert file_stem("shoes/red 01.final.jpg").startswith("shoes_red_01_final-")
    assert file_stem("照片/红鞋.jpg").startswith("照片_红鞋-")
