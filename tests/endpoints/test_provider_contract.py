"""One contract for every remote provider, over real sockets: chat and embedding models alike.

What a provider sends and reads is tested beside it; here only that all keep the same promises to
the steps, to the ledger and to the user.
"""

import asyncio
import hashlib
import logging
import threading
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import pytest

from resources.endpoints.config import Ceilings, EndpointConfig, UnitPrice
from resources.endpoints.interface import (
    DescribeRequest,
    EmbeddingModel,
    Photo,
    TagModel,
    TagQuestion,
    TagValue,
    Usage,
)
from resources.endpoints.metering import Attempt
from resources.endpoints.open import open_embedding_model, open_tag_model
from resources.errors import EndpointStoppedError, ModelError
from tests.support.endpoint_server import EndpointServer

KEY = "sk-none-may-ever-read-this-0815"
VARIABLE = "LISTING_CONTRACT_KEY"
DIMENSION = 6
PRICE = UnitPrice(per_call=0.01, per_input_token=0.001, per_output_token=0.002)
REQUEST = DescribeRequest(
    "Say what you see.",
    "English",
    (
        TagQuestion("category", "choice", "What it is.", (TagValue("Food"), TagValue("Toys"))),
        TagQuestion("title", "text", "A short title.", max_length=40),
    ),
)


@dataclass(frozen=True)
class Provider:
    """One provider in one of its two parts. `path` is where it finds its server."""

    name: Any
    part: Literal["chat", "embedding"]
    path: str
    auth: Literal["bearer", "raw"] = "bearer"


PROVIDERS = [
    Provider("openai", "chat", "/v1"),
    Provider("vllm", "chat", "/v1"),
    Provider("dashscope", "chat", "/compatible-mode/v1"),
    Provider("pai_eas", "chat", "/api/predict/qwen/v1", "raw"),
    Provider("dashscope", "embedding", ""),
    Provider("pai_eas", "embedding", "/api/predict/gme", "raw"),
    Provider("vllm", "embedding", "/v1"),
]
EMBEDDING = [provider for provider in PROVIDERS if provider.part == "embedding"]
PASSING = {
    "408": "timed_out",
    "409": "conflict",
    "500": "server_error",
    "503": "server_error",
    "502_html": "server_error",
    "error_in_200:500": "server_error",
    "drop": "connection_failed",
    "drop_mid_body": "connection_failed",
    "malformed_body": "malformed_response",
    "stall": "timed_out",
}
"""Faults that pass, and the code that the ledger keeps."""


@dataclass
class Ledger:
    """A meter that remembers, and that lets `most` requests pass."""

    most: int | None = None
    begun: list[str] = field(default_factory=list)
    ended: list[Attempt] = field(default_factory=list)

    def begin(self) -> str:
        if self.most is not None and len(self.begun) >= self.most:
            raise EndpointStoppedError("the budget is spent.")
        self.begun.append(uuid.uuid4().hex)
        return self.begun[-1]

    def end(self, attempt: Attempt) -> None:
        self.ended.append(attempt)

    @property
    def outcomes(self) -> list[str]:
        return [attempt.outcome for attempt in self.ended]

    @property
    def usage(self) -> Usage:
        return sum((attempt.usage for attempt in self.ended), Usage())


@dataclass(frozen=True)
class Answered:
    """What became of photos, in either part: an answer or a failure each."""

    answers: list[Any]
    failures: list[str | None]
    usage: Usage
    attempts: int
    words: str
    """Everything that can be read in it."""


@dataclass
class Endpoint:
    """One provider's model, registered with the test server."""

    provider: Provider
    server: EndpointServer
    ledger: Ledger = field(default_factory=Ledger)

    def config(self, **changes: Any) -> EndpointConfig:
        is_chat = self.provider.part == "chat"
        several = not is_chat and self.provider.name != "vllm"
        given: dict[str, Any] = {
            "type": "MLLM" if is_chat else "EMBEDDING",
            "endpoint": self.server.origin + self.provider.path,
            "api_key_env": VARIABLE,
            "auth": self.provider.auth,
            "dimension": None if is_chat else DIMENSION,
            "ceilings": Ceilings(concurrency=4),
            "price": PRICE,
            "options": {"max_batch": 4} if several else {},
        }
        return EndpointConfig(self.provider.name, name="shop_model", model="test-model",
                              version="1", **(given | changes))  # fmt: skip

    def ask(self, photos: Sequence[Photo], **changes: Any) -> Answered:
        """Ask about all photos at once, in an event loop of its own."""
        config = self.config(**changes)
        if self.provider.part == "chat":
            return asyncio.run(_with(open_tag_model, config, self.ledger, _describe, photos))
        return asyncio.run(_with(open_embedding_model, config, self.ledger, _embed, photos))

    def received(self) -> int:
        """Requests that the server received."""
        return sum(self.server.requests.values())


