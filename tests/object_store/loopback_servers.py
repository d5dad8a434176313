"""What the fixtures give: buckets of moto, and a server that gives whatever answer it is told."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import boto3
from moto.s3.models import s3_backends

ACCOUNT = "123456789012"


class Buckets:
    """Makes buckets in moto. Objects are put without HTTP, so that thousands take no time."""

    def __init__(self) -> None:
        self.client = boto3.client("s3", region_name="us-east-1")

    def make(self, objects: dict[str, bytes] | None = None) -> str:
        """A new bucket holding `objects`, by key."""
        name = f"photos-{uuid4().hex}"
        self.client.create_bucket(Bucket=name)
        for key, data in (objects or {}).items():
            self.put(name, key, data)
        return name

    def put(self, bucket: str, key: str, data: bytes) -> None:
        """Put one object."""
        s3_backends[ACCOUNT]["aws"].put_object(bucket, key, data)


@dataclass
class Request:
    """What a client sent."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """What it is told."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut_at: int | None = None
    """Close the connection after so many bytes of the body."""


class ScriptedServer:
    """An HTTP server that answers as `respond` says and remembers what it was asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.respond: Callable[[Request], Answer] = lambda _: Answer(500)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def handle_any(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                headers = {name.lower(): text for name, text in self.headers.items()}
                request = Request(self.command, self.path, headers, self.rfile.read(length))
                outer.requests.append(request)
                answer = outer.respond(request)
                self.send_response_only(answer.status)
                self.send_header("Content-Length", str(len(answer.body)))
                for name, text in answer.headers.items():
                    self.send_header(name, text)
                self.end_headers()
                self.wfile.write(answer.body[: answer.cut_at])
                if answer.cut_at is not None:
                    self.close_connection = True

            do_GET = do_HEAD = do_POST = do_PUT = handle_any  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()
