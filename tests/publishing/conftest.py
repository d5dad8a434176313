"""A published dataset of three photos and a file that is none; each test has a lake of its own."""

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from listing_assets.catalog import Recipes, load_catalog
from listing_assets.publishing.publish import Publication, publish_version
from listing_assets.versions.names import VersionName
from tests.conftest import Chain
from tests.support.endpoint_server import EndpointServer

V1 = VersionName("photos", "v1")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    with EndpointServer() as server, pytest.MonkeyPatch.context() as patch:
        chain = Chain(tmp_path_factory.mktemp("publishing"), server.url)
        patch.setenv("LISTING_HOME", str(chain.home))
        patch.setenv("LISTING_CATALOG", str(chain.catalog))
        patch.delenv("LISTING_LAKE", raising=False)
        chain.add_photos(range(3))
        (chain.source / "p0002.jpg").rename(chain.source / "p0002.png")
        (chain.source / "really a gif.jpg").write_bytes(b"GIF89a")
        run = chain.run()
        assert run.success, run.problem
        patch.undo()
        yield chain


@pytest.fixture
def shop(published: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Chain:
    own = copy.copy(published)
    own.home = tmp_path / "home"
    shutil.copytree(published.home, own.home)
    monkeypatch.setenv("LISTING_HOME", str(own.home))
    monkeypatch.setenv("LISTING_CATALOG", str(own.catalog))
    monkeypatch.delenv("LISTING_LAKE", raising=False)
    return own


def publish_again(chain: Chain) -> Publication:
    """Publish what the lake knows, without a run before it."""
    catalog = load_catalog(chain.catalog)
    recipes = Recipes.of(catalog.dataset("photos"), catalog)
    return publish_version(chain.lake, V1, recipes, memory="100MB")
