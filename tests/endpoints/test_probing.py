"""A look at an endpoint over a real socket: what it takes is told, and its key never is."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from resources.endpoints.config import EndpointConfig, UnitPrice
from resources.endpoints.probing import Checked, findings, look_at
from resources.endpoints.probing.sample import sample_photo
from resources.errors import EndpointStoppedError, ModelError
from tests.support.endpoint_server import EndpointServer

KEY = "sk-Secret-1234567890"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EndpointServer]:
    monkeypatch.setenv("PROBED_KEY", KEY)
    monkeypatch.setattr(findings, "REST", 0.01)
    with EndpointServer(key=KEY, echoes_key=True, answers={"colour": "red"}) as endpoint:
        yield endpoint


@pytest.fixture
def photo_url() -> Iterator[str]:
    """A URL that opens a photo, as a signed one does."""
    jpeg = sample_photo().jpeg

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(jpeg)))
            self.end_headers()
            self.wfile.write(jpeg)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as store:
        threading.Thread(target=store.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{store.server_address[1]}/photo.jpg?Signature=SignedSecret"
        store.shutdown()


def chat(server: EndpointServer, model: str = "probed") -> EndpointConfig:
    return EndpointConfig(
        "openai", "MLLM", "tagger", model, "1", endpoint=server.url, api_key_env="PROBED_KEY"
    )


def look(config: EndpointConfig, photo_url: str | None = None) -> Checked:
    found = asyncio.run(look_at(config, photo_url))
    assert "Secret" not in repr(found)
    return found


def works(found: Checked) -> dict[str, bool | None]:
    return {finding.name: finding.works for finding in found.findings}


def test_a_chat_endpoint_that_can_all_is_told_so(server: EndpointServer, photo_url: str) -> None:
    server.headers = {"x-ratelimit-limit-requests": "60", "x-other": "y"}
    price = UnitPrice(per_call=1.0, per_input_token=0.01)
    found = look(replace(chat(server, "all"), price=price), photo_url)
    assert works(found) == {
        "photos as data URLs": True,
        "photos by URL": True,
        "answers by JSON schema": True,
        "answers as JSON object": True,
        "sees the photo": True,
    }
    assert found.answers and found.answer == '{"colour": "red"}'
    assert found.rate_limits == {"x-ratelimit-limit-requests": "60"}
    assert (found.usage.input_tokens, found.usage.output_tokens) == (100, 10)
    assert found.usage.cost == pytest.approx(2.0)
    assert found.latency_ms is not None and found.latency_ms > 0
    assert len(server.asked) == 5, "a look makes few requests"


@pytest.mark.parametrize(
    ("formats", "schema", "json_object"),
    [
        ({"json_object", "none"}, False, True),
        ({"json_schema", "none"}, True, False),
        ({"none"}, False, False),
    ],
)
def test_the_kinds_of_structured_output_are_told(
    server: EndpointServer, formats: set[str], schema: bool, json_object: bool
) -> None:
    server.formats = formats
    found = look(chat(server, f"kinds {sorted(formats)}"))
    assert works(found)["answers by JSON schema"] is schema
    assert works(found)["answers as JSON object"] is json_object
    assert works(found)["photos by URL"] is None
    assert found.answers, "a run asks in the way that works"


def test_a_format_that_is_taken_and_not_kept_does_not_work(server: EndpointServer) -> None:
    server.faults = ["ok", "chatty", "fenced"]
    found = look(chat(server, "chatty"))
    assert works(found)["answers by JSON schema"] is False
    assert works(found)["answers as JSON object"] is False


def test_of_a_long_answer_the_beginning_is_told(server: EndpointServer) -> None:
    server.answer_with = lambda _: "x" * 200_000
    found = look(chat(server, "long"))
    assert found.answers and len(found.answer) < 1_000


def test_an_empty_text_is_no_answer(server: EndpointServer) -> None:
    server.faults = ["empty"] * 4
    found = look(chat(server, "empty"))
    assert found.answers is False and "an empty text" in found.answer
    assert found.usage.input_tokens == 100, "it was paid for all the same"


def test_a_model_that_does_not_see_is_found_out(server: EndpointServer) -> None:
    server.answers = {"colour": "blue"}
    found = look(chat(server, "blind"))
    assert found.answers and works(found)["sees the photo"] is False


def test_an_endpoint_that_takes_urls_alone_is_asked_by_url(
    server: EndpointServer, photo_url: str
) -> None:
    server.images = {"url"}
    found = look(chat(server, "urls"), photo_url)
    assert works(found)["photos as data URLs"] is False
    assert works(found)["photos by URL"] is True
    assert found.answers
    without = look(chat(server, "urls too"))
    assert not without.answers and "data URLs are not allowed" in without.answer


@pytest.mark.parametrize("kind", ["MLLM", "EMBEDDING", "LLM"])
def test_a_refused_key_stops_at_once(
    server: EndpointServer, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("PROBED_KEY", "sk-Wrong-Secret")
    config = replace(chat(server, "refused"), provider="vllm", type=kind)
    with pytest.raises(EndpointStoppedError, match=r"refuses the key\..*PROBED_KEY") as error:
        asyncio.run(look_at(config))
    assert "Secret" not in str(error.value)
    assert sum(server.outcomes.values()) == 1


@pytest.mark.parametrize("kind", ["MLLM", "EMBEDDING"])
def test_an_endpoint_that_is_not_there_is_told_with_its_address(
    server: EndpointServer, kind: str
) -> None:
    config = replace(chat(server), provider="vllm", type=kind, endpoint="http://127.0.0.1:9/v1")
    with pytest.raises(ModelError, match=r"tagger: http://127.0.0.1:9/v1 gave no answer"):
        asyncio.run(look_at(config))


@pytest.mark.parametrize("fault", ["503", "429_retry_after:0.01", "malformed_body", "drop"])
def test_one_fault_that_passes_says_nothing_of_what_an_endpoint_can(
    server: EndpointServer, fault: str
) -> None:
    server.faults = [fault, "ok", fault, "ok", fault]
    found = look(chat(server, f"one {fault}"))
    assert works(found) == {
        "photos as data URLs": True,
        "photos by URL": None,
        "answers by JSON schema": True,
        "answers as JSON object": True,
        "sees the photo": True,
    }


def test_what_fails_in_passing_twice_is_not_known(server: EndpointServer) -> None:
    server.faults = ["ok", "503", "500"]
    found = look(chat(server, "busy"))
    (schema,) = (one for one in found.findings if one.name == "answers by JSON schema")
    assert schema.works is None and schema.words.startswith("not known: server_error")
    assert works(found)["answers as JSON object"] is True
    assert found.answers


def test_what_works_in_the_call_itself_is_known_to_work(server: EndpointServer) -> None:
    server.faults = ["429", "450"]
    found = look(chat(server, "slow to start"))
    assert found.answers and works(found)["photos as data URLs"] is True


def test_an_endpoint_that_is_busy_all_the_while_is_not_said_to_give_no_answer(
    server: EndpointServer,
) -> None:
    server.faults = ["429"] * 200
    found = look(replace(chat(server, "full"), timeout_ms=100))
    assert found.answers is None and "not known: rate_limited" in found.answer
    assert works(found) == {"photos as data URLs": None, "photos by URL": None}
    found = look(replace(embedding(server, "vllm"), timeout_ms=100, dimension=8))
    assert found.answers is None and "not known: rate_limited" in found.answer


def test_an_endpoint_that_stalls_is_not_waited_for(server: EndpointServer) -> None:
    server.faults = ["stall:30", "stall:30"]
    with pytest.raises(ModelError, match="timed_out"):
        look(replace(chat(server, "stalls"), timeout_ms=100))


def embedding(server: EndpointServer, provider: str) -> EndpointConfig:
    endpoints = {
        "dashscope": f"{server.origin}/api/v1",
        "pai_eas": f"{server.origin}/api/predict/gme",
        "vllm": server.url,
    }
    return EndpointConfig(
        provider,  # type: ignore[arg-type]
        "EMBEDDING",
        "vectors",
        "qwen3-vl-embedding",
        "1",
        endpoint=endpoints[provider],
        api_key_env="PROBED_KEY",
    )


@pytest.mark.parametrize("provider", ["dashscope", "pai_eas", "vllm"])
def test_an_embedding_endpoint_tells_its_dimension_and_what_goes_in(
    server: EndpointServer, photo_url: str, provider: str
) -> None:
    server.dimension = 24
    server.headers = {"x-ratelimit-remaining-tokens": "5"}
    found = look(embedding(server, provider), photo_url)
    assert found.answers and found.dimension == 24
    assert set(works(found).values()) == {True}
    assert works(found).keys() == {"photos as data URLs", "photos by URL", "search texts"}
    assert found.rate_limits == {"x-ratelimit-remaining-tokens": "5"}


def test_another_dimension_than_the_registered_one_is_told(server: EndpointServer) -> None:
    server.dimension = 24
    found = look(replace(embedding(server, "vllm"), dimension=32))
    assert not found.answers and works(found)["dimension as registered"] is False
    assert "24 numbers, registered are 32" in found.answer


def test_an_embedding_endpoint_without_vectors_answers_nothing(server: EndpointServer) -> None:
    server.faults = ["400"] * 3
    found = look(embedding(server, "vllm"))
    assert found.answers is False and found.dimension is None
    assert "bad_request" in found.answer


def test_a_text_model_writes(server: EndpointServer) -> None:
    found = look(replace(chat(server, "writer"), type="LLM"))
    assert found.answers and found.answer
    assert found.usage.output_tokens == 10


@pytest.mark.parametrize("kind", ["MLLM", "EMBEDDING"])
def test_embedded_models_are_looked_at_too(kind: str) -> None:
    found = look(EndpointConfig("embedded", kind, "e", "embedded", "1"))  # type: ignore[arg-type]
    assert found.answers and found.usage.cost == 0.0
    assert found.dimension == (768 if kind == "EMBEDDING" else None)


def test_an_imported_model_is_opened_and_predicts(tmp_path: Path) -> None:
    xgboost = pytest.importorskip("xgboost")
    rows = np.array([[0.0], [1.0], [2.0], [3.0]])
    booster = xgboost.train(
        {"objective": "binary:logistic"}, xgboost.DMatrix(rows, label=[0, 0, 1, 1]), 1
    )
    booster.save_model(tmp_path / "trees.json")
    config = EndpointConfig(
        "xgboost",
        "BOOSTED_TREE_CLASSIFIER",
        "trees",
        str(tmp_path / "trees.json"),
        "1",
        options={"classes": ["Food", "Toys"]},
    )
    found = look(config)
    assert found.answers and "Food, Toys" in found.answer
    assert set(works(found).values()) == {True}
    with pytest.raises(ModelError, match=r"gone\.json"):
        asyncio.run(look_at(replace(config, model=str(tmp_path / "gone.json"))))
