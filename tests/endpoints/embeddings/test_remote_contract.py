"""What holds for every remote embedding provider alike, over real sockets."""

import asyncio

import numpy as np
import pytest

from listing_assets.embedding.checking import unit_vectors
from resources.endpoints import bodies
from resources.endpoints.config import Ceilings
from resources.endpoints.interface import EmbeddingModel
from resources.errors import EndpointStoppedError, ModelError
from tests.endpoints.embeddings.remote_models import (
    DIMENSION,
    KEY,
    VARIABLE,
    Remote,
    expected,
    photos,
)

PASSING = {
    "429": "rate_limited",
    "429_retry_after:0": "rate_limited",
    "408": "timed_out",
    "500": "server_error",
    "503": "server_error",
    "502_html": "server_error",
    "drop": "connection_failed",
    "drop_mid_body": "connection_failed",
    "malformed_body": "malformed_response",
    "wrong_count": "malformed_response",
}
STOPPING = {
    "401": VARIABLE,
    "403": VARIABLE,
    "arrears": "in arrears",
    "404": "(not_found): HTTP 404 (",
}


def test_photos_get_their_own_vectors_in_order(remote: Remote) -> None:
    asked = photos(9)
    embedded = remote.use(lambda model: model.embed_photos(asked))

    assert embedded.vectors.dtype == np.float32
    np.testing.assert_array_equal(embedded.vectors, expected([one.jpeg for one in asked]))
    assert embedded.failures == (None,) * 9


def test_texts_get_their_own_vectors_in_order(remote: Remote) -> None:
    texts = ["red lipstick", "口红", 'a "quoted" text\n']
    embedded = remote.use(lambda model: model.embed_texts(texts))

    np.testing.assert_array_equal(embedded.vectors, expected([text.encode() for text in texts]))
    assert [attempt.images for attempt in remote.meter.ended] == [0] * len(remote.meter.ended)


