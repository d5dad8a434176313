"""Flow control over real sockets: a server that refuses, one that drops, one that is not there."""

import asyncio
import socket
from collections.abc import Sequence

from resources.endpoints.flow import Call, Caller, Patience
from resources.errors import EndpointStoppedError
from tests.endpoints.flow.light_client import LightClient
from tests.endpoints.flow.limited_server import LimitedServer
from tests.endpoints.flow.recording import RecordingMeter, endpoint

QUICK = Patience(first_backoff=0.02, pause=0.05, down=0.3)


async def _ask(
    port: int, calls: int, meter: RecordingMeter, *, ceiling: int = 32, timeout_ms: int = 5_000
) -> Sequence[Call[str] | BaseException]:
    client = LightClient(port)
    config = endpoint(ceiling, endpoint=f"http://127.0.0.1:{port}/v1", timeout_ms=timeout_ms)
    caller = Caller(config, meter, QUICK)
    made = (caller.call(client.ask) for _ in range(calls))
    ended = await asyncio.gather(*made, return_exceptions=True)
    client.close()
    return ended


def test_every_call_is_answered_by_a_server_that_takes_few_at_once() -> None:
    meter = RecordingMeter()

    async def main() -> LimitedServer:
        async with LimitedServer(limit=6, latency=0.01) as server:
            ended = await _ask(server.port, 300, meter)
            assert all(isinstance(call, Call) and call.value == "a chair" for call in ended)
            return server

    server = asyncio.run(main())
    assert meter.is_balanced
    assert server.seen.answered == meter.outcomes.count("ok") == 300
    assert server.seen.refused == meter.outcomes.count("rate_limited")
    assert server.seen.most_in_flight == 6


def test_the_server_never_sees_more_than_the_ceiling() -> None:
    async def main() -> LimitedServer:
        async with LimitedServer(limit=1_000, latency=0.01) as server:
            await _ask(server.port, 400, RecordingMeter(), ceiling=20)
            return server

    seen = asyncio.run(main()).seen
    assert (seen.answered, seen.refused, seen.most_in_flight) == (400, 0, 20)


def test_dropped_connections_are_asked_again() -> None:
    meter = RecordingMeter()

    async def main() -> LimitedServer:
        async with LimitedServer(limit=100, latency=0.001, drop_every=25) as server:
            ended = await _ask(server.port, 300, meter)
            assert all(isinstance(call, Call) and call.value == "a chair" for call in ended)
            return server

    assert asyncio.run(main()).seen.answered == 300
    assert meter.outcomes.count("connection_failed") == 12
    assert meter.is_balanced


def test_a_server_that_is_not_there_stops_the_run_and_is_named() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        meter = RecordingMeter()
        ended = asyncio.run(_ask(port, 50, meter))
    assert all(isinstance(each, EndpointStoppedError) for each in ended)
    (words,) = {str(each) for each in ended}
    assert f"the endpoint 127.0.0.1:{port} has not answered" in words
    assert "(connection refused)" in words
    assert meter.is_balanced


def test_a_server_that_stalls_is_not_waited_for_longer_than_the_timeout() -> None:
    meter = RecordingMeter()

    async def main() -> Sequence[Call[str] | BaseException]:
        async with LimitedServer(limit=100, latency=60.0) as server:
            return await _ask(server.port, 1, meter, timeout_ms=50)

    (call,) = asyncio.run(main())
    assert isinstance(call, Call)
    assert call.fault is not None
    assert meter.outcomes == ["timed_out"] * QUICK.most_attempts
    assert meter.is_balanced