async def _with(
    open_model: Callable[..., Any],
    config: EndpointConfig,
    ledger: Ledger,
    use: Callable[[Any, Sequence[Photo]], Awaitable[Answered]],
    photos: Sequence[Photo],
) -> Answered:
    model = open_model(config, ledger)
    assert KEY not in f"{model!r} {config!r} {vars(model)}"
    try:
        return await use(model, photos)
    finally:
        await model.aclose()


async def _describe(model: TagModel, photos: Sequence[Photo]) -> Answered:
    described = await model.describe(photos, REQUEST)
    return Answered(
        [one.raw for one in described],
        [one.failure for one in described],
        sum((one.usage for one in described), Usage()),
        sum(one.attempts for one in described),
        repr(described),
    )


async def _embed(model: EmbeddingModel, photos: Sequence[Photo]) -> Answered:
    starts = range(0, len(photos), 10)
    calls = [model.embed_photos(photos[start : start + 10]) for start in starts]
    embedded = await asyncio.gather(*calls)
    return Answered(
        [tuple(row) for one in embedded for row in one.vectors.tolist()],
        [failure for one in embedded for failure in one.failures],
        sum((one.usage for one in embedded), Usage()),
        sum(one.attempts for one in embedded),
        repr(embedded),
    )


def photos(count: int) -> list[Photo]:
    contents = [f"the bytes of photo {number}".encode() for number in range(count)]
    return [Photo(hashlib.sha256(content).hexdigest(), content) for content in contents]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EndpointServer]:
    monkeypatch.setenv(VARIABLE, KEY)
    with EndpointServer(key=KEY, auth="either", echoes_key=True, dimension=DIMENSION) as running:
        yield running


