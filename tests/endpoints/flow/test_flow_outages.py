"""What is told while an endpoint is down: at once, after each probe, and when it answers again."""

import asyncio
import logging
import socket

import pytest

from resources.endpoints.config import EndpointConfig
from resources.endpoints.faults import CallFault
from resources.endpoints.flow import Answer, Caller, Patience
from resources.endpoints.interface import Usage
from resources.errors import EndpointStoppedError
from tests.endpoints.flow.light_client import LightClient
from tests.endpoints.flow.recording import RecordingMeter, endpoint
from tests.endpoints.flow.virtual_time import run

CONFIG = endpoint(endpoint="http://user:hidden@models.example:8443/secret-path/v1?token=hidden")
REFUSED = CallFault("connection_failed", "passing", "ConnectError: Connection refused")
ERROR = CallFault("server_error", "passing", "HTTP 503")


def _told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


async def _calls(caller: Caller, fault_until: float, fault: CallFault, calls: int) -> list[object]:
    async def attempt() -> Answer[str]:
        await asyncio.sleep(0.1)
        if asyncio.get_running_loop().time() < fault_until:
            raise fault
        return Answer("a chair", Usage(1, 1))

    made = (caller.call(attempt) for _ in range(calls))
    return list(await asyncio.gather(*made, return_exceptions=True))


@pytest.mark.parametrize("calls", [1, 2, 50])
def test_an_endpoint_that_was_never_reached_is_told_and_soon_given_up(
    calls: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> tuple[list[object], float]:
        caller = Caller(CONFIG, RecordingMeter())
        return await _calls(caller, 1e9, REFUSED, calls), asyncio.get_running_loop().time()

    ended, seconds = run(main())
    assert seconds == pytest.approx(15, abs=3)
    assert {str(each) for each in ended} == {
        "model qwen_vl: the endpoint models.example:8443 has not answered for 15 s (connection"
        " refused). Check its address, and that it runs and can be reached from here, then run"
        " again: what is finished is kept."
    }
    first, second = _told(caplog)
    assert first == (
        "models.example:8443 does not answer (connection refused); trying again in 5 s, giving up"
        " after 15 s"
    )
    assert second.startswith("models.example:8443 has not answered for ")
    assert "(connection refused); trying again in " in second and "giving up in " in second
    assert all(record.levelno == logging.WARNING for record in caplog.records)


def test_each_probe_and_the_end_of_an_outage_are_told(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def main() -> list[object]:
        caller = Caller(CONFIG, RecordingMeter())
        return await _calls(caller, 30.0, ERROR, 20)

    ended = run(main())
    assert not any(isinstance(each, EndpointStoppedError) for each in ended)
    assert _told(caplog) == [
        "models.example:8443 does not answer (server_error: HTTP 503); trying again in 5 s, giving"
        " up after 120 s",
        "models.example:8443 has not answered for 5 s (server_error: HTTP 503); trying again in"
        " 10 s, giving up in 115 s",
        "models.example:8443 has not answered for 15 s (server_error: HTTP 503); trying again in"
        " 20 s, giving up in 105 s",
        "models.example:8443 answers again, after 35 s",
    ]
    waits = [(record.waiting, record.waits_for) for record in caplog.records]
    host = "models.example:8443"
    assert waits[:3] == [(host, f"{host}, which does not answer (server_error: HTTP 503)")] * 3
    assert waits[3] == (host, None)


def test_an_endpoint_that_was_reached_is_waited_for_as_long_as_ever() -> None:
    async def main() -> float:
        caller = Caller(CONFIG, RecordingMeter())
        await _calls(caller, 0.0, REFUSED, 1)
        await _calls(caller, 1e9, REFUSED, 20)
        return asyncio.get_running_loop().time()

    assert run(main()) == pytest.approx(120, abs=5)


def test_a_real_port_where_nobody_listens_is_told_as_refused(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        config: EndpointConfig = endpoint(endpoint=f"http://127.0.0.1:{port}/v1")
        haste = Patience(first_backoff=0.01, pause=0.02, unreached=0.05)
        client = LightClient(port)

        async def main() -> None:
            await Caller(config, RecordingMeter(), haste).call(client.ask)

        with pytest.raises(EndpointStoppedError, match=rf"127.0.0.1:{port} .*connection refused"):
            asyncio.run(main())
    assert _told(caplog)[0].startswith(f"127.0.0.1:{port} does not answer (connection refused)")


def test_an_endpoint_that_answers_noise_is_told_so_in_a_sentence() -> None:
    noise = CallFault("malformed_response", "passing", "[" * 500)

    async def main() -> list[object]:
        return await _calls(Caller(CONFIG, RecordingMeter()), 1e9, noise, 20)

    *_, ended = (each for each in run(main()) if isinstance(each, EndpointStoppedError))
    assert "has given no answer that can be read for 120 s; last seen was malformed" in str(ended)
    assert "not of a page or a proxy" in str(ended) and "[" * 300 not in str(ended)
