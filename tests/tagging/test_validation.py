"""Answers are held against the definition: mended where that is safe, kept as invalid elsewhere."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listing_assets.catalog.schema import Tag, Value
from listing_assets.tagging.reasons import Reason, Repair
from listing_assets.tagging.validation import TagAnswer, judge


def values(*names: str) -> tuple[Value, ...]:
    return tuple(Value(name=name) for name in names)


CATEGORY = Tag(name="category", type="choice", values=values("Food", "Other"))
GRADE = Tag(name="grade", type="choice", values=values("A+", "A", "a b", "2024", "unknown"))
EXTRAS = Tag(name="extras", type="multi_choice", values=values("a", "b", "c, d"))
NEW = Tag(name="new", type="boolean")
PRICE = Tag(name="price", type="number", minimum=0, maximum=5000)
WEIGHT = Tag(name="weight", type="number", description="Weight in kg.")
TITLE = Tag(name="title", type="text", max_length=20)
NOTE = Tag(name="note", type="text", language="zh")
COLOR = Tag(name="color", type="color")
ALL = (CATEGORY, GRADE, EXTRAS, NEW, PRICE, WEIGHT, TITLE, NOTE, COLOR)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["Food", "food.", "a", "a,b", "unknown", "3 kg", "#FFF", "red", "是", "红"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def judged(tag: Tag, given: object, *, last: bool = False) -> TagAnswer:
    return judge(json.dumps({tag.name: given}), (tag,), last=last)[tag.name]


@pytest.mark.parametrize(
    ("tag", "given", "kept", "repairs"),
    [
        (CATEGORY, "Food", "Food", []),
        (CATEGORY, None, None, []),
        (CATEGORY, " food ", "Food", [Repair.NORMALIZED]),
        (CATEGORY, "ＦＯＯＤ", "Food", [Repair.NORMALIZED]),
        (CATEGORY, "**Food**.", "Food", [Repair.NORMALIZED]),
        (CATEGORY, "“food”", "Food", [Repair.NORMALIZED]),
        (CATEGORY, ["Food"], "Food", [Repair.RETYPED]),
        (CATEGORY, "n/a", None, [Repair.NULLED]),
        (CATEGORY, "无法判断", None, [Repair.NULLED]),
        (CATEGORY, "", None, [Repair.NULLED]),
        (GRADE, "Unknown", "unknown", [Repair.NORMALIZED]),
        (GRADE, "A+", "A+", []),
        (GRADE, "a.", "A", [Repair.NORMALIZED]),
        (GRADE, 2024, "2024", [Repair.RETYPED]),
        (EXTRAS, ["b", "A", "b"], ["a", "b"], [Repair.NORMALIZED]),
        (EXTRAS, [], [], []),
        (EXTRAS, "a", ["a"], [Repair.RETYPED]),
        (EXTRAS, "c, d", ["c, d"], [Repair.RETYPED]),
        (EXTRAS, "a, b", ["a", "b"], [Repair.SPLIT, Repair.NORMALIZED]),
        (EXTRAS, "b、a", ["a", "b"], [Repair.SPLIT]),
        (EXTRAS, "[]", [], [Repair.SPLIT]),
        (EXTRAS, ["unknown"], None, [Repair.NULLED]),
        (NEW, True, True, []),
        (NEW, "yes", True, [Repair.RETYPED]),
        (NEW, "False.", False, [Repair.RETYPED]),
        (NEW, "否", False, [Repair.RETYPED]),
        (NEW, "None", None, [Repair.NULLED]),
        (PRICE, 12, 12.0, []),
        (PRICE, "12.5", 12.5, [Repair.NUMBER]),
        (PRICE, "¥1,299.00", 1299.0, [Repair.NUMBER]),
        (WEIGHT, "3 kg", 3.0, [Repair.NUMBER]),
        (PRICE, "未知", None, [Repair.NULLED]),
        (TITLE, " 口红 ", "口红", []),
        (TITLE, "", None, []),
        (TITLE, "unknown", "unknown", []),
        (TITLE, 200, "200", [Repair.RETYPED]),
        (TITLE, "a\ud800b\x07", "a\ufffdb", [Repair.SURROGATES, Repair.CONTROLS]),
        (TITLE, "one\r\ntwo", "one\ntwo", [Repair.CONTROLS]),
        (NOTE, "Nike Air 跑鞋", "Nike Air 跑鞋", []),
        (COLOR, "red", "red", []),
        (COLOR, "Light Grey / 银色.", "light grey / 银色", [Repair.NORMALIZED]),
        (COLOR, "rebeccapurple", "rebeccapurple", []),
        (COLOR, "#FF00aa", "#ff00aa", [Repair.NORMALIZED]),
        (COLOR, "unknown", None, [Repair.NULLED]),
    ],
)
def test_valid_answers_are_kept_and_say_what_was_mended(
    tag: Tag, given: object, kept: object, repairs: list[str]
) -> None:
    assert judged(tag, given) == TagAnswer("valid", kept, None, tuple(repairs))


@pytest.mark.parametrize(
    ("tag", "given", "reason"),
    [
        (CATEGORY, "Toys", Reason.UNKNOWN_VALUE),
        (CATEGORY, "食品", Reason.UNKNOWN_VALUE),
        (CATEGORY, 7, Reason.WRONG_TYPE),
        (CATEGORY, ["Food", "Other"], Reason.WRONG_TYPE),
        (CATEGORY, [], Reason.WRONG_TYPE),
        (CATEGORY, {"value": "Food"}, Reason.WRONG_TYPE),
        (CATEGORY, "Food" * 1000, Reason.UNKNOWN_VALUE),
        (GRADE, "A-", Reason.UNKNOWN_VALUE),
        (GRADE, 2024.0, Reason.WRONG_TYPE),
        (EXTRAS, ["a", "z"], Reason.UNKNOWN_VALUE),
        (EXTRAS, "a, z", Reason.UNKNOWN_VALUE),
        (EXTRAS, "none", Reason.UNKNOWN_VALUE),
        (EXTRAS, ["none"], Reason.UNKNOWN_VALUE),
        (EXTRAS, [None], Reason.WRONG_TYPE),
        (EXTRAS, {"a": True}, Reason.WRONG_TYPE),
        (NEW, "perhaps", Reason.WRONG_TYPE),
        (NEW, 1, Reason.WRONG_TYPE),
        (PRICE, 5001, Reason.OUT_OF_RANGE),
        (PRICE, "-1", Reason.OUT_OF_RANGE),
        (PRICE, math.nan, Reason.OUT_OF_RANGE),
        (PRICE, math.inf, Reason.OUT_OF_RANGE),
        (PRICE, 10**400, Reason.OUT_OF_RANGE),
        (PRICE, True, Reason.WRONG_TYPE),
        (PRICE, "10-20", Reason.WRONG_TYPE),
        (PRICE, "3 kg", Reason.WRONG_TYPE),
        (TITLE, "much longer than it may be", Reason.TOO_LONG),
        (TITLE, ["x"], Reason.WRONG_TYPE),
        (TITLE, 1.5, Reason.WRONG_TYPE),
        (NOTE, "a pair of running shoes", Reason.WRONG_LANGUAGE),
        (COLOR, "photo 12", Reason.NOT_A_COLOR),
        (COLOR, "#ff", Reason.NOT_A_COLOR),
        (COLOR, "It is red. And blue.", Reason.NOT_A_COLOR),
        (COLOR, "red " * 11, Reason.TOO_LONG),
        (COLOR, 16711680, Reason.WRONG_TYPE),
    ],
)
def test_invalid_answers_keep_their_reason(tag: Tag, given: object, reason: str) -> None:
    assert judged(tag, given) == TagAnswer("invalid", None, reason)


def test_one_bad_tag_does_not_harm_the_others() -> None:
    answers = judge('{"category": "Toys", "new": true}', (CATEGORY, NEW, TITLE))
    assert [answers[name].reason for name in ("category", "new", "title")] == [
        "unknown_value",
        None,
        "missing_tag",
    ]


def test_repairs_of_the_text_are_told_with_every_valid_answer() -> None:
    answers = judge('```json\n{"new": "yes", "category": "Toys"}\n```', (NEW, CATEGORY))
    assert answers["new"].repairs == (Repair.UNFENCED, Repair.RETYPED)
    assert answers["category"].repairs == ()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", Reason.EMPTY_ANSWER),
        ("I cannot tell.", Reason.NOT_JSON),
        ('{"category": "Fo', Reason.TRUNCATED),
        ("[1]", Reason.NOT_OBJECT),
        ("null", Reason.NOT_OBJECT),
        ("{}", Reason.MISSING_TAG),
    ],
)
def test_what_is_no_object_is_invalid_for_every_tag(raw: str, reason: str) -> None:
    answers = judge(raw, ALL)
    assert answers == {tag.name: TagAnswer("invalid", None, reason) for tag in ALL}


def test_a_tag_that_is_answered_twice_is_ambiguous_and_the_others_stand() -> None:
    answers = judge('{"new": true, "category": "Food", "new": false}', (NEW, CATEGORY))
    assert answers["new"].reason == Reason.AMBIGUOUS
    assert answers["category"] == TagAnswer("valid", "Food")


def test_a_refusal_is_no_answer_to_be_asked_for_again() -> None:
    refused = TagAnswer("refused", None, Reason.REFUSED_BY_MODEL)
    assert set(judge("I'm sorry, but I can't assist with that.", ALL).values()) == {refused}
    assert judged(TITLE, "I cannot help.") == refused
    answers = judge('I cannot help with {"category": "Food"}', (CATEGORY, NEW))
    assert answers["category"].value == "Food"


def test_a_text_that_is_too_long_is_cut_only_in_the_last_answer() -> None:
    long = "Fresh apples. Red and sweet apples."
    assert judged(TITLE, long).reason == Reason.TOO_LONG
    assert judged(TITLE, long, last=True) == TagAnswer("valid", "Fresh apples.", None, ("cut",))
    assert judged(TITLE, "x" * 21, last=True).reason == Reason.TOO_LONG
    assert judged(NOTE, "word " * 500, last=True).reason == Reason.WRONG_LANGUAGE


def fits(tag: Tag, value: Any) -> bool:
    names = [known.name for known in tag.values]
    match tag.type:
        case "choice":
            return value in names
        case "multi_choice":
            return type(value) is list and value == [name for name in names if name in value]
        case "boolean":
            return type(value) is bool
        case "number":
            low = -math.inf if tag.minimum is None else tag.minimum
            high = math.inf if tag.maximum is None else tag.maximum
            return type(value) is float and math.isfinite(value) and low <= value <= high
        case _:
            limit = {"color": 40}.get(tag.type, tag.max_length or 2_000)
            value.encode()
            return type(value) is str and 0 < len(value) <= limit


@given(JSON | st.fixed_dictionaries({}, optional={tag.name: JSON for tag in ALL}), st.booleans())
def test_no_json_raises_and_what_is_valid_fits_the_definition(value: object, last: bool) -> None:
    answers = judge(json.dumps(value), ALL, last=last)
    assert list(answers) == [tag.name for tag in ALL]
    for tag in ALL:
        answer = answers[tag.name]
        if answer.status != "valid":
            assert answer.reason in set(Reason)
            assert (answer.value, answer.repairs) == (None, ())
        elif answer.value is not None:
            assert answer.reason is None
            assert fits(tag, answer.value)


@given(JSON, st.booleans())
def test_a_valid_answer_is_valid_again_as_it_is(value: object, last: bool) -> None:
    answers = judge(json.dumps({tag.name: value for tag in ALL}), ALL, last=last)
    valid = {name: one.value for name, one in answers.items() if one.status == "valid"}
    again = judge(json.dumps(valid), ALL)
    assert {name: again[name] for name in valid} == {
        name: TagAnswer("valid", value) for name, value in valid.items()
    }


@given(st.text() | st.text(alphabet='{}[]":,tnu1 \n`categorynew'), st.booleans())
def test_no_text_raises(raw: str, last: bool) -> None:
    answers = judge(raw, ALL, last=last)
    assert all(answer.reason in set(Reason) for answer in answers.values() if answer.reason)


@given(JSON, st.data())
def test_a_cut_answer_has_the_values_of_the_whole_one_or_none(
    value: object, data: st.DataObject
) -> None:
    raw = json.dumps({tag.name: value for tag in ALL}, ensure_ascii=False)
    whole = judge(raw, ALL)
    cut = judge(raw[: data.draw(st.integers(0, len(raw) - 1))], ALL)
    for name, answer in cut.items():
        if answer.status == "valid":
            assert answer.value == whole[name].value
