"""Texts are cut at the end of a sentence or word, never within one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listing_assets.tagging.shortening import shortened


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("short", 5, "short"),
        ("Red shoe. With laces", 12, "Red shoe."),
        ("Red. A shoe with laces", 15, "Red. A shoe"),
        ("red shoes with laces", 9, "red shoes"),
        ("red shoes with laces", 8, "red"),
        ("red, shoes", 5, "red"),
        ("红色运动鞋。透气轻便", 7, "红色运动鞋。"),
        ("红色运动鞋透气轻便", 4, "红色运动"),
        ("适合iPhone手机", 5, "适合"),
        ("3,500 mAh", 4, None),
        ("costs 3.50 now", 8, "costs"),
        ("unbreakable", 4, None),
        ("", 4, ""),
    ],
)
def test_the_longest_whole_beginning_is_kept(text: str, limit: int, kept: str | None) -> None:
    assert shortened(text, limit) == kept


@given(st.text(alphabet="ab ,.。红é\u0301👍🏽\u200d\n"), st.integers(1, 30))
def test_what_is_kept_is_a_beginning_within_the_limit(text: str, limit: int) -> None:
    kept = shortened(text, limit)
    if kept is not None:
        assert len(kept) <= limit
        assert text.startswith(kept) or text.strip().startswith(kept)
