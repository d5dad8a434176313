"""Fixtures: a home without cloud settings, stores on loopback servers, an ordinary user."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from resources.object_store import SourceCredentials
from resources.object_store.s3 import S3Store
from tests.object_store.loopback_servers import Buckets, ScriptedServer

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


@pytest.fixture
def buckets(aws: str) -> Buckets:
    """Buckets of the moto server."""
    return Buckets()


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
