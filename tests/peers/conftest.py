"""A peer: an OpenAI-compatible server of other makers, over a model of random weights.

It runs in a process and an environment of its own; `make test-peers` installs that.
"""

import os
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.conftest import draw_photo

HERE = Path(__file__).parent
BIN = HERE.parents[1] / ".venv-peers" / "bin"
MODEL = "random-llava"
"""The name that the server knows its model by: a folder in the one it runs in."""
LONGEST_MAKING = 120.0
LONGEST_START = 180.0
LONGEST_END = 30.0
"""Seconds."""


@dataclass(frozen=True)
class Peer:
    """A running server. `url` is the base of its API."""

    url: str
    model: str


@pytest.fixture(scope="session")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """`transformers serve` on a port of 127.0.0.1, until the tests end."""
    assert (BIN / "transformers").exists(), f"no server in {BIN}: make test-peers installs it"
    home = tmp_path_factory.mktemp("peer")
    environment = {
        **os.environ,
        "HF_HOME": str(home / "hub"),
        "HF_HUB_OFFLINE": "1",
        "CUDA_VISIBLE_DEVICES": "",
    }
    making = [BIN / "python", HERE / "make_model.py", MODEL]
    subprocess.run(making, cwd=home, env=environment, check=True, timeout=LONGEST_MAKING)
    port = _free_port()
    serving = [BIN / "transformers", "serve", MODEL, "--host", "127.0.0.1", "--port", str(port)]
    log = home / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*serving, "--device", "cpu"], cwd=home, env=environment, stdout=output, stderr=output
        )
    try:
        _wait_until_healthy(process, port, log)
        yield Peer(f"http://127.0.0.1:{port}/v1", MODEL)
    finally:
        process.terminate()
        try:
            process.wait(LONGEST_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def chat_server(peer: Peer) -> Peer:
    """The endpoint of the chain."""
    return peer


@pytest.fixture
def photo_url() -> Iterator[str]:
    """A URL that opens a photo, as a signed one does."""
    jpeg = draw_photo(0)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "image/jpeg")
            self.send_header("Content-Length", str(len(jpeg)))
            self.end_headers()
            self.wfile.write(jpeg)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as store:
        threading.Thread(target=store.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{store.server_address[1]}/photo.jpg"
        store.shutdown()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the server ended:\n{log.read_text()[-4000:]}"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the server did not start:\n{log.read_text()[-4000:]}")