def test_a_request_holds_no_more_inputs_than_max_batch(remote: Remote) -> None:
    size = 1 if remote.provider == "vllm" else 4

    async def embed(model: EmbeddingModel) -> int:
        await model.embed_photos(photos(10))
        return model.max_batch

    assert remote.use(embed) == size
    assert sum(remote.server.requests.values()) == -(-10 // size)
    assert sum(attempt.images for attempt in remote.meter.ended) == 10


def test_tokens_cost_and_attempts_are_those_that_the_server_counted(remote: Remote) -> None:
    remote.server.faults = ["500", "drop"]
    embedded = remote.use(lambda model: model.embed_photos(photos(6)))

    assert embedded.usage.input_tokens == remote.server.input_tokens == 600
    assert embedded.usage.output_tokens == remote.server.output_tokens
    assert embedded.usage.cost == pytest.approx(0.6)
    assert embedded.attempts == sum(remote.server.requests.values()) == len(remote.meter.begun)
    assert embedded.call_id == remote.meter.ended[-1].attempt_id
    assert sum(attempt.usage.input_tokens for attempt in remote.meter.ended) == 600


def test_an_answer_without_usage_counts_no_tokens(remote: Remote) -> None:
    remote.server.faults = ["no_usage"]
    embedded = remote.use(lambda model: model.embed_photos(photos(1)))

    assert (embedded.usage.input_tokens, embedded.failures) == (0, (None,))


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_asked_again(remote: Remote, fault: str) -> None:
    remote.server.faults = [fault]
    asked = photos(1)
    embedded = remote.use(lambda model: model.embed_photos(asked))

    np.testing.assert_array_equal(embedded.vectors, expected([asked[0].jpeg]))
    assert embedded.attempts == 2
    assert remote.meter.outcomes == [PASSING[fault], "ok"]


def test_an_answer_that_does_not_come_in_time_is_asked_for_again(remote: Remote) -> None:
    remote.server.faults = ["stall:5"]
    embedded = remote.use(lambda model: model.embed_photos(photos(1)), timeout_ms=1_000)

    assert embedded.failures == (None,)
    *before, last = remote.meter.outcomes  # a busy machine may let the second one time out too
    assert (set(before), last) == ({"timed_out"}, "ok")


def test_what_does_not_pass_leaves_inputs_unanswered(remote: Remote) -> None:
    remote.server.faults = ["500"] * 3
    embedded = remote.use(lambda model: model.embed_photos(photos(1)))

    assert embedded.failures == ("unanswered",)
    assert not embedded.vectors.any()
    assert embedded.attempts == 3


@pytest.mark.parametrize("fault", STOPPING)
def test_what_only_the_user_can_mend_stops_with_a_clear_word_and_no_key(
    remote: Remote, fault: str
) -> None:
    remote.server.faults = [fault]
    with pytest.raises(EndpointStoppedError) as stopped:
        remote.use(lambda model: model.embed_photos(photos(1)))

    assert "vectors" in str(stopped.value)
    assert STOPPING[fault] in str(stopped.value)
    assert KEY not in repr(stopped.value)
    assert sum(remote.server.requests.values()) == 1


def test_one_photo_that_is_refused_harms_no_other(remote: Remote) -> None:
    asked = photos(7)
    remote.server.script.of_photo = {asked[2].image_id: "content_filter"}
    embedded = remote.use(lambda model: model.embed_photos(asked))

    assert embedded.failures[2] == "content_filtered"
    others = [0, 1, 3, 4, 5, 6]
    assert [embedded.failures[place] for place in others] == [None] * 6
    np.testing.assert_array_equal(
        embedded.vectors[others], expected([asked[place].jpeg for place in others])
    )
    assert embedded.attempts == sum(remote.server.requests.values())


def test_another_dimension_is_an_error_that_says_both(remote: Remote) -> None:
    remote.server.faults = ["wrong_dimension"]
    with pytest.raises(ModelError, match=r"vectors answered .* 9, but is registered .* 8\."):
        remote.use(lambda model: model.embed_photos(photos(2)))


def test_bad_numbers_are_left_to_the_check(remote: Remote) -> None:
    remote.server.faults = ["nan"]
    nan = remote.use(lambda model: model.embed_photos(photos(1)))
    remote.server.faults = ["zero"]
    zero = remote.use(lambda model: model.embed_photos(photos(1)))

    reasons = [unit_vectors(one, 1, DIMENSION, "vectors")[1] for one in (nan, zero)]
    assert reasons == [["not_finite"], ["zero_vector"]]


def test_no_more_requests_are_in_flight_than_the_ceiling_allows(remote: Remote) -> None:
    remote.server.latency_seconds = 0.02

    async def many(model: EmbeddingModel) -> None:
        await asyncio.gather(*(model.embed_texts([f"text {n}"]) for n in range(12)))

    remote.use(many, ceilings=Ceilings(concurrency=2))
    assert remote.server.most_in_flight <= 2
    assert sum(remote.server.requests.values()) == 12


@pytest.mark.parametrize("auth", ["bearer", "raw"])
def test_the_key_travels_as_registered(remote: Remote, auth: str) -> None:
    remote.server.auth = auth
    embedded = remote.use(lambda model: model.embed_texts(["text"]), auth=auth)

    assert embedded.failures == (None,)
    with pytest.raises(EndpointStoppedError, match=VARIABLE):
        remote.use(
            lambda model: model.embed_texts(["text"]), auth="raw" if auth == "bearer" else "bearer"
        )


def test_an_answer_that_is_too_long_is_none(
    remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "MOST_BYTES", 50)
    embedded = remote.use(lambda model: model.embed_photos(photos(1)))

    assert embedded.failures == ("unanswered",)
    assert set(remote.meter.outcomes) == {"malformed_response"}


def test_a_server_that_is_not_there_leaves_inputs_unanswered(remote: Remote) -> None:
    embedded = remote.use(
        lambda model: model.embed_photos(photos(1)), endpoint="http://127.0.0.1:9/v1"
    )

    assert embedded.failures == ("unanswered",)
    assert set(remote.meter.outcomes) == {"connection_failed"}


def test_nothing_is_sent_once_the_meter_says_stop(remote: Remote) -> None:
    remote.meter.most = 0
    with pytest.raises(EndpointStoppedError, match="budget"):
        remote.use(lambda model: model.embed_photos(photos(3)))

    assert not remote.server.requests


def test_no_input_makes_no_call(remote: Remote) -> None:
    embedded = remote.use(lambda model: model.embed_photos([]))

    assert embedded.vectors.shape == (0, DIMENSION)
    assert (embedded.failures, embedded.attempts) == ((), 0)
    assert not remote.server.requests
