"""Faulty answers over a real socket are mended, asked again once, or kept as invalid."""

import asyncio

import pytest

from listing_assets.catalog.schema import Tag, TagDefinition, Value
from listing_assets.tagging.asking import Asked, ask
from listing_assets.tagging.reasons import Reason
from resources.endpoints.config import EndpointConfig
from resources.endpoints.interface import Photo
from resources.endpoints.metering import Unmetered
from resources.endpoints.open import open_tag_model
from tests.conftest import draw_photo
from tests.support.endpoint_server import EndpointServer

PHOTO = Photo("0" * 64, draw_photo(1))
SHOP = TagDefinition(
    name="shop",
    guide_prompt="Say what you see.",
    tags=(
        Tag(name="category", type="choice", values=(Value(name="Food"), Value(name="Toys"))),
        Tag(name="extras", type="multi_choice", values=(Value(name="a"), Value(name="b"))),
        Tag(name="new", type="boolean"),
        Tag(name="price", type="number", minimum=0, maximum=1000),
        Tag(name="title", type="text", max_length=40),
    ),
)
NAMES = tuple(tag.name for tag in SHOP.tags)


def asked(server: EndpointServer) -> Asked:
    config = EndpointConfig(
        provider="openai", type="MLLM", name="chat", model="m", version="1", endpoint=server.url
    )

    async def once() -> Asked:
        model = open_tag_model(config, Unmetered())
        try:
            return await ask(model, PHOTO, SHOP, NAMES)
        finally:
            await model.aclose()

    return asyncio.run(once())


@pytest.mark.parametrize(
    ("fault", "requests"),
    [
        ("ok", 1),
        ("fenced", 1),
        ("chatty", 1),
        ("malformed", 2),
        ("truncated", 2),
        ("empty", 2),
        ("missing_tag", 2),
        ("wrong_values", 2),
        ("wrong_types", 2),
    ],
)
def test_one_faulty_answer_ends_as_valid_tags(
    chat_server: EndpointServer, fault: str, requests: int
) -> None:
    right = {name: one.value for name, one in asked(chat_server).answers.items()}
    chat_server.asked.clear()
    chat_server.faults = [fault]
    result = asked(chat_server)
    assert {name: one.value for name, one in result.answers.items()} == right
    assert {one.status for one in result.answers.values()} == {"valid"}
    assert len(chat_server.asked) == requests


@pytest.mark.parametrize(
    ("fault", "reasons"),
    [
        ("malformed", {Reason.NOT_JSON, Reason.TRUNCATED}),
        ("empty", {Reason.EMPTY_ANSWER}),
        ("wrong_types", {Reason.WRONG_TYPE}),
        ("wrong_values", {Reason.UNKNOWN_VALUE, Reason.WRONG_TYPE, Reason.OUT_OF_RANGE}),
    ],
)
def test_two_faulty_answers_end_as_invalid_rows_with_their_text(
    chat_server: EndpointServer, fault: str, reasons: set[Reason]
) -> None:
    chat_server.faults = [fault] * 2
    result = asked(chat_server)
    invalid = [name for name, one in result.answers.items() if one.status == "invalid"]
    assert invalid
    assert {result.answers[name].reason for name in invalid} <= {*reasons, Reason.TOO_LONG}
    assert {result.sources[name] for name in invalid} == {result.described[1]}
    assert len(chat_server.asked) == 2


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("refusal", Reason.REFUSED_BY_MODEL),
        ("content_filter", Reason.CONTENT_FILTERED),
        ("content_filter_finish", Reason.CONTENT_FILTERED),
    ],
)
def test_refusals_and_filters_are_kept_and_not_asked_again(
    chat_server: EndpointServer, fault: str, reason: Reason
) -> None:
    chat_server.faults = [fault]
    result = asked(chat_server)
    assert {(one.status, one.reason) for one in result.answers.values()} == {("refused", reason)}
    assert len(chat_server.asked) == 1
