"""Single requests: what they carry, and what becomes of answers that are no proper HTTP."""

import asyncio
import json
from typing import Any

import pytest

from resources.endpoints import bodies
from resources.endpoints.chat.connection import Connection
from resources.endpoints.chat.providers import base_url, identity_headers
from resources.endpoints.faults import CallFault
from resources.errors import EndpointStoppedError
from tests.endpoints.chat.asking import KEY, REQUEST, Asking, photo
from tests.endpoints.chat.raw_server import CUT, RawServer, chunked, ok
from tests.support.endpoint_server import EndpointServer

NONE = EndpointServer()
ANSWER = {"choices": [{"message": {"content": "{}"}, "finish_reason": "stop"}]}


def completion(**changes: Any) -> bytes:
    return ok(json.dumps(ANSWER | changes).encode())


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"", "connection_failed"),
        (CUT, "connection_failed"),
        (b"SSH-2.0-OpenSSH_9\r\n", "malformed_response"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "connection_failed"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nplain", "malformed_response"),
        (ok(b"<html>a page</html>", "text/html"), "malformed_response"),
        (ok(b"\xff\xfe\xff"), "malformed_response"),
        (ok(b"[" * 100_000), "malformed_response"),
        (ok(b"null"), "malformed_response"),
        (completion(choices=[]), "malformed_response"),
        (completion(choices=None), "malformed_response"),
        (completion(choices=[7]), "malformed_response"),
        (completion(choices=[{"message": None}]), "malformed_response"),
        (completion(choices=[{"message": {}, "error": {"code": 502}}]), "server_error"),
    ],
)
def test_what_is_no_completion_is_a_passing_failure(answer: bytes, outcome: str) -> None:
    with RawServer([answer, completion()]) as server:
        asking = Asking(NONE)
        answered = asking.once(endpoint=server.url)
    assert answered.failure is None
    assert asking.ledger.outcomes == [outcome, "ok"]


def test_an_answer_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MOST_BYTES", 2_000)
    endless = chunked(*[b" " * 500] * 5)
    with RawServer([endless, completion()]) as server:
        asking = Asking(NONE)
        answered = asking.once(endpoint=server.url)
    assert answered.failure is None
    assert asking.ledger.outcomes == ["malformed_response", "ok"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, ""),
        ("{}", "{}"),
        ([{"type": "text", "text": "{"}, {"type": "thinking"}, {"text": "}"}], "{}"),
        (12, ""),
    ],
)
def test_content_is_text_or_parts_of_text(content: Any, text: str) -> None:
    choice = {"message": {"content": content, "reasoning_content": "hm"}, "finish_reason": "stop"}
    with RawServer([completion(choices=[choice])]) as server:
        assert Asking(NONE).once(endpoint=server.url).raw == text


@pytest.mark.parametrize(
    "usage", [None, 7, *({"prompt_tokens": told} for told in ("many", -4, True, 10**12, 10**400))]
)
def test_tokens_that_make_no_sense_are_none(usage: Any) -> None:
    with RawServer([completion(usage=usage)]) as server:
        used = Asking(NONE).once(endpoint=server.url).usage
    assert (used.input_tokens, used.output_tokens) == (0, 0)


def test_a_redirect_is_not_followed_with_the_key_and_the_photo(asking: Asking) -> None:
    there = f"Location: {asking.server.url}/chat/completions\r\nContent-Length: 0\r\n\r\n"
    with (
        RawServer([b"HTTP/1.1 307 Temporary Redirect\r\n" + there.encode()]) as server,
        pytest.raises(EndpointStoppedError, match="HTTP 307") as stopped,
    ):
        asking.once(endpoint=server.url)
    assert f"it sends requests on to {asking.server.url}/chat/completions" in str(stopped.value)
    assert not asking.server.requests


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:1/v1", None])
def test_a_fault_holds_neither_the_request_nor_the_response(asking: Asking, endpoint: Any) -> None:
    asking.server.faults = ["500", "500"]
    config = asking.config(**({"endpoint": endpoint} if endpoint else {}))

    async def fail(connection: Connection) -> None:
        try:
            with pytest.raises(CallFault) as posted:
                await connection.post(b"{}")
            with pytest.raises(CallFault) as streamed:
                await connection.stream(b"{}", print)
        finally:
            await connection.aclose()
        for fault in (posted.value, streamed.value):
            assert fault.__cause__ is fault.__context__ is None

    asyncio.run(fail(Connection(config)))


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer([completion()]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert Asking(NONE).once(endpoint="http://endpoint.invalid/v1").failure is None
    assert proxy.requests[0].startswith("POST http://endpoint.invalid/v1/chat/completions HTTP/1.1")


def test_a_request_carries_the_key_once_and_nothing_meant_for_openai(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(variable, "meant-for-openai")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    stream = b'data: {"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}\n\n'
    with RawServer([completion(), ok(stream, "text/event-stream")]) as server:
        asking = Asking(NONE)

        async def both(model: Any) -> None:
            await model.describe([photo()], REQUEST)
            async for _ in model.stream_text([{"role": "user", "content": "hello"}]):
                pass

        asking.using(both, endpoint=server.url)
    for sent in server.requests:
        head = sent.partition("\r\n\r\n")[0]
        assert head.startswith("POST /v1/chat/completions HTTP/1.1")
        assert head.count("Bearer ") == 1
        assert f"Bearer {KEY}" in head
        assert "meant-for-openai" not in head
        assert "application/json" in head


def test_openai_and_model_studio_have_endpoints_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://elsewhere/v1")
    asking = Asking(NONE)
    own = asking.config(endpoint=None)
    assert base_url(own) == "https://api.openai.com/v1"
    studio = asking.config(provider="dashscope", endpoint=None)
    assert base_url(studio) == "https://dashscope.aliyuncs.com/compatible-mode/v1"
    assert "OpenAI-Organization" not in identity_headers(own, KEY)
    assert "OpenAI-Organization" in identity_headers(studio, KEY)
