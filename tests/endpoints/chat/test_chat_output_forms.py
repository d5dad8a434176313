"""How the form of answers is asked for: as strictly as the endpoint takes it."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from resources.endpoints.chat.ladder import Form, Ladder, ladder_of
from resources.endpoints.chat.model import ChatModel
from resources.endpoints.interface import Correction
from tests.endpoints.chat.asking import REQUEST, Asking, photo

TEMPERATURE = json.dumps(
    {
        "error": {
            "message": "Unsupported value: 'temperature' does not support 0 with this model. Only"
            " the default (1) value is supported.",
            "type": "invalid_request_error",
            "param": "temperature",
            "code": "unsupported_value",
        }
    }
)
SCHEMA = json.dumps({"error": {"message": "Invalid schema for response_format 'tags': too long."}})
SILENT = "{}"
CORRECTION = replace(REQUEST, correction=Correction("no", "There was no JSON."))
BAD_IMAGE = json.dumps({"error": {"message": "Invalid image: it cannot be decoded."}})


def kinds(bodies: list[dict[str, Any]]) -> list[str]:
    return [body.get("response_format", {"type": "plain"})["type"] for body in bodies]


def test_a_schema_is_asked_for_where_the_endpoint_takes_one(asking: Asking) -> None:
    bodies = asking.bodies()
    assert asking.once().failure is None
    assert kinds(bodies) == ["json_schema"]


@pytest.mark.parametrize(
    ("taken", "kind", "refused"), [("json_object", "json_object", 1), ("none", "plain", 2)]
)
def test_each_refusal_is_one_step_down_within_the_call_and_in_the_ledger(
    asking: Asking, taken: str, kind: str, refused: int
) -> None:
    asking.server.formats = {taken}
    bodies = asking.bodies()
    answered = asking.once()
    assert (answered.failure, answered.attempts) == (None, refused + 1)
    assert kinds(bodies) == [kind]
    assert asking.ledger.outcomes == ["unsupported_format"] * refused + ["ok"]
    assert answered.call_id == asking.ledger.ended[-1].attempt_id


def test_a_step_down_is_remembered_by_every_model_object_of_that_endpoint_and_model(
    asking: Asking,
) -> None:
    asking.server.formats = {"json_object"}
    asking.once()
    assert asking.once().attempts == 1
    assert asking.once(model="another").attempts == 2
    assert asking.once(model="another").attempts == 1


def test_calls_that_are_refused_together_step_down_once(asking: Asking) -> None:
    asking.server.formats = {"json_object"}
    asking.server.latency_seconds = 0.05
    answers = asking.about([photo(number) for number in range(8)])
    assert [answer.failure for answer in answers] == [None] * 8
    assert max(answer.attempts for answer in answers) == 2
    assert asking.using(_output) == "json_object"


async def _output(model: ChatModel) -> str:
    return model.output


def test_a_photo_that_is_refused_changes_nothing_for_others(asking: Asking) -> None:
    asking.server.faults = [(400, BAD_IMAGE)]
    assert asking.once().failure == "bad_request"
    assert asking.ledger.outcomes == ["bad_request"]
    assert asking.using(_output) == "json_schema"


def test_a_refusal_without_a_reason_is_tried_one_step_lower_and_kept_if_that_helps(
    asking: Asking,
) -> None:
    asking.server.faults = [(400, SILENT)]
    assert asking.once().failure is None
    assert asking.ledger.outcomes == ["bad_request", "ok"]
    assert asking.using(_output) == "json_object"


def test_a_refusal_without_a_reason_is_forgotten_if_the_next_step_does_not_help(
    asking: Asking,
) -> None:
    assert asking.once().failure is None
    for second in ((400, SILENT), (400, BAD_IMAGE)):
        asking.server.faults = [(400, SILENT), second]
        answered = asking.once()
        assert (answered.failure, answered.retryable) == ("bad_request", False)
        assert answered.attempts == 2
    assert asking.using(_output) == "json_schema"
    assert asking.once().failure is None


def test_an_endpoint_that_refuses_all_forms_but_one_without_a_reason_is_understood(
    asking: Asking,
) -> None:
    asking.server.faults = [(400, SILENT), (422, SILENT)]
    assert asking.once().failure is None
    assert asking.once().attempts == 1
    assert asking.using(_output) == "plain"


def test_the_limit_of_tokens_goes_by_the_name_that_the_endpoint_knows(asking: Asking) -> None:
    asking.server.faults = [(400, json.dumps({"error": "'max_tokens' is not supported here."}))]
    bodies = asking.bodies()
    assert asking.once(options={"max_tokens": 300}).failure is None
    assert asking.once(options={"max_tokens": 300}).attempts == 1
    assert [body.get("max_completion_tokens") for body in bodies] == [300, 300]
    assert not any("max_tokens" in body for body in bodies)
    assert asking.ledger.outcomes == ["unsupported_option", "ok", "ok"]


def test_both_names_of_the_limit_refused_are_no_endless_way(asking: Asking) -> None:
    asking.server.faults = [(400, json.dumps({"error": f"unknown field max_{n}tokens"}))
                            for n in ("", "completion_")]  # fmt: skip
    answered = asking.once(options={"max_tokens": 300})
    assert (answered.failure, answered.attempts) == ("unsupported_option", 2)


def test_a_schema_that_is_taken_and_not_followed_is_told_in_words_from_then_on(
    asking: Asking,
) -> None:
    prompts: list[str] = []

    async def ask(model: ChatModel) -> None:
        for number in range(3):
            await model.describe([photo(number)], REQUEST)
        await model.describe([photo(3)], CORRECTION)

    def seen(body: dict[str, Any]) -> str:
        kind = body["response_format"]["type"]
        shown = "JSON schema of the answer" in json.dumps(body["messages"])
        return f"{kind}{' and words' if shown else ''}"

    def answer(asked: Any) -> str:
        prompts.append(seen(asked.body))
        price = "cheap" if len(prompts) == 2 else 1.5
        return f"```json\n{json.dumps({'category': 'Food', 'price': price, 'title': None})}\n```"

    asking.server.answer_with = answer
    asking.using(ask)
    assert prompts == ["json_schema", "json_schema"] + ["json_schema and words"] * 2


@pytest.mark.parametrize("kind", ["truncated", "refusal", "500"])
def test_an_answer_that_did_not_come_whole_says_nothing_of_the_schema(
    asking: Asking, kind: str
) -> None:
    asking.server.faults = [kind]
    asking.once()
    assert ladder_of(asking.server.url, "test-model").form() == Form()


def test_a_refused_schema_is_given_up_for_its_own_questions_alone(asking: Asking) -> None:
    asking.server.faults = [(400, SCHEMA)]
    bodies = asking.bodies()
    fewer = type(REQUEST)(REQUEST.guide_prompt, REQUEST.language, REQUEST.questions[:1])

    async def ask(model: ChatModel) -> None:
        for request in (REQUEST, REQUEST, fewer):
            (answered,) = await model.describe([photo()], request)
            assert answered.failure is None

    asking.using(ask)
    assert kinds(bodies) == ["json_object", "json_object", "json_schema"]


def test_a_model_with_a_temperature_of_its_own_is_asked_without_one_from_then_on(
    asking: Asking,
) -> None:
    asking.server.faults = [(400, TEMPERATURE)]
    bodies = asking.bodies()
    assert asking.once().failure is None
    assert asking.once().attempts == 1
    assert ["temperature" in body for body in bodies] == [False, False]
    assert kinds(bodies) == ["json_schema"] * 2
    assert asking.ledger.outcomes == ["unsupported_temperature", "ok", "ok"]


def test_model_studio_answers_in_json_although_its_models_think(asking: Asking) -> None:
    asking.server.thinks = True
    asking.server.formats = {"json_object", "none"}
    url = f"{asking.server.origin}/compatible-mode/v1"
    bodies = asking.bodies()
    assert asking.once(provider="dashscope", endpoint=url).failure is None
    assert kinds(bodies) == ["json_object"]
    assert bodies[0]["enable_thinking"] is False


def test_many_calls_over_several_models_never_step_below_what_is_taken(asking: Asking) -> None:
    asking.server.formats = {"json_object"}
    asking.server.latency_seconds = 0.01

    async def ask(first: ChatModel) -> list[Any]:
        second = ChatModel(asking.config(), asking.ledger)
        try:
            calls = [
                model.describe([photo(number)], REQUEST)
                for number in range(20)
                for model in (first, second)
            ]
            return await asyncio.gather(*calls)
        finally:
            await second.aclose()

    assert all(answered.failure is None for (answered,) in asking.using(ask))
    assert asking.using(_output) == "json_object"


def test_a_ladder_only_goes_down() -> None:
    ladder = Ladder()
    ladder.learn(Form(2))
    ladder.learn(Form(1, temperature=False))
    assert ladder.form() == Form(2, temperature=False)
    ladder.learn(Form(), REQUEST.questions)
    assert ladder.form(REQUEST.questions) == Form(2, temperature=False)
