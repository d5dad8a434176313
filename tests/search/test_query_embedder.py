"""Vectors of queries: by the model that made the photos', asked once, prepared as photos are."""

import threading
from typing import Any

import numpy as np
import pytest

from listing_assets.catalog import Model
from listing_assets.imaging.normalize import Normalized, normalize
from listing_assets.imaging.spec import NormalizationSpec
from listing_assets.search import QueryEmbedder, SearchError
from resources.endpoints.embedded.embedding_model import photo_vector, text_vector
from resources.endpoints.interface import Embedded
from resources.errors import ModelError
from tests.conftest import draw_photo

SPEC = NormalizationSpec(width=96, height=96)
EMBEDDED = Model(name="visual", provider="embedded", type="EMBEDDING", model="embedded-visual-text")


class Endpoint:
    """An embedding model that counts and notes what it is asked; `failure` is its reason."""

    name, version, dimension, concurrency, max_batch = "stand-in", "1", 4, 2, 8

    def __init__(self, failure: str | None = None) -> None:
        self.failure = failure
        self.texts: list[str] = []
        self.photos: list[bytes] = []
        self.threads: set[str] = set()
        self.closed = 0

    async def embed_texts(self, texts: Any) -> Embedded:
        self.texts += texts
        return self._answer()

    async def embed_photos(self, photos: Any) -> Embedded:
        self.photos += [photo.jpeg for photo in photos]
        return self._answer()

    async def aclose(self) -> None:
        self.closed += 1

    def _answer(self) -> Embedded:
        self.threads.add(threading.current_thread().name)
        return Embedded(np.array([[3.0, 0, 4, 0]], np.float32), (self.failure,), "call")


def embedder(endpoint: Endpoint, **options: Any) -> QueryEmbedder:
    return QueryEmbedder(EMBEDDED, SPEC, open_model=lambda config, meter: endpoint, **options)


def test_the_embedded_model_answers_as_it_did_for_photos() -> None:
    data = draw_photo(3, (400, 300))
    prepared = normalize(data, SPEC)
    assert isinstance(prepared, Normalized)
    with QueryEmbedder(EMBEDDED, SPEC) as vectors:
        assert vectors.model == "embedded-visual-text@1"
        of_photo, of_text = vectors.of_photo(data), vectors.of_text("绿茶 green tea")
        assert vectors.of_text("!!!") is None
    right = photo_vector(prepared.jpeg)
    assert right is not None and of_text is not None
    assert of_photo == pytest.approx(right, abs=1e-6)
    assert of_text == pytest.approx(text_vector("绿茶 green tea"), abs=1e-6)


def test_a_vector_is_made_unit_length_and_the_same_question_is_asked_once() -> None:
    endpoint = Endpoint()
    with embedder(endpoint) as vectors:
        for _ in range(3):
            of_text = vectors.of_text("red")
            assert of_text is not None
            assert of_text.tolist() == pytest.approx([0.6, 0, 0.8, 0])
            vectors.of_photo(draw_photo(1))
        vectors.of_text("green")
    assert endpoint.texts == ["red", "green"]
    assert len(endpoint.photos) == 1
    assert endpoint.closed == 1


def test_many_threads_may_ask_one_embedder() -> None:
    endpoint = Endpoint()
    with embedder(endpoint) as vectors:
        threads = [
            threading.Thread(target=vectors.of_text, args=[f"text {number}"])
            for number in range(16)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(endpoint.texts) == sorted(f"text {number}" for number in range(16))
    assert endpoint.threads == {"query vectors"}


def test_a_closed_embedder_opens_its_model_again() -> None:
    opened = []

    def open_model(config: Any, meter: Any) -> Any:
        opened.append(Endpoint())
        return opened[-1]

    vectors = QueryEmbedder(EMBEDDED, SPEC, open_model=open_model)
    vectors.close()
    assert not opened
    vectors.of_text("one")
    vectors.close()
    vectors.of_text("two")
    vectors.close()
    assert [endpoint.texts for endpoint in opened] == [["one"], ["two"]]
    assert [endpoint.closed for endpoint in opened] == [1, 1]


def test_a_text_of_which_there_is_no_vector_is_none_and_silence_is_an_error() -> None:
    with embedder(Endpoint("empty_text")) as vectors:
        assert vectors.of_text("?") is None
    with embedder(endpoint := Endpoint("unanswered")) as vectors:
        for _ in range(2):
            with pytest.raises(ModelError, match="did not answer"):
                vectors.of_text("red")
    assert endpoint.texts == ["red", "red"], "silence is not remembered"


def test_what_is_no_photo_is_refused_before_the_model_is_asked() -> None:
    endpoint = Endpoint()
    with embedder(endpoint) as vectors:
        for data in (b"", b"<html>", draw_photo(1)[:200]):
            with pytest.raises(SearchError, match="cannot be used"):
                vectors.of_photo(data)
    assert endpoint.photos == []
    with (
        embedder(Endpoint("unreadable_photo")) as vectors,
        pytest.raises(SearchError, match="has no vector of the photo"),
    ):
        vectors.of_photo(draw_photo(1))


def test_photos_are_prepared_by_whom_the_caller_says() -> None:
    prepared = []

    def prepare(data: bytes, spec: NormalizationSpec) -> Any:
        prepared.append(spec)
        return normalize(data, spec)

    with embedder(Endpoint(), prepare=prepare) as vectors:
        vectors.of_photo(draw_photo(1))
    assert prepared == [SPEC]


def test_a_model_that_cannot_be_opened_says_so_each_time() -> None:
    def open_model(config: Any, meter: Any) -> Any:
        raise ModelError("the key is not in the environment.", "Set it.")

    with QueryEmbedder(EMBEDDED, SPEC, open_model=open_model) as vectors:
        for _ in range(2):
            with pytest.raises(ModelError, match="key is not in the environment"):
                vectors.of_text("red")
