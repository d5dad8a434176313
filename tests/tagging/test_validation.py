"""Answers are held against the definition: mended where that is safe, kept as invalid elsewhere."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listing_assets.catalog.schema import Tag, Value
from listing_assets.tagging.validation import TagAnswer, judge

CATEGORY = Tag(name="category", type="choice", values=(Value(name="Food"), Value(name="Other")))
EXTRAS = Tag(name="extras", type="multi_choice", values=(Value(name="a"), Value(name="b")))
NEW = Tag(name="new", type="boolean")
PRICE = Tag(name="price", type="number", minimum=0, maximum=100)
TITLE = Tag(name="title", type="text", max_length=5)
ALL = (CATEGORY, EXTRAS, NEW, PRICE, TITLE)


@pytest.mark.parametrize(
    ("tag", "given", "kept"),
    [
        (CATEGORY, "Food", "Food"),
        (CATEGORY, " food ", "Food"),
        (CATEGORY, None, None),
        (EXTRAS, ["b", "A", "b"], ["a", "b"]),
        (EXTRAS, "a", ["a"]),
        (EXTRAS, [], []),
        (NEW, True, True),
        (NEW, "yes", True),
        (NEW, "否", False),
        (PRICE, 12, 12.0),
        (PRICE, "12.5", 12.5),
        (TITLE, " 口红 ", "口红"),
        (TITLE, "", None),
    ],
)
def test_valid_answers_are_kept(tag: Tag, given: object, kept: object) -> None:
    answer = judge(json.dumps({tag.name: given}), (tag,))[tag.name]
    assert answer == TagAnswer("valid", kept)


@pytest.mark.parametrize(
    ("tag", "given", "reason"),
    [
        (CATEGORY, "Toys", "unknown_value"),
        (CATEGORY, 7, "wrong_type"),
        (EXTRAS, ["a", "z"], "unknown_value"),
        (NEW, "perhaps", "wrong_type"),
        (NEW, 1, "wrong_type"),
        (PRICE, 101, "out_of_range"),
        (PRICE, float("nan"), "out_of_range"),
        (PRICE, True, "wrong_type"),
        (PRICE, 10**400, "out_of_range"),
        (TITLE, "too long", "too_long"),
        (TITLE, ["x"], "wrong_type"),
    ],
)
def test_invalid_answers_keep_their_reason(tag: Tag, given: object, reason: str) -> None:
    answer = judge(json.dumps({tag.name: given}), (tag,))[tag.name]
    assert (answer.status, answer.value, answer.reason) == ("invalid", None, reason)


def test_one_bad_tag_does_not_harm_the_others() -> None:
    answers = judge('{"category": "Toys", "new": true}', (CATEGORY, NEW, TITLE))
    assert [answers[name].reason for name in ("category", "new", "title")] == [
        "unknown_value",
        None,
        "missing_tag",
    ]


def test_fenced_json_is_read() -> None:
    assert judge('```json\n{"new": true}\n```', (NEW,))["new"] == TagAnswer("valid", True)


@pytest.mark.parametrize("raw", ["", "I cannot tell.", '{"category": "Fo', "[1]", "null"])
def test_what_is_no_json_object_is_invalid_for_every_tag(raw: str) -> None:
    answers = judge(raw, ALL)
    assert {answer.status for answer in answers.values()} == {"invalid"}
    assert set(answers) == {tag.name for tag in ALL}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    )
)
def test_no_answer_whatsoever_raises_and_what_is_valid_fits_the_definition(value: object) -> None:
    answers = judge(json.dumps({tag.name: value for tag in ALL}), ALL)
    for tag in ALL:
        answer = answers[tag.name]
        if answer.status == "valid" and answer.value is not None:
            again = judge(json.dumps({tag.name: answer.value}), (tag,))[tag.name]
            assert again == answer
