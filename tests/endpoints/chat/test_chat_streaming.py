"""Text as it is written: piece by piece, metered, and begun again only before its first piece."""

import asyncio
import json
from typing import Any

import pytest

from resources.endpoints.chat.model import ChatModel
from resources.endpoints.config import UnitPrice
from resources.endpoints.interface import Usage
from resources.errors import EndpointStoppedError, ModelError
from tests.endpoints.chat.asking import KEY, Asking
from tests.endpoints.chat.raw_server import CUT, RawServer, chunked
from tests.support.endpoint_server import EndpointServer

TEXT = "A red box of biscuits, 一盒饼干, sold by the dozen."
MESSAGES = [{"role": "user", "content": "Write a listing."}]


def event(text: str = "", finish: str | None = None, **more: Any) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice], **more})}\n\n".encode()


class Reader:
    """Reads a text, and keeps the pieces that came before whatever ended it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.usage: list[Usage] = []

    async def __call__(self, model: ChatModel) -> None:
        async for piece in model.stream_text(MESSAGES, on_usage=self.usage.append):
            self.pieces.append(piece)


@pytest.fixture
def writing(asking: Asking) -> Asking:
    asking.server.answer_with = lambda _: TEXT
    return asking


def test_a_text_comes_in_pieces_and_is_metered_as_one_attempt(writing: Asking) -> None:
    reader = Reader()
    writing.using(reader, price=UnitPrice(per_output_token=0.5))
    assert "".join(reader.pieces) == TEXT
    assert len(reader.pieces) > 2
    assert reader.usage == [Usage(100, 10, 5.0)]
    (attempt,) = writing.ledger.ended
    assert (attempt.outcome, attempt.images, attempt.usage) == ("ok", 0, reader.usage[0])


def test_the_first_piece_comes_before_the_last_is_written(writing: Asking) -> None:
    writing.server.chunk_seconds = 0.05

    async def first(model: ChatModel) -> bool:
        async for _ in model.stream_text(MESSAGES):
            return writing.server.in_flight == 1
        return False

    assert writing.using(first)


def test_options_go_with_the_request(writing: Asking) -> None:
    seen = writing.bodies()
    writing.using(Reader(), options={"max_tokens": 50, "temperature": 0.8})
    (body,) = seen
    assert body["messages"] == MESSAGES
    assert (body["max_tokens"], body["temperature"], body["stream"]) == (50, 0.8, True)
    assert "response_format" not in body


@pytest.mark.parametrize("fault", ["500", "429", "drop", "503"])
def test_a_text_that_has_not_begun_is_asked_for_again(writing: Asking, fault: str) -> None:
    writing.server.faults = [fault]
    reader = Reader()
    writing.using(reader)
    assert "".join(reader.pieces) == TEXT
    assert len(writing.ledger.ended) == 2


def test_a_model_with_a_temperature_of_its_own_writes_too(writing: Asking) -> None:
    words = "Unsupported value: 'temperature' does not support 0 with this model."
    writing.server.faults = [(400, json.dumps({"error": {"message": words}}))]
    reader = Reader()
    writing.using(reader)
    assert "".join(reader.pieces) == TEXT


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (chunked(event("one ")) + CUT, "connection_failed"),
        (chunked(event("one "), b"data: {oops\n\n"), "malformed_response"),
        (chunked(event("one "), b"data: [DONE]\n\n") + b"0\r\n\r\n", "malformed_response"),
        (chunked(event("one "), b'data: {"error": {"code": 500}}\n\n'), "server_error"),
        (chunked(event("one "), event("", "content_filter")) + b"0\r\n\r\n", "content_filtered"),
    ],
)
def test_a_text_that_breaks_off_is_told_and_not_begun_again(answer: bytes, code: str) -> None:
    reader = Reader()
    with RawServer([answer, answer]) as server:
        asking = Asking(EndpointServer())
        with pytest.raises(ModelError, match=f"shop_model.*{code}"):
            asking.using(reader, endpoint=server.url)
    assert reader.pieces == ["one "]
    assert asking.ledger.outcomes == [code]
    assert len(server.requests) == 1


def test_a_text_that_the_limit_of_tokens_ends_is_told_in_the_ledger() -> None:
    reader = Reader()
    with RawServer([chunked(event("one "), event("", "length")) + b"0\r\n\r\n"]) as server:
        asking = Asking(EndpointServer())
        asking.using(reader, endpoint=server.url)
    assert (reader.pieces, asking.ledger.outcomes) == (["one "], ["truncated"])


def test_what_no_call_can_mend_stops(writing: Asking) -> None:
    writing.server.faults = ["401"]
    with pytest.raises(EndpointStoppedError) as stopped:
        writing.using(Reader())
    assert KEY not in repr(stopped.value)


def test_a_reader_who_leaves_ends_the_request(writing: Asking) -> None:
    writing.server.chunk_seconds = 0.2

    async def leave(model: ChatModel) -> None:
        texts = model.stream_text(MESSAGES)
        async for _ in texts:
            break
        await texts.aclose()
        while writing.server.in_flight:
            await asyncio.sleep(0.01)

    writing.using(leave)
    assert writing.ledger.outcomes == ["cancelled"]
