"""A server that answers with given bytes, for what no proper HTTP server would send."""

import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

CUT = b"\0cut\0"
"""In an answer: the connection is broken off here."""


def ok(body: bytes, kind: str = "application/json") -> bytes:
    """A whole HTTP response, which says that the connection ends with it."""
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def chunked(*events: bytes) -> bytes:
    """The beginning of a chunked stream of events, without its end."""
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(event), event) for event in events)
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    return head + chunks


@dataclass
class RawServer:
    """Gives one of `answers` to each request, then closes the connection; keeps the requests."""

    answers: Sequence[bytes]
    requests: list[str] = field(default_factory=list)

    def __enter__(self) -> "RawServer":
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes who waits for a connection
        self._socket.close()
        self._thread.join(5)

    def _serve(self) -> None:
        for answer in self.answers:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                self.requests.append(_request(connection))
                whole, cut, _ = answer.partition(CUT)
                connection.sendall(whole)
                if cut:
                    linger = b"\1\0\0\0\0\0\0\0"
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def _request(connection: socket.socket) -> str:
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while len(body) < int(lengths[0].split(b":")[1]):
        body += connection.recv(65536)
    return (head + b"\r\n\r\n" + body).decode()
