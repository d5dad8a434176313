"""The remote providers as registered models of one test server."""

from collections.abc import Iterator

import pytest

from tests.endpoints.embeddings.remote_models import DIMENSION, KEY, REMOTE, VARIABLE, Remote
from tests.support.endpoint_server import EndpointServer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EndpointServer]:
    monkeypatch.setenv(VARIABLE, KEY)
    with EndpointServer(dimension=DIMENSION, key=KEY, echoes_key=True) as running:
        yield running


@pytest.fixture(params=REMOTE)
def remote(request: pytest.FixtureRequest, server: EndpointServer) -> Remote:
    return Remote(request.param, server)


@pytest.fixture(params=["dashscope", "pai_eas"])
def batching(request: pytest.FixtureRequest, server: EndpointServer) -> Remote:
    """The providers that take several inputs a request; four are asked for."""
    return Remote(request.param, server)
