"""Servers on loopback: moto for S3, IAM and STS, and one that gives whatever answer it is told."""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer

from resources.object_store import SourceCredentials
from resources.object_store.s3 import S3Store

ACCOUNT = "123456789012"
CLOUD_VARIABLES = ("AWS_", "OSS_", "ALIBABA_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@pytest.fixture(autouse=True)
def cloud_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without any cloud's settings but those that a test puts there."""
    for name in os.environ:
        if name.upper().startswith(CLOUD_VARIABLES):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / "aws-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / "aws-credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("ALIBABA_CLOUD_CONFIG_FILE", str(home / "aliyun.json"))
    monkeypatch.setattr("resources.object_store.s3_sessions.ATTEMPTS", 1)
    return home


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    """The address of a moto server."""
    logging.getLogger("werkzeug").setLevel(logging.INFO)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def aws(moto_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An environment in which S3 is the moto server, as a user's would be."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return moto_url


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


@pytest.fixture
def buckets(aws: str) -> Buckets:
    """Buckets of the moto server."""
    return Buckets()


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


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that answers as a test says."""
    scripted = ScriptedServer()
    yield scripted
    scripted.stop()


@pytest.fixture
def scripted_s3(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> S3Store:
    """s3://shop/photos on the scripted server."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret-key")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a-session-token")
    return S3Store.on_aws("shop", "photos", SourceCredentials(), 4)


@pytest.fixture
def scripted_oss(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> S3Store:
    """oss://shop/photos on the scripted server."""
    monkeypatch.setenv("OSS_ENDPOINT", server.url)
    monkeypatch.setenv("OSS_REGION", "cn-hangzhou")
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", "LTAIEXAMPLE")
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", "a-secret-key")
    monkeypatch.setenv("OSS_SESSION_TOKEN", "a-session-token")
    return S3Store.on_oss("shop", "photos", SourceCredentials(), 4)


@pytest.fixture
def as_ordinary_user() -> Iterator[None]:
    """File permissions count, as they do not for root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)