@pytest.fixture
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls come back at once after a failure."""
    at_once = SimpleNamespace(random=lambda: 0.0)
    monkeypatch.setattr("resources.endpoints.flow.backoff.random", at_once)


def _named(provider: Provider) -> str:
    return f"{provider.name}-{provider.part}"


@pytest.fixture(params=PROVIDERS, ids=_named)
def endpoint(request: pytest.FixtureRequest, server: EndpointServer, no_rest: None) -> Endpoint:
    server.auth = request.param.auth
    return Endpoint(request.param, server)


@pytest.fixture(params=EMBEDDING, ids=_named)
def embedding(request: pytest.FixtureRequest, server: EndpointServer, no_rest: None) -> Endpoint:
    server.auth = request.param.auth
    return Endpoint(request.param, server)


def test_each_photo_gets_its_own_answer_in_order(endpoint: Endpoint) -> None:
    asked = photos(11)
    together = endpoint.ask(asked)
    for place in (0, 6, 10):
        assert endpoint.ask([asked[place]]).answers == [together.answers[place]]
    assert together.failures == [None] * 11
    assert len(set(together.answers)) == 11


def test_tokens_and_cost_are_those_that_the_server_billed(endpoint: Endpoint) -> None:
    answered = endpoint.ask(photos(11))
    server, ledger = endpoint.server, endpoint.ledger
    billed = (server.input_tokens, server.output_tokens)
    assert billed[0] == 1100
    assert (answered.usage.input_tokens, answered.usage.output_tokens) == billed
    cost = endpoint.received() * PRICE.per_call + billed[0] * 0.001 + billed[1] * 0.002
    assert answered.usage.cost == ledger.usage.cost == pytest.approx(cost)


def test_a_busy_endpoint_is_asked_again_until_it_answers(endpoint: Endpoint) -> None:
    endpoint.server.faults = ["429"] * 6
    answered = endpoint.ask(photos(1))
    assert answered.failures == [None]
    assert answered.attempts == endpoint.received() == 7
    assert endpoint.ledger.outcomes == ["rate_limited"] * 6 + ["ok"]


def test_a_busy_answer_inside_http_200_is_one(endpoint: Endpoint) -> None:
    endpoint.server.faults = ["error_in_200:429"]
    answered = endpoint.ask(photos(1))
    assert answered.failures == [None]
    assert endpoint.ledger.outcomes == ["rate_limited", "ok"]


def test_every_provider_comes_back_when_the_endpoint_says(
    no_rest: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, KEY)

    def waited(provider: Provider) -> float:
        with EndpointServer(faults=["429_retry_after:1"], dimension=DIMENSION) as server:
            endpoint = Endpoint(provider, server)
            assert endpoint.ask(photos(1)).failures == [None]
        refused, answered = endpoint.ledger.ended
        return (answered.began_at - refused.began_at).total_seconds()

    with ThreadPoolExecutor(len(PROVIDERS)) as pool:
        seconds = dict(zip(map(_named, PROVIDERS), pool.map(waited, PROVIDERS), strict=True))
    assert min(seconds.values()) >= 1, seconds


@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_asked_again(endpoint: Endpoint, fault: str) -> None:
    endpoint.server.faults = [fault]
    answered = endpoint.ask(photos(1), timeout_ms=1_500 if fault == "stall" else 30_000)
    assert answered.failures == [None]
    assert answered.attempts == endpoint.received() == 2
    assert endpoint.ledger.outcomes == [PASSING[fault], "ok"]


def test_what_never_passes_is_a_failure_to_be_asked_again_later(endpoint: Endpoint) -> None:
    endpoint.server.faults = ["500"] * 100
    answered = endpoint.ask(photos(1))
    is_chat = endpoint.provider.part == "chat"
    assert answered.failures == ["server_error" if is_chat else "unanswered"]
    assert answered.attempts == endpoint.received() == 5


@pytest.mark.parametrize("fault", ["content_filter", "400"])
def test_a_photo_that_is_refused_for_good_harms_no_other(endpoint: Endpoint, fault: str) -> None:
    asked = photos(8)
    whole = endpoint.ask(asked).answers
    endpoint.server.script.of_photo = {asked[5].image_id: fault}
    answered = endpoint.ask(asked)
    assert answered.failures[5] in {"content_filtered", "bad_request"}
    others = [place for place in range(8) if place != 5]
    assert [answered.failures[place] for place in others] == [None] * 7
    assert [answered.answers[place] for place in others] == [whole[place] for place in others]
    sent_for_it = endpoint.server.calls[asked[5].image_id] - 1
    assert sent_for_it <= 3, "it is not asked for again and again"


def test_a_photo_that_breaks_the_endpoint_harms_no_other(endpoint: Endpoint) -> None:
    asked = photos(8)
    endpoint.server.script.of_photo = {asked[5].image_id: "500"}
    answered = endpoint.ask(asked)
    assert [failure is None for failure in answered.failures] == [n != 5 for n in range(8)]


def test_a_refused_key_stops_and_names_the_variable(endpoint: Endpoint) -> None:
    endpoint.server.key = "another"
    with pytest.raises(EndpointStoppedError, match=VARIABLE) as stopped:
        endpoint.ask(photos(6))
    assert "shop_model" in str(stopped.value)
    assert KEY not in repr(stopped.value)
    assert 1 <= endpoint.received() <= 4
    assert set(endpoint.ledger.outcomes) <= {"key_refused", "cancelled"}


@pytest.mark.parametrize("fault", ["arrears", "error_in_200:arrears"])
def test_an_account_in_arrears_stops(endpoint: Endpoint, fault: str) -> None:
    endpoint.server.faults = [fault] * 4
    with pytest.raises(EndpointStoppedError, match="arrears") as stopped:
        endpoint.ask(photos(6))
    assert "shop_model" in str(stopped.value)
    assert KEY not in repr(stopped.value)
    assert endpoint.received() <= 4


def test_a_key_that_is_not_set_is_told_before_any_request(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(ModelError, match=VARIABLE):
        endpoint.ask(photos(1))
    assert endpoint.received() == 0


def test_every_attempt_is_in_the_ledger_as_the_server_counted_it(endpoint: Endpoint) -> None:
    server, ledger = endpoint.server, endpoint.ledger
    server.script.mix = {"429": 0.1, "500": 0.1, "drop": 0.1, "drop_mid_body": 0.1}
    answered = endpoint.ask(photos(120))
    assert answered.failures == [None] * 120
    assert answered.attempts == len(ledger.begun) == len(ledger.ended) == endpoint.received()
    assert {attempt.attempt_id for attempt in ledger.ended} == set(ledger.begun)
    seen, ended = server.outcomes, Counter(ledger.outcomes)
    assert ended["ok"] == seen["ok"]
    assert ended["rate_limited"] == seen["429"]
    assert ended["server_error"] == seen["500"]
    assert ended["connection_failed"] == seen["drop"] + seen["drop_mid_body"]
    assert len(seen) == 5, "each fault of the mix has struck"
    assert ledger.usage.input_tokens == answered.usage.input_tokens == server.input_tokens
    assert ledger.usage.output_tokens == answered.usage.output_tokens == server.output_tokens


def test_the_ceiling_is_reached_and_never_passed(endpoint: Endpoint) -> None:
    endpoint.server.latency_seconds = 0.02
    endpoint.ask(photos(60), ceilings=Ceilings(concurrency=3))
    assert 2 <= endpoint.server.most_in_flight <= 3


def test_nothing_is_sent_once_the_ledger_says_stop(endpoint: Endpoint) -> None:
    endpoint.ledger.most = 1
    with pytest.raises(EndpointStoppedError, match="budget"):
        for photo in photos(3):
            endpoint.ask([photo])
    assert endpoint.received() == 1


def test_photos_can_be_given_by_url(endpoint: Endpoint, tmp_path: Path) -> None:
    asked = photos(3)
    for photo in asked:
        (tmp_path / photo.image_id).write_bytes(photo.jpeg)
    handler = partial(_Silent, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as store:
        threading.Thread(target=store.serve_forever, args=(0.01,), daemon=True).start()
        root = f"http://127.0.0.1:{store.server_address[1]}"
        by_url = [Photo(p.image_id, p.jpeg, f"{root}/{p.image_id}?signature=x") for p in asked]
        endpoint.server.images = ["url"]
        answered = endpoint.ask(by_url, image_input="url")
        store.shutdown()
    assert answered.failures == [None] * 3
    endpoint.server.images = ["data"]
    assert endpoint.ask(asked).answers == answered.answers


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def test_no_message_shows_the_key(
    endpoint: Endpoint, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    faults = [*PASSING, "400", "401", "403", "404", "arrears", "content_filter", "429", "413"]
    faults += ["error_in_200:401", "error_in_200:content_filter", (400, f"bad token {KEY}")]
    told = []
    for fault in faults:
        if fault == "stall":
            continue
        endpoint.server.faults = [fault] * 5
        try:
            answered = endpoint.ask(photos(1))
            told.append(answered.words)
        except ModelError as error:
            told.append(f"{error!r} {error.problem} {error.remedy}")
            told.append(repr(error.__cause__) + repr(error.__context__))
    written = "\n".join([*told, repr(endpoint.ledger), caplog.text, *capfd.readouterr()])
    assert KEY not in written
    assert "shop_model" in written
    assert len(told) >= len(faults) - 1


def test_another_dimension_is_told_with_both_numbers(embedding: Endpoint) -> None:
    embedding.server.faults = ["wrong_dimension"] * 5
    with pytest.raises(ModelError, match=f"{DIMENSION + 1}.*{DIMENSION}") as told:
        embedding.ask(photos(1))
    assert "shop_model" in str(told.value)


def test_vectors_that_do_not_match_their_inputs_are_asked_for_again(embedding: Endpoint) -> None:
    asked = photos(3)
    right = embedding.ask(asked).answers
    embedding.server.faults = ["wrong_count"]
    answered = embedding.ask(asked)
    assert answered.answers == right
    assert "malformed_response" in embedding.ledger.outcomes


def test_inputs_that_were_left_out_alone_are_unanswered(server: EndpointServer) -> None:
    server.auth, server.faults = "raw", ["partial:0,2"]
    endpoint = Endpoint(PROVIDERS[5], server)
    answered = endpoint.ask(photos(3))
    assert answered.failures == ["unanswered", None, "unanswered"]
    assert answered.usage.input_tokens == server.input_tokens == 100
