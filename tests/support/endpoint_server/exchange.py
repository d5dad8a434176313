"""One request and its answer, the same for every protocol: count, admit, wait, fail or answer."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from tests.support.endpoint_server.contents import open_photos
from tests.support.endpoint_server.dialects import Problem
from tests.support.endpoint_server.faults import Fault
from tests.support.endpoint_server.reply import (
    RefusedError,
    Reply,
    Speaks,
    error_reply,
    reply_with_fault,
)
from tests.support.endpoint_server.state import State

STALL_SECONDS = 60.0


async def exchange(state: State, protocol: Speaks, request: web.Request) -> web.StreamResponse:
    """Take one request and answer it. Everything is counted before the answer leaves."""
    data = await request.read()
    state.requests[protocol.name] += 1
    with _in_flight(state) as crowd:
        outcome, reply = await _settle(state, protocol, request, data, crowd)
        state.outcomes[outcome] += 1
        state.input_tokens += reply.tokens[0]
        state.output_tokens += reply.tokens[1]
        return await send(state, request, reply)


def is_key(state: State, request: web.Request) -> bool:
    """Whether the request carries the expected key, in the expected way."""
    if state.key is None:
        return True
    ways = {"bearer": [f"Bearer {state.key}"], "raw": [state.key]}
    ways["either"] = ways["bearer"] + ways["raw"]
    return request.headers.get("Authorization") in ways[state.auth]


def echo(state: State, request: web.Request) -> str:
    """Words that give the key away, where the server is so careless."""
    return f" ({request.headers.get('Authorization')})" if state.echoes_key else ""


@contextmanager
def _in_flight(state: State) -> Iterator[int]:
    state.in_flight += 1
    state.most_in_flight = max(state.most_in_flight, state.in_flight)
    try:
        yield state.in_flight
    finally:
        state.in_flight -= 1


async def _settle(
    state: State, protocol: Speaks, request: web.Request, data: bytes, crowd: int
) -> tuple[str, Reply]:
    """The outcome by name, and the reply, when it is due."""
    dialect, words = protocol.dialect, echo(state, request)
    if not is_key(state, request):
        return "key_refused", error_reply(dialect, Problem("key_refused"), words)
    try:
        asked = await open_photos(state, protocol.read(state, _parsed(data)))
    except RefusedError as refused:
        return "bad_request", error_reply(dialect, refused.problem, words)
    for content in asked.contents:
        state.calls[content.id] += 1
        state.asked.append((content.id, tuple(asked.questions)))
    if state.hidden_limit is not None and crowd > state.hidden_limit:
        return "over_limit", error_reply(dialect, Problem("rate_limited"), words)
    fault = state.script.next([content.id for content in asked.contents], protocol.kinds)
    await asyncio.sleep(seconds_of(state, fault, crowd))
    if fault and fault.is_transport:
        return fault.kind, reply_with_fault(
            dialect, fault, lambda: protocol.answer(state, asked, None), words
        )
    return fault.kind if fault else "ok", protocol.answer(state, asked, fault)


def _parsed(data: bytes) -> object:
    try:
        return json.loads(data)
    except ValueError as error:
        raise RefusedError(f"The body is no JSON: {error}.") from None


def seconds_of(state: State, fault: Fault | None, crowd: int) -> float:
    """How long the answer takes. An endpoint that asks to slow down says so at once."""
    if fault and fault.kind in {"429", "429_retry_after"}:
        return 0.0
    if fault and fault.kind == "stall":
        return float(fault.parameter or STALL_SECONDS)
    crowding = max(1.0, crowd / state.capacity) if state.capacity else 1.0
    return state.latency_seconds * crowding


async def send(state: State, request: web.Request, reply: Reply) -> web.StreamResponse:
    """The reply on its way; a cut one is written at once and its connection closed."""
    headers = {"Content-Type": reply.content_type, **state.headers, **reply.headers}
    if reply.ending != "whole":
        if request.transport is None:
            return web.Response()
        if reply.ending == "half":
            whole = b"".join(reply.chunks)
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(whole)}\r\n"
            head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            request.transport.write(head.encode() + b"\r\n" + whole[: len(whole) // 2])
            request.transport.close()
        else:
            request.transport.abort()
        return web.Response()
    if len(reply.chunks) == 1:
        return web.Response(body=reply.chunks[0], status=reply.status, headers=headers)
    response = web.StreamResponse(status=reply.status, headers=headers)
    await response.prepare(request)
    for chunk in reply.chunks:
        await response.write(chunk)
        await asyncio.sleep(state.chunk_seconds)
    return response
