"""A text is cut where a reader would stop."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from listing_assets.listings.honesty import cut


@pytest.mark.parametrize(
    ("text", "limit", "left"),
    [
        ("One two. Three four. Five", 22, "One two. Three four."),
        ("One two. Three four.", 20, "One two. Three four."),
        ("It is 3.5 inch wide. And more words follow", 30, "It is 3.5 inch wide."),
        ("It weighs approx. 5 kg in all. And more words", 38, "It weighs approx. 5 kg in all."),
        ("Made by Dr. Smith, e.g. for the U.S. market only", 40, "Made by Dr. Smith"),
        ("She said “Take it!” And then she left us all", 30, "She said “Take it!”"),
        ("Good (really. good) thing here. Then more", 35, "Good (really. good) thing here."),
        ("Wait... what? Nothing more to say here", 20, "Wait... what?"),
        ("这是好东西。非常好用的东西没有句号", 12, "这是好东西。"),
        ("他说“很好。”然后走了很远很远的路", 10, "他说“很好。”"),
        ("黑色很轻，手感好，价格合适非常值得", 12, "黑色很轻，手感好"),
        ("a long clause, then another one that runs", 30, "a long clause"),
        ("no punctuation in these words at all", 20, "no punctuation in"),
        ("no sign (but a bracket that never ends) here", 25, "no sign"),
        ("价格￥39.90元真的很便宜", 5, "价格"),
        ("没有标点符号的长句子", 5, "没有标点符"),
        ("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 8, "👨‍👩‍👧‍👦"),
        ("e\u0301e\u0301e\u0301", 3, "e\u0301"),
        ("🇨🇳🇺🇸🇫🇷", 3, "🇨🇳"),
        ("👨‍👩‍👧‍👦", 3, ""),
        ("abcdefghij", 4, "abcd"),
        ("Line one\nLine two is longer", 15, "Line one"),
    ],
)
def test_the_cut_is_at_a_sentence_else_a_clause_else_a_word(
    text: str, limit: int, left: str
) -> None:
    assert cut(text, limit) == left


def test_an_early_end_can_be_passed_over() -> None:
    text = "Hi! this sentence is much longer, and does not end within it"
    assert cut(text, 45) == "Hi!"
    assert cut(text, 45, least=20) == "Hi! this sentence is much longer"


@given(st.text(alphabet='ab1 .,。，!（）(“”"\n👨‍👩🇨🇳é\u0301'), st.integers(1, 40))
def test_the_cut_is_a_beginning_that_fits_and_splits_no_grapheme(text: str, limit: int) -> None:
    left = cut(text, limit)
    assert len(left) <= limit and text.startswith(left)
    edges = {0} | {match.end() for match in regex.finditer(r"\X", text)}
    assert len(left) in edges or left == text[: len(left)].rstrip()
    if len(text) <= limit:
        assert left == text
