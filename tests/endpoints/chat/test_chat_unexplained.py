"""An endpoint that refuses every photo in the same words stops the run; one photo does not."""

import json
import re

import pytest

from resources.endpoints.chat.model import ChatModel
from resources.endpoints.chat.unexplained import ENOUGH
from resources.endpoints.interface import Described
from resources.errors import EndpointStoppedError
from tests.endpoints.chat.asking import REQUEST, Asking, photo

MANY = 3 * ENOUGH


def refusal(words: str) -> tuple[int, str]:
    return 400, json.dumps({"error": {"message": words}})


async def one_by_one(model: ChatModel, photos: int = MANY) -> list[Described]:
    return [(await model.describe([photo(number)], REQUEST))[0] for number in range(photos)]


@pytest.mark.parametrize("word", ["Images", "Foo"])
def test_refusals_from_the_first_on_stop_the_run_with_the_endpoints_words(
    asking: Asking, word: str
) -> None:
    asking.server.faults = [refusal(f"{word} are off. Request id {n:x}7.") for n in range(200)]
    with pytest.raises(EndpointStoppedError, match=rf"shop_model.*{ENOUGH} photos.*{word} are off"):
        asking.using(one_by_one)
    assert len(asking.server.calls) == ENOUGH


@pytest.mark.parametrize(
    ("refused", "remedy"),
    [
        (refusal("The prompt is longer than the model's context."), "longer context.*fewer tags"),
        (refusal("Image too large."), "smaller photos .'normalization'"),
        ((413, ""), "smaller photos .'normalization'"),
        (refusal("Foo."), "^Mend what it complains of, then run again"),
    ],
    ids=["context", "image", "413", "unknown"],
)
def test_the_remedy_fits_what_is_complained_of(
    asking: Asking, refused: tuple[int, str], remedy: str
) -> None:
    asking.server.faults = [refused] * 200
    with pytest.raises(EndpointStoppedError) as stopped:
        asking.using(one_by_one)
    assert re.search(remedy, stopped.value.remedy)
    assert "127.0.0.1:" in stopped.value.problem


def test_those_who_ask_after_the_stop_send_nothing(asking: Asking) -> None:
    asking.server.faults = [refusal("Foo.")] * 200

    async def ask(model: ChatModel) -> None:
        with pytest.raises(EndpointStoppedError):
            await one_by_one(model)
        sent = len(asking.ledger.ended)
        with pytest.raises(EndpointStoppedError, match="Foo"):
            await model.describe([photo(MANY)], REQUEST)
        assert len(asking.ledger.ended) == sent

    asking.using(ask)


@pytest.mark.parametrize("first", ["ok", "content_filter"])
def test_an_endpoint_that_has_taken_one_request_is_not_stopped(asking: Asking, first: str) -> None:
    asking.server.faults = [first, *[refusal("Invalid image.")] * 200]
    answers = asking.using(one_by_one)
    assert [answer.failure for answer in answers[1:]] == ["bad_request"] * (MANY - 1)


def test_refusals_in_different_words_are_of_the_photos(asking: Asking) -> None:
    words = ["Invalid image.", "Image is too dark."]
    asking.server.faults = [refusal(words[number % 2]) for number in range(200)]
    answers = asking.using(one_by_one)
    assert {answer.failure for answer in answers} == {"bad_request"}


def test_what_passes_does_not_count(asking: Asking) -> None:
    asking.server.faults = [*["503"] * 3, *[refusal("Invalid image.")] * (ENOUGH - 1)]

    answers = asking.using(lambda model: one_by_one(model, ENOUGH))
    assert answers[0].failure == "server_error"
    assert all(answer.failure == "bad_request" for answer in answers[1:])
