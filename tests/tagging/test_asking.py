"""A photo is asked about once, and once more about what was answered badly."""

import asyncio
import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from listing_assets.catalog.schema import Tag, TagDefinition, Value
from listing_assets.tagging.asking import LONGEST_QUOTE, Asked, ask
from listing_assets.tagging.reasons import Reason
from listing_assets.tagging.repair import LONGEST
from listing_assets.tagging.step import answer_rows
from listing_assets.tagging.validation import TagAnswer
from resources.endpoints.interface import Described, DescribeRequest, Photo
from resources.errors import EndpointStoppedError

PHOTO = Photo("0" * 64, b"jpeg")
SHOP = TagDefinition(
    name="shop",
    guide_prompt="Say what you see.",
    tags=(
        Tag(name="category", type="choice", values=(Value(name="Food"), Value(name="Toys"))),
        Tag(name="title", type="text", max_length=12),
        Tag(name="price", type="number", minimum=0),
    ),
)
NAMES = ("category", "title", "price")


class Model:
    """Gives prepared replies, one a call, and remembers what it was asked."""

    name = "prepared"
    version = "1"
    concurrency = 1

    def __init__(self, *replies: object) -> None:
        self._replies = list(replies)
        self.requests: list[DescribeRequest] = []

    async def describe(
        self, photos: Sequence[Photo], request: DescribeRequest
    ) -> Sequence[Described]:
        self.requests.append(request)
        reply = self._replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        call_id = f"call {len(self.requests)}"
        if isinstance(reply, Described):
            return [reply]
        raw = reply if isinstance(reply, str) else json.dumps(reply)
        return [Described(raw, call_id) for _ in photos]

    async def aclose(self) -> None:
        """Nothing is open."""


class Deterministic(Model):
    deterministic = True


def asked(model: Model, names: tuple[str, ...] = NAMES) -> Asked:
    return asyncio.run(ask(model, PHOTO, SHOP, names))


def failed(reason: str, *, retryable: bool) -> Described:
    return Described("no", "call", failure=reason, retryable=retryable)


def test_a_good_answer_is_asked_for_once() -> None:
    model = Model({"category": "Food", "title": "Apples", "price": 1})
    result = asked(model)
    assert {name: one.value for name, one in result.answers.items()} == {
        "category": "Food",
        "title": "Apples",
        "price": 1.0,
    }
    assert [request.correction for request in model.requests] == [None]
    assert result.sources == dict.fromkeys(NAMES, result.described[0])


def test_only_invalid_tags_are_asked_again_with_what_was_wrong() -> None:
    first = {"category": "Spaceship", "title": "Apples", "price": -1}
    model = Model(first, {"category": "Food", "price": 2})
    result = asked(model)
    assert [question.name for question in model.requests[1].questions] == ["category", "price"]
    correction = model.requests[1].correction
    assert correction is not None
    assert correction.answer == json.dumps(first)
    assert correction.complaint.splitlines() == [
        '- "category": the value was none of those allowed. Give one of its values as a string,'
        ' spelled exactly so, or null: "Food", "Toys".',
        '- "price": the number was not at least 0.',
    ]
    assert result.answers == {
        "category": TagAnswer("valid", "Food", None, ("asked_again",)),
        "title": TagAnswer("valid", "Apples"),
        "price": TagAnswer("valid", 2.0, None, ("asked_again",)),
    }
    assert {name: source.call_id for name, source in result.sources.items()} == {
        "category": "call 2",
        "title": "call 1",
        "price": "call 2",
    }


def test_what_the_second_answer_says_of_valid_tags_is_not_heard() -> None:
    model = Model(
        {"category": "x", "title": "Apples", "price": 1}, {"category": "Toys", "price": 9}
    )
    result = asked(model)
    assert (result.answers["category"].value, result.answers["price"].value) == ("Toys", 1.0)


def test_a_second_invalid_answer_is_the_last_word() -> None:
    model = Model({"category": "a", "title": "b", "price": 1}, {"category": 7})
    result = asked(model)
    assert len(model.requests) == 2
    assert result.answers["category"] == TagAnswer("invalid", None, Reason.WRONG_TYPE)
    assert result.sources["category"].raw == '{"category": 7}'


