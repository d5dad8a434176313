"""A published dataset with everything that a gallery meets, and servers over it on real sockets."""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from filelock import FileLock

from listing_assets.settings import Settings
from listing_assets.web.access import Access
from listing_assets.web.app import build_app
from tests.conftest import MODELS, Chain, draw_photo
from tests.support.endpoint_server import EndpointServer

KEY = "a-key-that-nobody-guesses-1234"
MEAN_NAMES = ("shoes/red & white.jpg", "shoes/100% wool?.jpg", "鞋/红色 #1.jpg", "o'hara;--.jpg")


@dataclass(frozen=True)
class Gallery:
    """A published installation: photos@v1 of 12 photos and 2 rejected files, photos@v2 of more."""

    settings: Settings
    source: Path


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Gallery]:
    """Published once for all workers; each file has its own copy of the lake and the catalog."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "published-gallery"
    own = tmp_path_factory.mktemp("gallery")
    home, catalog = own / "home", own / "catalog"
    with EndpointServer() as server, pytest.MonkeyPatch.context() as patch:
        patch.delenv("LISTING_LAKE", raising=False)
        with FileLock(f"{shared}.lock"):
            if not (shared / "whole").is_file():
                publish(shared, server, patch)
                (shared / "whole").touch()
        shutil.copytree(shared / "home", home)
        shutil.copytree(shared / "catalog", catalog)
        (catalog / "models.yaml").write_text(MODELS.format(url=server.url))
        patch.setenv("LISTING_HOME", str(home))
        patch.setenv("LISTING_CATALOG", str(catalog))
        yield Gallery(Settings(), shared / "photos")


def publish(root: Path, server: EndpointServer, patch: pytest.MonkeyPatch) -> None:
    """Both versions, in `root`."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    chain = Chain(root, server.url)
    patch.setenv("LISTING_HOME", str(chain.home))
    patch.setenv("LISTING_CATALOG", str(chain.catalog))
    chain.add_photos(range(8))
    for number, name in enumerate(MEAN_NAMES):
        path = chain.source / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(draw_photo(100 + number))
    (chain.source / "broken.jpg").write_bytes(draw_photo(200)[:300])
    (chain.source / "page.jpg").write_bytes(b"<html><script>alert(1)</script></html>")
    assert chain.run("photos@v1").success
    (chain.source / "p0000.jpg").unlink()
    (chain.source / "p0001.jpg").write_bytes(draw_photo(300))
    (chain.source / "new.jpg").write_bytes(draw_photo(301))
    assert chain.run("photos@v2").success
    (root / "secret.jpg").write_bytes(draw_photo(400))


@contextmanager
def serving(settings: Settings, access: Access | None = None) -> Iterator[str]:
    """A server on a free port of loopback, as long as the block lasts; its URL."""
    app = build_app(settings, access or Access(None))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive() and time.monotonic() < deadline
        time.sleep(0.01)
    (listening,) = server.servers[0].sockets
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="module")
def url(gallery: Gallery) -> Iterator[str]:
    with serving(gallery.settings) as found:
        yield found


@pytest.fixture
def api(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{url}/api", timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def locked_url(gallery: Gallery) -> Iterator[str]:
    """The same behind a key."""
    with serving(gallery.settings, Access(KEY)) as found:
        yield found
