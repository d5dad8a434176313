"""What a fault says of itself: whether a connection came about, and in which words."""

import pytest

from resources.endpoints.faults import CallFault

AIOHTTP = "ClientConnectorError: Cannot connect to host h.example:80 ssl:default [{}]"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (AIOHTTP.format("Connect call failed ('127.0.0.1', 9)"), "connection refused"),
        ("ConnectError: [Errno 111] Connection refused", "connection refused"),
        ("ConnectError: All connection attempts failed", "connection refused"),
        ("ConnectionRefusedError", "connection refused"),
        (AIOHTTP.format("Name or service not known"), "its name cannot be resolved"),
        (AIOHTTP.format("Temporary failure in name resolution"), "its name cannot be resolved"),
        ("ConnectError: [Errno 101] Network is unreachable", "no route to it"),
        ("ConnectionTimeoutError: Connection timeout to host http://h/v1", "no connection in time"),
        (
            "ClientConnectorSSLError: Cannot connect to host h.example:443 ssl:default"
            " [[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1016)]",
            "no TLS connection",
        ),
        ("ServerDisconnectedError: Server disconnected", None),
        ("ClientOSError: [Errno 104] Connection reset by peer", None),
        ("RemoteProtocolError: Server disconnected without sending a response.", None),
    ],
    ids=lambda value: str(value)[:40],
)
def test_whether_a_connection_came_about_is_read_from_the_client_s_words(
    words: str, why: str | None
) -> None:
    fault = CallFault("connection_failed", "passing", words)
    assert fault.unreached == why
    assert fault.told == (why or f"connection_failed: {words.rstrip('.')}")


def test_what_an_endpoint_answers_is_no_failed_connection() -> None:
    fault = CallFault("server_error", "passing", "upstream:\n  connection refused.")
    assert fault.unreached is None
    assert fault.told == "server_error: upstream: connection refused"
    assert CallFault("server_error", "passing").told == "server_error"
