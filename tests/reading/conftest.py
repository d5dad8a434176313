"""The published dataset, with the environment pointing at it."""

import pytest

from tests.reading.published import Shop, publish_shop


@pytest.fixture
def shop(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Shop:
    made = publish_shop(tmp_path_factory.getbasetemp() / "shop")
    made.be_installed(monkeypatch)
    return made
