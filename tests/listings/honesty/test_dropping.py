"""Dropping takes what holds a statement, and leaves a text that reads well."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listing_assets.listings.draft import Evidence
from listing_assets.listings.honesty import drop, trace, without_unsupported
from listing_assets.listings.honesty.sentences import Segments


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Soft bag, like new, in black. Holds a lot.", "Soft bag, in black. Holds a lot."),
        ("Soft bag, in black, like new. Holds a lot.", "Soft bag, in black. Holds a lot."),
        ("Soft bag (256GB inside) and a case.", "Soft bag and a case."),
        ("It costs $20, and it is black, and it is soft.", "It is black, and it is soft."),
        ("A bag. It is brand new, which makes it a gift. Holds a lot.", "A bag. Holds a lot."),
        ("Black bag - like new - with straps.", "Black bag - with straps."),
        ("It costs $20!", ""),
        ("Price: $1,299.00, black.", "Black."),
        ("Color: black\n- 256GB\n- soft, like new\n- strap", "Color: black\n- soft\n- strap"),
        ("He said “like new, really” of it. Fine.", "Fine."),
        ("这款手机（全新，256GB）很漂亮，但售价2999元。", "这款手机很漂亮。"),
        ("【全新】黑色手机，屏幕清晰。", "黑色手机，屏幕清晰。"),
        ("全新未拆，黑色；手感很好！", "黑色；手感很好！"),
        ("黑色手机，售价2999元，包邮！手感很好。", "黑色手机！手感很好。"),
        ("售价99元，但是很轻。", "很轻。"),
        ("品牌：Sony\n颜色：黑色\n容量：256GB", "颜色：黑色"),
    ],
)  # fmt: skip
def test_what_is_left_reads_well(text: str, left: str) -> None:
    dropped = without_unsupported(text, trace(text, Evidence()))
    assert dropped.text == left
    assert dropped.removed and all(words in text for words in dropped.removed)


def test_nothing_is_changed_where_nothing_is_flagged() -> None:
    text = "  Soft bag,  black.\n\nHolds a lot. "
    assert drop(text, []).removed == ()
    assert (
        without_unsupported("黑色，很轻。", trace("黑色，很轻。", Evidence())).text
        == "黑色，很轻。"
    )


PARTS = st.sampled_from(
    (
        "soft bag",
        "like new",
        "$20",
        "(256GB, red)",
        "（全新）",
        "“a, b”",
        "黑色",
        "很轻",
        "【新】",
        "Sony",
    )
)
TEXTS = st.lists(
    st.tuples(PARTS, st.sampled_from([", ", ". ", "，", "。", "\n", "; ", " ", "! "]))
).map(lambda parts: "".join(part + separator for part, separator in parts))


@given(TEXTS)
def test_brackets_stay_whole_and_flags_go(text: str) -> None:
    dropped = without_unsupported(text, trace(text, Evidence()))
    for opening, closing in ("()", "（）", "“”", "【】"):
        assert dropped.text.count(opening) == dropped.text.count(closing)
    kept = {claim.text for claim in trace(dropped.text, Evidence()) if claim.flagged}
    assert not kept & {claim.text for claim in trace(text, Evidence()) if claim.flagged}
    assert len(dropped.text) <= len(text)


@given(st.text(alphabet='a1 .,。，!（）(“”"\n-'))
def test_sentences_and_their_clauses_are_the_text(text: str) -> None:
    segments = Segments(text)
    assert "".join(text[a:b] for a, b in segments.sentences) == text
    for sentence in segments.sentences:
        clauses = segments.clauses(sentence)
        assert "".join(text[a:b] for a, b in clauses) == text[slice(*sentence)]
