"""The text part of the vector: tokens, directions of words, axes of colours."""

import itertools

import numpy as np
import pytest

from resources.endpoints.embedded.colours import COLOUR_NAMES, ColourShare, chinese_name
from resources.endpoints.embedded.text_space import (
    COLOUR_DIMENSION,
    named_colours,
    shown_colours,
    tokens,
    word_vector,
)

DIMENSION = 303


def cosine(one: str, other: str) -> float:
    a, b = word_vector(one, DIMENSION), word_vector(other, DIMENSION)
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))


def test_english_is_split_into_words_and_chinese_into_pairs_of_characters() -> None:
    assert tokens("Velvet-Lipstick, 3.5 g") == ["velvet", "lipstick", "3.5", "g"]
    assert tokens("丝绒口红") == ["丝绒", "绒口", "口红"]
    assert tokens("茶 A4纸") == ["茶", "a4", "纸"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("SALE", "sale"), ("Ｓａｌｅ", "sale"), ("MJÖLK", "mjolk"), ("Straße", "STRASSE"), ("①", "1")],
)
def test_case_width_and_accents_make_no_difference(one: str, other: str) -> None:
    assert tokens(one) == tokens(other)


@pytest.mark.parametrize("text", ["", "  \n", "!?—…", "★ ¥ %", "_"])
def test_a_text_without_letters_or_numbers_has_no_token(text: str) -> None:
    assert tokens(text) == []
    assert not word_vector(text, DIMENSION).any()


def test_different_words_are_nearly_orthogonal() -> None:
    words = ["serum", "towel", "laptop", "honey", "口红", "牛奶", "手机", "129", "9.9"]

    assert max(abs(cosine(a, b)) for a, b in itertools.combinations(words, 2)) < 0.25


def test_a_word_in_a_long_text_is_found_and_an_absent_one_is_not() -> None:
    poster = "BRIGHTOK fresh laundry liquid 洗衣液 deep clean 深层去渍 buy 2 save 20 limited offer"

    assert cosine("laundry", poster) > 0.2
    assert cosine("洗衣液", poster) > 0.2
    assert abs(cosine("headphones", poster)) < 0.15
    assert abs(cosine("耳机", poster)) < 0.15


def test_a_misread_letter_leaves_words_related() -> None:
    assert cosine("chocolate", "chocolote") > 0.1
    assert cosine("GRADDFIL", "GRADDFIT") > cosine("GRADDFIL", "YOGHURT") + 0.1


@pytest.mark.parametrize(
    ("one", "other"), [("lipsticks", "lipstick"), ("berries", "berry"), ("shoes", "shoe")]
)
def test_an_english_plural_makes_no_difference(one: str, other: str) -> None:
    assert tokens(one) == tokens(other)


@pytest.mark.parametrize("word", ["glass", "citrus", "gas", "bus"])
def test_a_word_that_merely_ends_in_s_stays_whole(word: str) -> None:
    assert tokens(word) == [word]


def test_a_lone_chinese_character_is_related_to_words_that_hold_it() -> None:
    assert cosine("茶", "绿茶") > 0.1


def test_repetition_counts_less_each_time() -> None:
    once, often = word_vector("milk tea", DIMENSION), word_vector("milk " * 20 + "tea", DIMENSION)
    tea = word_vector("tea", DIMENSION)

    assert tea @ often > 0.15 * np.linalg.norm(often)
    assert tea @ often < tea @ once / np.linalg.norm(once) * np.linalg.norm(often)


@pytest.mark.parametrize("name", COLOUR_NAMES)
def test_every_colour_has_an_axis_of_its_own_in_both_languages(name: str) -> None:
    english, chinese = named_colours(name), named_colours(chinese_name(name))

    assert english.shape == (COLOUR_DIMENSION,)
    assert english.sum() == 1
    np.testing.assert_array_equal(english, chinese)
    np.testing.assert_array_equal(english, shown_colours([ColourShare(name, 1.0)]))


def test_a_text_names_several_colours_or_none() -> None:
    assert named_colours("a blue dress with white dots").sum() == 2
    assert named_colours("红").sum() == 1
    assert named_colours("a hundred sheets").sum() == 0