@pytest.mark.parametrize("raw", ["", "I see apples.", '{"category": "Fo', "[1]"])
def test_a_reply_that_is_no_object_is_asked_again_for_all_tags(raw: str) -> None:
    model = Model(raw, {"category": "Food", "title": None, "price": None})
    result = asked(model)
    assert [question.name for question in model.requests[1].questions] == list(NAMES)
    assert {answer.status for answer in result.answers.values()} == {"valid"}


def test_a_text_that_is_too_long_twice_is_cut() -> None:
    long = {"title": "Red apples, fresh", "category": "Food", "price": 1}
    result = asked(Model(long, {"title": "Red apples and pears"}))
    assert result.answers["title"] == TagAnswer("valid", "Red apples", None, ("asked_again", "cut"))
    assert asked(Model(long, {"title": "Apples"})).answers["title"].value == "Apples"


def test_a_refusal_is_not_asked_again() -> None:
    model = Model("I'm sorry, but I can't assist with that.")
    result = asked(model)
    assert {answer.reason for answer in result.answers.values()} == {Reason.REFUSED_BY_MODEL}
    assert len(model.requests) == 1


@pytest.mark.parametrize(
    ("reason", "retryable", "status"),
    [("content_filtered", False, "refused"), ("timed_out", True, "failed")],
)
def test_a_failed_call_is_not_asked_again(reason: str, retryable: bool, status: str) -> None:
    model = Model(failed(reason, retryable=retryable))
    result = asked(model)
    assert set(result.answers.values()) == {TagAnswer(status, None, reason)}  # type: ignore[arg-type]
    assert len(model.requests) == 1


@pytest.mark.parametrize(
    "second", [failed("timed_out", retryable=True), EndpointStoppedError("the budget is spent.")]
)
def test_where_the_second_call_fails_in_passing_doubtful_tags_are_asked_next_time(
    second: Any,
) -> None:
    model = Model({"category": "Spaceship", "title": "Apples", "price": 1}, second)
    result = asked(model)
    assert result.answers["category"] == TagAnswer("failed", None, Reason.UNKNOWN_VALUE)
    assert result.answers["title"].value == "Apples"
    assert {source.call_id for source in result.sources.values()} == {"call 1"}
    assert len(result.described) == (2 if isinstance(second, Described) else 1)


def test_a_stop_before_the_first_answer_is_raised() -> None:
    with pytest.raises(EndpointStoppedError):
        asked(Model(EndpointStoppedError("the key is refused.")))


def test_a_deterministic_model_is_asked_once() -> None:
    model = Deterministic({"category": "Spaceship"})
    assert asked(model).answers["category"].reason == Reason.UNKNOWN_VALUE
    assert len(model.requests) == 1


def test_only_the_named_tags_are_asked_for() -> None:
    model = Model({"title": "Apples", "category": "Food"})
    assert list(asked(model, ("title",)).answers) == ["title"]
    assert [question.name for question in model.requests[0].questions] == ["title"]


def test_what_cannot_be_stored_does_not_leave_and_long_replies_are_quoted_in_part() -> None:
    model = Model("\ud800" * (LONGEST_QUOTE + 5), "")
    result = asked(model)
    assert result.described[0].raw == "\ufffd" * (LONGEST_QUOTE + 5)
    correction = model.requests[1].correction
    assert correction is not None
    assert len(correction.answer) == LONGEST_QUOTE


@pytest.mark.parametrize("tag", SHOP.tags)
@pytest.mark.parametrize("wrong", [[{}], "\u7ea2" * 13, -1, 1e999, {}])
def test_every_complaint_names_its_tag_and_what_is_wanted(tag: Tag, wrong: object) -> None:
    model = Model(json.dumps({tag.name: wrong}), "{}")
    asked(model, (tag.name,))
    if len(model.requests) == 2:
        correction = model.requests[1].correction
        assert correction is not None
        assert correction.complaint.startswith(f'- "{tag.name}": the ')
        assert correction.complaint.endswith(".")


def test_of_a_huge_invalid_answer_the_beginning_is_kept() -> None:
    described = Described("x" * (2 * LONGEST), "call")
    invalid = TagAnswer("invalid", None, Reason.NOT_JSON)
    asked = Asked({"category": invalid}, (described,), {"category": described})
    model = SimpleNamespace(service="m", version="1")
    recipes: Any = SimpleNamespace(tag_model=model, tags={"category": "recipe"})
    (row,) = answer_rows(recipes, PHOTO, asked).rows
    assert row["raw"] == "x" * LONGEST
