"""A server, and a chat model whose endpoint it is; nothing is known of it beforehand."""

from collections.abc import Iterator

import pytest

from resources.endpoints.chat import ladder
from tests.endpoints.chat.asking import KEY, VARIABLE, Asking
from tests.support.endpoint_server import EndpointServer


@pytest.fixture(autouse=True)
def nothing_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ladder, "_LADDERS", {})
    monkeypatch.setenv(VARIABLE, KEY)


@pytest.fixture
def server() -> Iterator[EndpointServer]:
    with EndpointServer(key=KEY) as running:
        yield running


@pytest.fixture
def asking(server: EndpointServer) -> Asking:
    return Asking(server)
