"""A key in place of a variable's name is noticed; names as people give them are not."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listing_assets.catalog.key_likeness import looks_like_key, masked


@pytest.mark.parametrize(
    "name",
    [
        "OPENAI_API_KEY",
        "DASHSCOPE_API_KEY_2",
        "K",
        "EAS_TOKEN_2026",
        "QWEN3_VL_KEY",
        "QWEN2_5VL7B_KEY",
        "SHOP1_EU2_TOKEN3",
        "MODELSTUDIOQWENVLMAXKEY",
        "EAS1234567890_TOKEN",
    ],
)
def test_names_of_variables_are_no_keys(name: str) -> None:
    assert not looks_like_key(name, {})


@pytest.mark.parametrize(
    "key",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "SK_PROJ_9F8A7B6C5D4E",
        "0123456789ABCDEF0123456789ABCDEF",
        "LTAI5TQ8Z7X2W9K4",
        "QWERTYUIOPASDFGHJKLZXCVBNMQWERTY",
    ],
)
def test_keys_are_noticed_unless_a_variable_has_that_very_name(key: str) -> None:
    assert looks_like_key(key, {})
    assert not looks_like_key(key, {key: "x"})


@given(st.integers(0, 2**32))
def test_random_capitals_and_digits_are_noticed(seed: int) -> None:
    drawn = random.Random(seed).choices(string.ascii_uppercase + string.digits, k=32)
    assert looks_like_key("".join(drawn), {})


def test_what_is_shown_of_a_key_is_its_beginning() -> None:
    assert masked("AKIAIOSFODNN7EXAMPLE") == "AKIA… (20 characters)"
