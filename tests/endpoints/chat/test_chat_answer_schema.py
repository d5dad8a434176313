"""The schema of an answer, against the rules of strict structured output and a real validator."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from resources.endpoints.chat.answer_schema import answer_schema, follows
from resources.endpoints.interface import TagQuestion, TagValue

STRICT_KEYWORDS = {"type", "properties", "required", "additionalProperties", "items", "enum"}
names = st.text(min_size=1, max_size=12)
bounds = st.none() | st.floats(-1e6, 1e6)


@st.composite
def questions(draw: st.DrawFn) -> list[TagQuestion]:
    made = []
    for name in draw(st.lists(names, min_size=1, max_size=6, unique=True)):
        kind: Any = draw(
            st.sampled_from(["choice", "multi_choice", "boolean", "number", "text", "color"])
        )
        values = draw(st.lists(names, min_size=1, max_size=5, unique=True))
        made.append(
            TagQuestion(
                name,
                kind,
                values=tuple(map(TagValue, values)) if "choice" in kind else (),
                max_length=draw(st.none() | st.integers(1, 99)) if kind == "text" else None,
                minimum=draw(bounds) if kind == "number" else None,
                maximum=draw(bounds) if kind == "number" else None,
            )
        )
    return made


@given(questions())
def test_strict_schemas_require_every_member_and_use_no_further_keyword(
    asked: list[TagQuestion],
) -> None:
    schema = answer_schema(asked, strict=True)
    Draft202012Validator.check_schema(schema)
    assert schema["required"] == [question.name for question in asked] == [*schema["properties"]]
    assert schema["additionalProperties"] is False
    for part in (schema, *schema["properties"].values()):
        assert set(part) <= STRICT_KEYWORDS


@given(questions())
def test_unknown_is_an_answer_to_every_question(asked: list[TagQuestion]) -> None:
    unknown = dict.fromkeys(question.name for question in asked)
    for strict in (True, False):
        assert Draft202012Validator(answer_schema(asked, strict=strict)).is_valid(unknown)
    assert not Draft202012Validator(answer_schema(asked, strict=True)).is_valid(
        {**unknown, "and another": None, "and one more": None}
    )


anything = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | names


@given(st.data(), questions())
def test_an_answer_follows_its_schema_where_a_validator_says_so(
    data: st.DataObject, asked: list[TagQuestion]
) -> None:
    told = [value.name for question in asked for value in question.values]
    value = anything | st.sampled_from(told) if told else anything
    document = {
        question.name: data.draw(value | st.lists(value, max_size=3), question.name)
        for question in asked[data.draw(st.integers(0, 1)) :]
    }
    is_valid = Draft202012Validator(answer_schema(asked, strict=True)).is_valid(document)
    text = json.dumps(document)
    assert follows(text, asked) is is_valid
    assert follows(f"Here it is:\n```json\n{text}\n```", asked) is is_valid
    assert not follows(text[:-1], asked)


def test_only_values_of_a_choice_are_valid() -> None:
    values = (TagValue("Food"), TagValue("Toys"))
    asked = [
        TagQuestion("one", "choice", "", values),
        TagQuestion("all", "multi_choice", "", values),
    ]
    validator = Draft202012Validator(answer_schema(asked, strict=True))
    assert validator.is_valid({"one": "Food", "all": ["Toys", "Food"]})
    assert not validator.is_valid({"one": "food", "all": []})
    assert not validator.is_valid({"one": None, "all": ["Tools"]})
    assert not validator.is_valid({"one": None})


def test_bounds_are_keywords_only_where_the_schema_is_read_as_text() -> None:
    asked = [
        TagQuestion("price", "number", minimum=0, maximum=9),
        TagQuestion("title", "text", max_length=5),
    ]
    beyond = {"price": 10, "title": "sesame"}
    assert Draft202012Validator(answer_schema(asked, strict=True)).is_valid(beyond)
    told = [
        error.validator
        for error in Draft202012Validator(answer_schema(asked, strict=False)).iter_errors(beyond)
    ]
    assert sorted(told) == ["maxLength", "maximum"]
