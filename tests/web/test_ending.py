"""The end of the server while somebody is still asking."""

import logging
import socket
import threading
import time

import pytest
import uvicorn

from listing_assets.web.access import Access
from listing_assets.web.app import build_app
from tests.web.conftest import Gallery


def test_requests_that_still_go_on_are_ended_without_a_traceback(
    gallery: Gallery, caplog: pytest.LogCaptureFixture
) -> None:
    app = build_app(gallery.settings, Access(None))
    config = uvicorn.Config(app, port=0, log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    caplog.set_level(logging.WARNING, "uvicorn.error")
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    (listening,) = server.servers[0].sockets
    with socket.create_connection(listening.getsockname(), timeout=20) as connection:
        connection.sendall(
            b"POST /api/uploads HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n"
            b"Expect: 100-continue\r\n\r\n"
        )
        assert b"100 Continue" in connection.recv(100), "the request is being answered"
        server.should_exit = True
        thread.join(20)
    assert "timeout graceful shutdown exceeded" in caplog.text
    assert [record for record in caplog.records if record.exc_info] == []
