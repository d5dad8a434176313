"""Several inputs in one request: a bad one is found out, and nothing that was paid for is lost."""

import asyncio
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from resources.endpoints.interface import Photo
from resources.errors import EndpointStoppedError, ModelError
from tests.endpoints.embeddings.remote_models import KEY, QUICK, Remote, draw, expected, photos


def test_a_refused_request_is_halved_until_the_bad_photo_is_alone(batching: Remote) -> None:
    asked = photos(4)
    batching.server.script.of_photo = {asked[0].image_id: "400"}
    embedded = batching.use(lambda model: model.embed_photos(asked))

    assert embedded.failures == ("bad_request", None, None, None)
    sent = sorted((attempt.images, attempt.outcome) for attempt in batching.meter.ended)
    bad, fine = "bad_request", "ok"
    assert sent == [(1, bad), (1, fine), (2, bad), (2, fine), (4, bad)]
    assert embedded.attempts == 5
    assert embedded.usage.input_tokens == batching.server.input_tokens == 300


def test_several_bad_photos_are_each_found(batching: Remote) -> None:
    asked = photos(8)
    batching.server.script.of_photo = {asked[place].image_id: "400" for place in (1, 4, 7)}
    embedded = batching.use(lambda model: model.embed_photos(asked))

    bad = [place for place, failure in enumerate(embedded.failures) if failure]
    assert bad == [1, 4, 7]
    assert [vector.any() for vector in embedded.vectors] == [place not in bad for place in range(8)]


@pytest.mark.parametrize("fault", ["500", "drop", "malformed_body"])
def test_a_photo_that_breaks_the_endpoint_is_found_out_too(batching: Remote, fault: str) -> None:
    asked = photos(4)
    batching.server.script.of_photo = {asked[2].image_id: fault}
    embedded = batching.use(lambda model: model.embed_photos(asked))

    assert embedded.failures == (None, None, "unanswered", None)
    assert embedded.attempts == sum(batching.server.requests.values()) == 3 * 3 + 2


def test_a_request_that_came_too_fast_is_not_made_into_more_requests(batching: Remote) -> None:
    batching.server.faults = ["429_retry_after:1"]
    patience = replace(QUICK, whole_call=1.0)
    embedded = batching.use(lambda model: model.embed_photos(photos(4)), patience)

    assert embedded.failures == ("unanswered",) * 4
    assert [attempt.images for attempt in batching.meter.ended] == [4]


def test_a_bad_photo_and_a_passing_failure_do_not_mix_up(batching: Remote) -> None:
    asked = photos(4)
    batching.server.script.of_photo = {asked[0].image_id: "400"}
    batching.server.faults = ["ok", "500"]
    embedded = batching.use(lambda model: model.embed_photos(asked))

    assert embedded.failures == ("bad_request", None, None, None)


def test_what_was_paid_for_is_kept_when_the_endpoint_stops(batching: Remote) -> None:
    batching.server.faults = ["ok", "arrears"]
    embedded = batching.use(lambda model: model.embed_photos(photos(8)))

    assert sorted(map(str, embedded.failures)) == ["None"] * 4 + ["unanswered"] * 4
    assert embedded.usage.input_tokens == batching.server.input_tokens == 400


def test_what_was_paid_for_is_kept_when_the_meter_stops(batching: Remote) -> None:
    batching.meter.most = 1
    embedded = batching.use(lambda model: model.embed_photos(photos(8)))

    assert embedded.failures == (None,) * 4 + ("unanswered",) * 4


def test_a_stop_that_was_kept_back_comes_with_the_next_call(batching: Remote) -> None:
    batching.server.faults = ["ok", "arrears"]

    async def twice(model: Any) -> None:
        await model.embed_photos(photos(8))
        await model.embed_photos(photos(1))

    with pytest.raises(EndpointStoppedError, match="in arrears"):
        batching.use(twice)
    assert sum(batching.server.requests.values()) == 2


def test_the_same_photo_twice_gets_two_vectors(batching: Remote) -> None:
    (photo,) = photos(1)
    embedded = batching.use(lambda model: model.embed_photos([photo, photo]))

    assert embedded.failures == (None, None)
    assert (embedded.vectors[0] == embedded.vectors[1]).all()


class _Originals(BaseHTTPRequestHandler):
    """Serves one photo at every address."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(draw(7))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_photos_go_as_urls_where_the_model_takes_urls(remote: Remote) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Originals) as originals:
        threading.Thread(target=originals.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{originals.server_address[1]}/photo.jpg?Signature=x"
        by_url, by_data = Photo("a", draw(1), url=url), Photo("b", draw(2))
        embedded = remote.use(
            lambda model: model.embed_photos([by_url, by_data]), image_input="url"
        )
        originals.shutdown()

    np.testing.assert_array_equal(embedded.vectors, expected([draw(7), draw(2)]))


@pytest.mark.parametrize("size", [0, -1, 2.5, True, "many"])
def test_a_batch_size_that_is_none_is_refused(batching: Remote, size: object) -> None:
    with pytest.raises(ModelError, match=r"options\.max_batch"):
        batching.use(lambda model: model.embed_photos([]), options={"max_batch": size})


def test_calls_that_are_cancelled_are_told_to_the_meter(batching: Remote) -> None:
    batching.server.faults = ["stall:0.15"]

    async def cancelled(model: Any) -> None:
        call = asyncio.create_task(model.embed_photos(photos(2)))
        while not batching.server.in_flight:
            await asyncio.sleep(0.005)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    batching.use(cancelled)
    assert len(batching.meter.ended) == len(batching.meter.begun) == 1
    assert KEY not in repr(batching.meter.ended)
