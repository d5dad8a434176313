"""From a model's text to an object: mended where that is safe, never completed."""

import json
import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listing_assets.tagging.almost_json import DEEPEST
from listing_assets.tagging.reasons import Reason, Repair
from listing_assets.tagging.repair import LONGEST, read_object

NAMES = ("category", "title", "new", "price")
FULL = '{"category": "Food", "title": "Red apples", "new": true, "price": 12.5}'
ANSWER = json.loads(FULL)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_good_json_is_read_as_it_is() -> None:
    reading = read_object(FULL, NAMES)
    assert reading.members == ANSWER
    assert reading.repairs == ()


@pytest.mark.parametrize(
    ("raw", "repairs"),
    [
        ("\ufeff" + FULL, set()),
        (f"```json\n{FULL}\n```", {Repair.UNFENCED}),
        (f"```\n{FULL}```", {Repair.UNFENCED}),
        (f"Here you are:\n```json\n{FULL}\n```\nAnything else?", {Repair.UNFENCED, Repair.TRIMMED}),
        (f"Sure! {FULL} I hope that this helps.", {Repair.TRIMMED}),
        (f"With the keys {{category, title}}: {FULL}", {Repair.TRIMMED}),
        (f"[1] see above\n{FULL}", {Repair.TRIMMED}),
        (f"<think>Is it {{'category': 'Toys'}}?</think>\n{FULL}", {Repair.UNTHOUGHT}),
        (f'Perhaps {{"category": "Toys"}}, no.</think>{FULL}', {Repair.UNTHOUGHT}),
        (f"[{FULL}]", {Repair.UNWRAPPED}),
        (f'{{"tags": {FULL}}}', {Repair.UNWRAPPED}),
        (f'{{"why": "it is red", "answer": {FULL}}}', {Repair.UNWRAPPED}),
        (f'{{"result": {{"tags": [{FULL}]}}}}', {Repair.UNWRAPPED}),
        (json.dumps(FULL), {Repair.UNWRAPPED}),
        (FULL.replace("}", ",\n}"), {Repair.PUNCTUATION}),
        (str(ANSWER), {Repair.QUOTES, Repair.LITERALS}),
        (FULL.replace('"category"', "category"), {Repair.QUOTES}),
        (re.sub('"(.*?)"', r"“\1”", FULL), {Repair.QUOTES}),
        (FULL.replace(",", "，").replace(":", "："), {Repair.PUNCTUATION}),
        (FULL.replace("true", "True"), {Repair.LITERALS}),
        (FULL.replace("true,", "true, // is it?\n"), {Repair.COMMENTS}),
        (FULL.replace("title", "Title"), {Repair.KEY}),
        (f'{{"category": "Toys"}} or rather {FULL}', {Repair.CHOSEN, Repair.TRIMMED}),
        (f"{FULL}\n{FULL}", {Repair.CHOSEN}),
        (
            f'{{"type": "object", "properties": {{"category": {{"type": "string"}}}}}}\n{FULL}',
            {Repair.CHOSEN},
        ),
    ],
)
def test_what_means_the_same_is_read_as_the_same(raw: str, repairs: set[Repair]) -> None:
    reading = read_object(raw, NAMES)
    assert reading.members == ANSWER
    assert set(reading.repairs) == repairs


@pytest.mark.parametrize(
    ("raw", "members", "repair"),
    [
        ('{"title": "one\ntwo"}', {"title": "one\ntwo"}, Repair.CONTROLS),
        (r"{'title': 'Women\'s \u7ea2'}", {"title": "Women's 红"}, Repair.QUOTES),
        (r"{'title': '\ud83d\ude00\n\q'}", {"title": "😀\n\\q"}, Repair.QUOTES),
        ("{'price': -1.5e3, 'new': None}", {"price": -1500.0, "new": None}, Repair.LITERALS),
    ],
)
def test_single_members_are_mended(raw: str, members: dict[str, Any], repair: Repair) -> None:
    reading = read_object(raw, NAMES)
    assert reading.members == members
    assert repair in reading.repairs


@pytest.mark.parametrize(
    ("raw", "members", "absent"),
    [
        ("", {}, Reason.EMPTY_ANSWER),
        ("```json\n```", {}, Reason.EMPTY_ANSWER),
        ("<think>It is food.</think>", {}, Reason.EMPTY_ANSWER),
        ("I cannot tell.", {}, Reason.NOT_JSON),
        ("It is [food].", {}, Reason.NOT_JSON),
        ("null", {}, Reason.NOT_OBJECT),
        ("[1, 2]", {}, Reason.NOT_OBJECT),
        ("{}", {}, Reason.MISSING_TAG),
        ('{"colour": "red"}', {}, Reason.MISSING_TAG),
        ("{", {}, Reason.TRUNCATED),
        ('<think>I see {"category": "Food"}', {}, Reason.TRUNCATED),
        ('{"category": "Food", "title": "Red ap', {"category": "Food"}, Reason.TRUNCATED),
        ('{"category": "Food", "price": 12', {"category": "Food"}, Reason.TRUNCATED),
        ('{"category": "Food", "price": 12.', {"category": "Food"}, Reason.TRUNCATED),
        ('{"category": "Food", "price": -', {"category": "Food"}, Reason.TRUNCATED),
        ('{"category": "Food", "new": tru', {"category": "Food"}, Reason.TRUNCATED),
        ('{"tags": {"category": "Food", "tit', {}, Reason.TRUNCATED),
        ('[{"category": "Food"}, {"categ', {}, Reason.TRUNCATED),
        ('{"category": "Food", "title": "a "red" one"}', {"category": "Food"}, Reason.NOT_JSON),
        ('{"category": "Food", "title": "a", "b", c"}', {"category": "Food"}, Reason.NOT_JSON),
        ('{"category": "Food", "price": 1,299}', {"category": "Food"}, Reason.NOT_JSON),
        ('{"category": "Food", "price": 007}', {"category": "Food"}, Reason.NOT_JSON),
        ('{"category": "Food" "title": "a"}', {}, Reason.NOT_JSON),
    ],
)
def test_what_is_not_whole_is_missing(raw: str, members: dict[str, Any], absent: Reason) -> None:
    reading = read_object(raw, NAMES)
    assert (reading.members, reading.absent) == (members, absent)


