"""What a request says: the prompt, the photo, the options, and how its form is asked for."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from resources.endpoints.chat.ladder import RUNGS, Form
from resources.endpoints.chat.prompt import instructions
from resources.endpoints.chat.request import PhotoRequest
from resources.endpoints.config import EndpointConfig
from resources.endpoints.interface import Correction, DescribeRequest, Photo, TagQuestion, TagValue
from tests.endpoints.chat.asking import REQUEST, photo

STRICT, PLAIN = Form(), Form(RUNGS.index("plain"))
PHOTO = photo()


def config(**changes: Any) -> EndpointConfig:
    given = {"provider": "openai", "type": "MLLM", "name": "n", "model": "m", "version": "1"}
    return EndpointConfig(**(given | changes))


def body(
    request: DescribeRequest = REQUEST, form: Form = STRICT, asked: Photo = PHOTO, **changes: Any
) -> dict[str, Any]:
    return json.loads(PhotoRequest(config(**changes), request).body(form, asked))


def text_of(document: dict[str, Any]) -> str:
    return document["messages"][0]["content"][0]["text"]


def test_the_words_name_every_tag_value_bound_and_the_language() -> None:
    words = instructions(REQUEST, with_schema=False)
    assert words.startswith("Say what you see.")
    for said in ['"category"', '"Food"', '"Toys"', "at least 0, at most 99.5", "12 characters"]:
        assert said in words
    assert "in this language: zh" in words
    assert "null" in words
    assert "JSON" in words


def test_names_are_quoted_so_that_they_can_be_copied() -> None:
    odd = TagQuestion('the "size"', "choice", "", (TagValue("5\\6 英寸", "small"),))
    words = instructions(DescribeRequest("", "en", (odd,)), with_schema=False)
    assert '- "the \\"size\\"" (one of these values)' in words
    assert '- "5\\\\6 英寸": small' in words


def test_the_photo_travels_whole_as_a_data_url() -> None:
    asked = Photo("id", bytes(range(256)) * 9000)
    url = body(asked=asked)["messages"][0]["content"][1]["image_url"]["url"]
    kind, _, encoded = url.partition(",")
    assert kind == "data:image/jpeg;base64"
    assert base64.b64decode(encoded, validate=True) == asked.jpeg


def test_the_photo_travels_as_its_url_where_the_model_wants_that() -> None:
    asked = replace(photo(), url='https://host/a"b.jpg?signature=x')
    document = body(asked=asked, image_input="url")
    assert document["messages"][0]["content"][1]["image_url"]["url"] == asked.url


def test_a_schema_is_asked_for_strictly_then_shown_then_only_shown() -> None:
    strict, shown, plain = (body(form=Form(rung)) for rung in range(3))
    schema = strict["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"]["required"] == ["category", "price", "title"]
    assert "additionalProperties" not in text_of(strict)
    assert shown["response_format"] == {"type": "json_object"}
    assert '"maxLength": 12' in text_of(shown)
    assert "JSON" in text_of(shown)
    assert "response_format" not in plain
    assert text_of(plain) == text_of(shown)


def test_model_studio_does_not_think_where_it_answers_in_a_format() -> None:
    for rung in (0, 1):
        assert body(form=Form(rung), provider="dashscope")["enable_thinking"] is False
    assert "enable_thinking" not in body(form=PLAIN, provider="dashscope")
    there = "https://dashscope-intl.aliyuncs.com/compatible-mode/v1"
    assert body(endpoint=there)["enable_thinking"] is False
    assert "enable_thinking" not in body(provider="vllm", endpoint="http://host/v1")


def test_the_temperature_is_zero_unless_options_or_the_endpoint_say_otherwise() -> None:
    assert body()["temperature"] == 0
    assert body(options={"temperature": 0.7})["temperature"] == 0.7
    assert "temperature" not in body(form=Form(temperature=False))


def test_options_are_members_of_the_body_and_have_the_last_word() -> None:
    options = {
        "max_tokens": 300,
        "enable_thinking": True,
        "response_format": None,
        "temperature": None,
        "chat_template_kwargs": {"a": [1]},
    }
    document = body(provider="dashscope", options=options)
    assert set(document) == {
        "model",
        "messages",
        "max_tokens",
        "enable_thinking",
        "chat_template_kwargs",
    }
    assert document["enable_thinking"] is True
    assert document["chat_template_kwargs"] == {"a": [1]}


def test_a_correction_puts_the_answer_back_and_asks_for_the_corrected_json_alone() -> None:
    correction = Correction('{"category": "Tools"}', "category: 'Tools' is none of its values.")
    document = body(replace(REQUEST, correction=correction))
    user, assistant, again = document["messages"]
    assert user == body()["messages"][0]
    assert assistant == {"role": "assistant", "content": correction.answer}
    assert again["role"] == "user"
    assert correction.complaint in again["content"]
    assert "corrected JSON object only" in again["content"]


def test_an_earlier_answer_is_never_empty_and_never_endless() -> None:
    for answer, most in (("", 20), ("[" * 50_000, 8_000)):
        asked = replace(REQUEST, correction=Correction(answer, "no JSON"))
        assert 0 < len(body(asked)["messages"][1]["content"]) <= most


def test_equal_requests_and_no_others_have_equal_digests() -> None:
    digest = PhotoRequest(config(), REQUEST).digest
    equal = replace(REQUEST, questions=tuple(replace(q) for q in REQUEST.questions))
    assert PhotoRequest(config(), equal).digest == digest
    others = [
        replace(REQUEST, language="en"),
        replace(REQUEST, questions=REQUEST.questions[:2]),
        replace(REQUEST, correction=Correction("{}", "empty")),
        replace(REQUEST, correction=Correction("{}", "Empty")),
    ]
    assert len({digest, *(PhotoRequest(config(), other).digest for other in others)}) == 5


@pytest.mark.parametrize("words", ['quote " and \\ and {}', "中文 \U0001f600", "lone \ud800 half"])
def test_any_words_travel(words: str) -> None:
    document = body(replace(REQUEST, guide_prompt=words))
    assert text_of(document).startswith(words.replace("\ud800", "?"))
