"""A chat model's answers and failures, over real sockets."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from resources.endpoints.chat.model import ChatModel
from resources.endpoints.config import Ceilings, UnitPrice
from resources.endpoints.interface import Correction, Described
from resources.errors import EndpointStoppedError, ModelError
from tests.endpoints.chat.asking import KEY, REQUEST, VARIABLE, Asking, photo


def test_the_answer_is_the_models_text_with_its_tokens_and_cost(asking: Asking) -> None:
    asking.server.answers = {"category": "Toys", "price": 3.5, "title": "积木"}
    price = UnitPrice(per_call=0.5, per_input_token=0.01, per_output_token=0.1)
    answered = asking.once(price=price)
    assert json.loads(answered.raw) == asking.server.answers
    assert (answered.usage.input_tokens, answered.usage.output_tokens) == (100, 10)
    assert answered.usage.cost == pytest.approx(0.5 + 1.0 + 1.0)
    (attempt,) = asking.ledger.ended
    assert (attempt.outcome, attempt.images, attempt.tags) == ("ok", 1, 3)
    assert attempt.usage == answered.usage


def test_the_model_is_named_as_the_endpoint_knows_it(asking: Asking) -> None:
    async def named(model: ChatModel) -> tuple[Any, ...]:
        return model.name, model.version, model.concurrency

    ceilings = Ceilings(concurrency=3)
    assert asking.using(named, ceilings=ceilings) == ("test-model", "1", 3)


TEXTS = {
    "malformed": "=>",
    "fenced": "```json",
    "chatty": "Sure!",
    "wrong_values": "no such value",
    "missing_tag": "{",
}


@pytest.mark.parametrize("fault", TEXTS)
def test_an_answer_that_may_not_be_valid_is_handed_on_as_it_is(asking: Asking, fault: str) -> None:
    asking.server.faults = [fault]
    answered = asking.once()
    assert answered.failure is None
    assert TEXTS[fault] in answered.raw


def test_empty_content_is_an_answer(asking: Asking) -> None:
    asking.server.faults = ["empty"]
    answered = asking.once()
    assert (answered.raw, answered.failure, answered.usage.output_tokens) == ("", None, 10)


def test_an_answer_that_was_cut_off_is_handed_on_and_told(
    asking: Asking, caplog: pytest.LogCaptureFixture
) -> None:
    asking.server.faults = ["truncated", "truncated"]

    async def twice(model: ChatModel) -> list[Described]:
        return [(await model.describe([photo()], REQUEST))[0] for _ in range(2)]

    answers = asking.using(twice)
    for answered in answers:
        assert answered.failure is None
        assert answered.raw.startswith("{") and not answered.raw.endswith("}")
    (told,) = caplog.messages
    assert "shop_model" in told and "max_tokens" in told
    assert asking.ledger.outcomes == ["truncated", "truncated"]


def test_a_refusal_is_lasting_and_paid_for(asking: Asking) -> None:
    asking.server.faults = ["refusal"]
    answered = asking.once()
    assert (answered.failure, answered.retryable) == ("refused_by_model", False)
    assert answered.raw == "I cannot help with this photo."
    assert answered.usage.input_tokens == 100
    assert asking.ledger.outcomes == ["refused_by_model"]


@pytest.mark.parametrize(
    "fault",
    [
        "content_filter",
        "content_filter_finish",
        "error_in_200:DataInspectionFailed",
        "error_in_200:data_inspection_failed",
        (400, '{"code": "DATA_INSPECTION_FAILED", "message": "…"}'),
    ],
)
def test_what_a_filter_holds_back_is_lasting(asking: Asking, fault: Any) -> None:
    asking.server.faults = [fault]
    answered = asking.once()
    assert (answered.failure, answered.retryable) == ("content_filtered", False)
    assert asking.ledger.outcomes == ["content_filtered"]


def test_what_does_not_pass_within_the_attempts_may_be_asked_again(asking: Asking) -> None:
    asking.server.faults = ["500", "drop", "malformed_body"]
    answered = asking.once()
    assert (answered.failure, answered.retryable) == ("malformed_response", True)
    assert answered.attempts == 3
    assert asking.ledger.outcomes == ["server_error", "connection_failed", "malformed_response"]


def test_unknown_tokens_are_none(asking: Asking) -> None:
    asking.server.faults = ["no_usage"]
    usage = asking.once(price=UnitPrice(per_call=0.25)).usage
    assert (usage.input_tokens, usage.output_tokens, usage.cost) == (0, 0, 0.25)


def test_half_a_character_can_be_stored(asking: Asking) -> None:
    asking.server.answer_with = lambda _: '{"title": "\ud800"}'
    asking.once().raw.encode()


def test_a_correction_is_sent_with_the_photo_and_the_earlier_answer(asking: Asking) -> None:
    bodies = asking.bodies()
    correction = Correction('{"category": "Tools"}', "'Tools' is none of the values.")
    assert asking.once(replace(REQUEST, correction=correction)).failure is None
    roles = [message["role"] for message in bodies[0]["messages"]]
    assert roles == ["user", "assistant", "user"]
    assert asking.server.calls[photo().image_id] == 1


def test_a_photo_without_url_is_not_sent_where_the_model_takes_urls(asking: Asking) -> None:
    answered = asking.once(image_input="url")
    assert (answered.failure, answered.retryable, answered.attempts) == ("no_url", False, 0)
    assert answered.call_id
    assert not asking.server.requests
    assert not asking.ledger.ended


def test_equal_photos_with_equal_questions_in_flight_share_one_call(asking: Asking) -> None:
    asking.server.latency_seconds = 0.05
    other = replace(REQUEST, language="fr")

    async def ask(model: ChatModel) -> list[Described]:
        calls = [model.describe([photo(), photo()], REQUEST), model.describe([photo(1)], REQUEST)]
        calls.append(model.describe([photo()], other))
        return [answer for answers in await asyncio.gather(*calls) for answer in answers]

    answers = asking.using(ask)
    assert [answer.attempts for answer in answers] == [1, 0, 1, 1]
    assert answers[0].raw == answers[1].raw
    assert answers[0].call_id == answers[1].call_id
    assert sum(answer.usage.input_tokens for answer in answers) == asking.server.input_tokens == 300
    assert asking.server.calls[photo().image_id] == 2


def test_photos_that_share_a_call_step_down_together(asking: Asking) -> None:
    asking.server.latency_seconds = 0.05
    asking.server.formats = {"json_object"}
    answers = asking.about([photo(), photo()])
    assert [answer.failure for answer in answers] == [None, None]
    assert asking.server.requests["chat"] == 2


@pytest.mark.parametrize("auth", ["bearer", "raw"])
def test_the_key_travels_as_the_endpoint_wants_it(asking: Asking, auth: Any) -> None:
    asking.server.auth = auth
    assert asking.once(auth=auth).failure is None
    other = "raw" if auth == "bearer" else "bearer"
    with pytest.raises(EndpointStoppedError, match=VARIABLE):
        asking.once(auth=other)


def test_no_key_is_sent_where_none_is_named(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(variable, KEY)
    with pytest.raises(EndpointStoppedError, match="api_key_env"):
        asking.once(api_key_env=None)
    asking.server.key = None
    assert asking.once(api_key_env=None).failure is None


STOPS = {
    "403": "test-model",
    "404": "catalog/models.yaml",
    "405": "catalog/models.yaml",
    "402": "arrears",
    "arrears": "arrears",
    "error_in_200:Arrearage": "arrears",
    "error_in_200:InvalidApiKey": VARIABLE,
    "429:insufficient_quota": "arrears",
}


@pytest.mark.parametrize("fault", STOPS)
def test_what_no_call_can_mend_stops_with_a_remedy(asking: Asking, fault: str) -> None:
    asking.server.faults = [fault]
    with pytest.raises(EndpointStoppedError, match=STOPS[fault]) as stopped:
        asking.once()
    assert "shop_model" in str(stopped.value)


def test_a_stop_ends_the_other_photos_of_the_call(asking: Asking) -> None:
    asking.server.script.of_photo = {photo(2).image_id: "401"}
    asking.server.latency_seconds = 0.02
    with pytest.raises(EndpointStoppedError):
        asking.about([photo(number) for number in range(40)])
    assert asking.server.requests["chat"] < 40


def test_a_request_that_takes_too_long_is_timed_out_and_asked_again(asking: Asking) -> None:
    asking.server.faults = ["stall:5"]
    answered = asking.once(timeout_ms=1_000)
    assert answered.failure is None
    *before, last = asking.ledger.outcomes  # a busy machine may let the second one time out too
    assert (set(before), last) == ({"timed_out"}, "ok")


def test_an_endpoint_that_is_not_there_is_a_passing_failure(asking: Asking) -> None:
    answered = asking.once(endpoint="http://127.0.0.1:1/v1")
    assert (answered.failure, answered.retryable) == ("connection_failed", True)


def test_rate_limits_that_the_endpoint_tells_can_be_seen(asking: Asking) -> None:
    asking.server.headers = {"x-ratelimit-limit-requests": "60"}

    async def headers(model: ChatModel) -> str:
        await model.describe([photo()], REQUEST)
        return model.last_headers["x-ratelimit-limit-requests"]

    assert asking.using(headers) == "60"


@pytest.mark.parametrize("endpoint", [None, "", "host/v1", "ftp://host/v1", "http://"])
def test_a_provider_without_an_endpoint_of_its_own_needs_one(asking: Asking, endpoint: Any) -> None:
    with pytest.raises(ModelError, match=r"shop_model.*endpoint"):
        ChatModel(asking.config(provider="vllm", endpoint=endpoint), asking.ledger)


def test_the_path_of_chat_completions_may_be_part_of_the_endpoint(asking: Asking) -> None:
    assert asking.once(endpoint=f"{asking.server.url}/chat/completions").failure is None
    assert asking.once(endpoint=f"{asking.server.url}/").failure is None


@pytest.mark.parametrize("key", ["sk-ab\nc", "sk-“quoted”"])
def test_a_key_that_no_header_can_carry_is_told_without_it(
    asking: Asking, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv(VARIABLE, key)
    with pytest.raises(ModelError, match=VARIABLE) as told:
        ChatModel(asking.config(), asking.ledger)
    assert key not in repr(told.value)


def test_a_photo_of_several_megabytes_is_sent(asking: Asking) -> None:
    large = replace(photo(), jpeg=bytes(5_000_000))
    assert asking.about([large])[0].failure is None