@pytest.mark.parametrize(
    "raw",
    [
        '{"category": "Food", "category": "Toys", "new": true}',
        '{"category": "Food", "new": true} or {"category": "Toys", "new": true}',
        '[{"category": "Food", "new": true}, {"category": "Toys", "new": true}]',
        '{"first": {"category": "Food", "new": true}, "second": {"category": 1, "new": true}}',
        '{"category": "Food", "new": true}\nNo: {"category": "Toys", "ne',
    ],
)
def test_what_is_answered_twice_and_differently_is_ambiguous(raw: str) -> None:
    reading = read_object(raw, ("category", "new"))
    assert reading.ambiguous == {"category"}
    assert reading.members == {"new": True}


def test_a_member_given_twice_and_equal_is_read() -> None:
    assert read_object('{"new": true, "new": true}', NAMES).members == {"new": True}


def test_after_an_object_that_breaks_off_the_corrected_one_is_found() -> None:
    broken = '{"category": "Food", "title": "a "red" one"}'
    assert read_object(f"{broken}\n\nCorrected:\n{FULL}", NAMES).members == ANSWER
    inside = '{"title": "a "red" one", "other": {"category": "Toys"}}'
    assert read_object(inside, NAMES).members == {}


def test_numbers_that_are_none_are_told_apart() -> None:
    members = read_object('{"price": NaN, "title": -Infinity, "new": 1e999}', NAMES).members
    assert math.isnan(members["price"])
    assert (members["title"], members["new"]) == (-math.inf, math.inf)
    assert read_object('{"price": ' + "9" * 5000 + "}", NAMES).members == {"price": math.inf}


@pytest.mark.parametrize(
    "unit",
    [
        *("{", "[", '{"', '{"a":', "{'a':", "{“", "{//", "{}", '{"a":1}', '"', "<think>"),
        *("</think>", "```json", '{"a" x\n', '{"a":1 x\n', '{"a":"\\', "[1,", "{'", ":", "\\"),
    ],
)
def test_a_megabyte_of_anything_is_read(unit: str) -> None:
    assert read_object(unit * (1_000_000 // len(unit)), NAMES).members == {}


def test_only_the_beginning_of_an_endless_text_is_looked_at() -> None:
    chatter = "word " * (LONGEST // 5)
    assert read_object(f"{FULL}{chatter}", NAMES).members == ANSWER
    assert read_object(f"{chatter}{FULL}", NAMES).absent is Reason.TRUNCATED
    assert read_object('{"title": "' + "x" * 10**6 + '"}', NAMES).members["title"] == "x" * 10**6


def test_nesting_has_a_limit_and_what_stands_before_it_counts() -> None:
    for depth in (DEEPEST + 5, 100_000):
        deep = '{"category": "Food", "x": ' + "[" * depth + "]" * depth + ', "new": true,}'
        assert read_object(deep, NAMES).members == {"category": "Food"}


@given(st.text() | st.text(alphabet="{}[]\":,\\'tnu01 \n`<>/think"))
def test_no_text_whatsoever_raises(raw: str) -> None:
    reading = read_object(raw, NAMES)
    assert set(reading.members) <= set(NAMES)


@given(st.dictionaries(st.sampled_from(NAMES), JSON), st.text(alphabet="abc .\n"), st.booleans())
def test_whole_json_within_words_is_read_unchanged(
    answer: dict[str, Any], words: str, ascii_only: bool
) -> None:
    raw = json.dumps(answer, ensure_ascii=ascii_only)
    reading = read_object(f"{words}{raw}{words}", NAMES)
    assert json.dumps(reading.members, sort_keys=True) == json.dumps(answer, sort_keys=True)


@given(
    st.dictionaries(st.sampled_from([*NAMES, "other", "Title"]), JSON, min_size=1),
    st.booleans(),
    st.sampled_from([None, 1]),
    st.data(),
)
def test_cutting_json_anywhere_never_changes_a_member(
    answer: dict[str, Any], ascii_only: bool, indent: int | None, data: st.DataObject
) -> None:
    raw = json.dumps(answer, ensure_ascii=ascii_only, indent=indent)
    cut = raw[: data.draw(st.integers(0, len(raw)))]
    full, read = read_object(raw, NAMES).members, read_object(cut, NAMES).members
    for name, value in read.items():
        assert json.dumps(value) == json.dumps(full[name])
