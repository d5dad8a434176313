"""A shop in two versions, published once for all workers, a server over it, and real Chromium.

Both end with a module: they change the environment, and Playwright's loop keeps others from
running.

`page` is a fresh page (1280 x 860, light) on which no script error and no breach of the page's
policy may happen; `shot` keeps a screenshot in LISTING_SCREENSHOTS, or in a temporary folder.

    def test_something(page: Page, shop: Shop, shot: Shot) -> None:
        page.goto(f"{shop.url}/?v=photos@v2")
        expect(page.get_by_role("status")).to_contain_text("photos")
        shot(page, "gallery")
"""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from listing_assets.corrections import CorrectionJournal
from listing_assets.settings import PROJECT, Settings
from listing_assets.web.library import Library
from tests.browser import photographed
from tests.conftest import Chain
from tests.support.endpoint_server import EndpointServer, vectors
from tests.web.conftest import serving

playwright = pytest.importorskip(
    "playwright.sync_api", reason="drives a browser; playwright is not installed"
)
from playwright.sync_api import Browser, Page, expect  # noqa: E402

expect.set_options(timeout=20_000)

Shot = Callable[..., Path]
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
)
MODELS = """\
models:
  chat:
    provider: openai
    type: MLLM
    model: shop-vision
    endpoint: {url}
    ceilings: {{concurrency: 8}}
    price: {{currency: CNY, per_million_input_tokens: 10, per_million_output_tokens: 20}}
  vectors:
    provider: dashscope
    type: EMBEDDING
    model: multimodal-embedding-v1
    endpoint: {origin}
    dimension: {dimension}
"""
DATASETS = """\
datasets:
  photos:
    description: Pictures of a shop.
    source: {source}
    tag_definition: shop
    tag_model: chat
    embedding_model: vectors
    normalization: {{mode: fit, width: 384, height: 384}}
"""


@dataclass(frozen=True)
class Shop:
    """photos@v1 has 100 photos and 3 rejected files; v2 has 112, 4 of v1 gone, 3 relabelled."""

    url: str
    settings: Settings
    source: Path


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Debian's Chromium is, or the one of CHROMIUM."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if found is None:
        pytest.skip("there is no chromium on PATH: apt-get install chromium fonts-noto-cjk")
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with playwright.sync_playwright() as running:
        launched = running.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def shop(chromium: str, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Shop]:
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "shop"
    knowledge = photographed.Knowledge()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors, "vector_of", knowledge.vector)
        with EndpointServer(answers=knowledge.answers()) as server:
            with FileLock(f"{shared}.lock"):
                if not (shared / "whole").is_file():
                    publish(shared, server, knowledge, patch)
                    knowledge.save(shared / "knowledge.json")
                    (shared / "whole").touch()
            knowledge.load(shared / "knowledge.json")
            own = tmp_path_factory.mktemp("shop")
            home, catalog = own / "home", own / "catalog"
            shutil.copytree(shared / "home", home)
            shutil.copytree(shared / "catalog", catalog)
            write_models(catalog, server)
            patch.setenv("LISTING_HOME", str(home))
            patch.setenv("LISTING_CATALOG", str(catalog))
            patch.setenv("DAGSTER_HOME", str(PROJECT))
            patch.delenv("LISTING_LAKE", raising=False)
            settings = Settings()
            settings.dagster_storage.mkdir(parents=True, exist_ok=True)
            patch.setenv("LISTING_DAGSTER", str(settings.dagster_storage))
            with serving(settings) as url:
                yield Shop(url, settings, shared / "photos")


def write_models(catalog: Path, server: EndpointServer) -> None:
    """Let the catalog name the endpoint."""
    origin = server.url.removesuffix("/v1")
    text = MODELS.format(url=server.url, origin=origin, dimension=photographed.DIMENSION)
    (catalog / "models.yaml").write_text(text)


def publish(
    root: Path,
    server: EndpointServer,
    knowledge: photographed.Knowledge,
    patch: pytest.MonkeyPatch,
) -> None:
    """Both versions, in `root`."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    chain = Chain(root, server.url)
    write_models(chain.catalog, server)
    (chain.catalog / "datasets.yaml").write_text(DATASETS.format(source=chain.source))
    chain.definition.write_text(photographed.definition())
    patch.setenv("LISTING_HOME", str(chain.home))
    patch.setenv("LISTING_CATALOG", str(chain.catalog))
    patch.delenv("LISTING_LAKE", raising=False)
    drawn = list(photographed.pictures())
    for picture in drawn:
        knowledge.learn(picture)
    later = drawn[4:104:7] + drawn[104:105]  # 16 come with the second version
    first = [picture for picture in drawn if picture not in later][:100]
    for picture in first:
        write(chain.source, picture.key, picture.data)
    write(chain.source, "uploads/broken.jpg", first[0].data[:900])
    write(chain.source, "uploads/page.jpg", b"<html><title>no photo</title></html>")
    write(chain.source, "uploads/empty.png", b"")
    for revision in ("v1.1", "v2.1"):  # a report that stands is not drawn again
        for name in ("contact_sheet.png", "card.md", "preview.webp"):
            write(chain.home / "reports" / "photos" / revision, name, b"")
    run = chain.run("photos@v1")
    assert run.success, run.problem
    for picture in first[10:90:20]:
        (chain.source / picture.key).unlink()
    for picture in later:
        write(chain.source, picture.key, picture.data)
    correct(Settings(), chain.source)
    run = chain.run("photos@v2")
    assert run.success, run.problem


def correct(settings: Settings, source: Path) -> None:
    """Three labels that somebody has corrected before the second version."""
    library = Library(settings)
    try:
        published = library.open("photos", "v1")
        rows = published.table.search().where("tag_category = 'Food'").limit(3)
        ids = [row["image_id"] for row in rows.select(["image_id"]).to_list()]
        _, recipes = library.dataset("photos")
        journal = CorrectionJournal(library.lake, "photos")
        definition = recipes.definition
        journal.make(ids, "category", "set", "Daily Use", author="Ada", definition=definition)
        journal.make(ids, "note", "add", "best of 2026", author="Ada", definition=definition)
    finally:
        library.close()


def write(source: Path, key: str, data: bytes) -> None:
    """A file of the source."""
    path = source / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(
        viewport={"width": 1280, "height": 860}, color_scheme="light", locale="en-GB"
    ) as context:
        context.set_default_timeout(45_000)  # a server that was just started may be slow
        made = context.new_page()
        wrong: list[str] = []
        made.on("pageerror", lambda error: wrong.append(str(error)))
        made.on(
            "console",
            lambda said: (
                wrong.append(said.text) if "Content Security Policy" in said.text else None
            ),
        )
        yield made
        assert not wrong, wrong


@pytest.fixture(scope="session")
def shot(tmp_path_factory: pytest.TempPathFactory) -> Shot:
    """Keeps a screenshot of a page under a name; the file."""
    folder = Path(os.environ.get("LISTING_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))

    def keep(page: Page, name: str) -> Path:
        path = folder / f"{name}.png"
        page.screenshot(path=path, animations="disabled")
        return path

    return keep
