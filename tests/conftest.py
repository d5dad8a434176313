"""What all tests share: an installation of their own, a chat endpoint, drawn photos, and a chain.

The chain is the real one: Dagster's instance, the jobs of `build_defs`, LanceDB on disk.
"""

import gc
import io
import os
import shutil
import sys
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import dagster as dg
import hypothesis
import numpy as np
import pytest
from moto.server import ThreadedMotoServer
from PIL import Image

from listing_assets.assets.run import Installation
from listing_assets.definitions import build_defs
from listing_assets.jobs import assets_for, mode_config
from listing_assets.partitions import dataset_versions
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName
from resources.lake import Lake
from tests.support.endpoint_server import EndpointServer

# Files of tests run side by side already; a decoder of each takes half a second to start.
os.environ.setdefault("LISTING_DECODE_WORKERS", "1")
# Dozens of processes are started here, and without bytecode each compiles the project anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

REAL_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

MODELS = """\
models:
  chat:
    provider: openai
    type: MLLM
    model: test-chat
    endpoint: {url}
    ceilings: {{concurrency: 8}}
    price: {{per_million_input_tokens: 1, per_million_output_tokens: 2}}
  embedded_reader: {{provider: embedded, type: MLLM, model: embedded-reader}}
  embedded_visual_text: {{provider: embedded, type: EMBEDDING, model: embedded-visual-text}}
"""
DEFINITION = """\
name: shop
guide_prompt: Say what you see.
tags:
  - name: category
    type: choice
    description: What it is.
    values: [{name: Food}, {name: Toys}, {name: Other}]
  - {name: title, type: text, max_length: 40, description: A short title.}
"""
DATASETS = """\
datasets:
  photos:
    source: {source}
    tag_definition: shop
    tag_model: chat
    embedding_model: embedded_visual_text
    normalization: {{width: 128, height: 128}}
"""


# A busy machine may be slow at any moment, which says nothing of what is tested.
hypothesis.settings.register_profile("any_machine", deadline=None, max_examples=50)
hypothesis.settings.load_profile("any_machine")

SLOW = (
    "test_ui.py",
    "test_kills.py",
    "test_faulty_run.py",
    "test_assets_on_ray.py",
    "test_chain.py",
    "test_many_writers.py",
    "test_jobs.py",
    "test_provider_contract.py",
    "test_embedding_model.py",
    "test_trial.py",
    "test_gallery_searching.py",
    "test_gallery_looking.py",
    "test_gallery_exporting.py",
    "test_listings_api.py",
    "test_exports_api.py",
    "test_openapi_fuzz.py",
    "test_model_versions.py",
    "test_predicted_tags.py",
    "test_published_corrections.py",
    "test_command_endings.py",
    "test_dataset_version.py",
    "test_access.py",
    "test_s3.py",
    "test_cli.py",
)
"""Files whose tests begin first, so that no worker is left alone with one at the end."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What imports make stays, so the garbage collector need not go through it again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_sessionfinish() -> None:
    gc.unfreeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: SLOW.index(name) if (name := item.path.name) in SLOW else len(SLOW))


def draw_photo(number: int, size: tuple[int, int] = (96, 72)) -> bytes:
    """A small JPEG that differs from every other number's."""
    rng = np.random.default_rng(number)
    coarse = rng.integers(0, 255, (6, 8, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(coarse).resize(size, Image.Resampling.NEAREST).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


@contextmanager
def _environment_put_back() -> Iterator[None]:
    """A command that runs in this process prepares its environment; it does not stay so."""
    before = dict(os.environ)
    yield
    if os.environ != before:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(autouse=True, scope="module")
def environment_of_the_file() -> Iterator[None]:
    with _environment_put_back():
        yield


@pytest.fixture(autouse=True)
def environment_of_the_test() -> Iterator[None]:
    with _environment_put_back():
        yield


@pytest.fixture
def chat_server() -> Iterator[EndpointServer]:
    with EndpointServer() as server:
        yield server


@dataclass
class Finished:
    """A run as Dagster recorded it."""

    result: Any
    metadata: Mapping[str, Mapping[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.metadata = {
            event.asset_key.to_user_string(): {
                name: value.value for name, value in event.materialization.metadata.items()
            }
            for event in self.result.get_asset_materialization_events()
        }

    @property
    def success(self) -> bool:
        return self.result.success

    def __getitem__(self, asset: str) -> Mapping[str, Any]:
        return self.metadata[asset]

    @property
    def checks(self) -> dict[str, bool]:
        return {c.check_name: c.passed for c in self.result.get_asset_check_evaluations()}

    @property
    def problem(self) -> str:
        for event in self.result.get_step_failure_events():
            data = event.step_failure_data
            if data.user_failure_data:
                return data.user_failure_data.description
        return "\n".join(
            str(e.step_failure_data.error) for e in self.result.get_step_failure_events()
        )


class Chain:
    """The platform over a temporary home and catalog."""

    def __init__(self, root: Path, chat_url: str) -> None:
        self.source = root / "photos"
        self.source.mkdir()
        self.home = root / "home"
        self.catalog = root / "catalog"
        (self.catalog / "tag_definitions").mkdir(parents=True)
        (self.catalog / "models.yaml").write_text(MODELS.format(url=chat_url))
        (self.catalog / "datasets.yaml").write_text(DATASETS.format(source=self.source))
        self.definition = self.catalog / "tag_definitions" / "shop.yaml"
        self.definition.write_text(DEFINITION)
        default = DEFINITION.replace("name: shop", "name: ecommerce_poster")
        (self.catalog / "tag_definitions" / "ecommerce_poster.yaml").write_text(default)
        self.instance = dg.DagsterInstance.ephemeral()
        self.overrides: dict[str, object] = {}

    @property
    def lake(self) -> Lake:
        return Lake(Settings().lake)

    def add_photos(self, numbers: range) -> None:
        for number in numbers:
            (self.source / f"p{number:04d}.jpg").write_bytes(draw_photo(number))

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.catalog / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def run(
        self, version: str = "photos@v1", mode: str = "incremental", *, retry_failed: bool = False
    ) -> Finished:
        self.instance.add_dynamic_partitions(dataset_versions.name, [version])
        job = "build_version_full" if mode == "full" else "build_version"
        result = (
            build_defs(resource_overrides=self.overrides)
            .resolve_job_def(job)
            .execute_in_process(
                instance=self.instance,
                partition_key=version,
                asset_selection=assets_for(VersionName.parse(version), Installation().catalog()),
                run_config={
                    **mode_config(mode, retry_failed=retry_failed),
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                },
                raise_on_error=False,
            )
        )
        return Finished(result)


@pytest.fixture
def chain(tmp_path: Path, chat_server: EndpointServer, monkeypatch: pytest.MonkeyPatch) -> Chain:
    made = Chain(tmp_path, chat_server.url)
    monkeypatch.setenv("LISTING_HOME", str(made.home))
    monkeypatch.setenv("LISTING_CATALOG", str(made.catalog))
    monkeypatch.delenv("LISTING_LAKE", raising=False)
    return made


@pytest.fixture(scope="session")
def published_before(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """What `published` copies; its photos are kept a second time, for tests that change them."""
    root = tmp_path_factory.mktemp("published")
    with EndpointServer() as server, pytest.MonkeyPatch.context() as patch:
        made = Chain(root, server.url)
        patch.setenv("LISTING_HOME", str(made.home))
        patch.setenv("LISTING_CATALOG", str(made.catalog))
        patch.delenv("LISTING_LAKE", raising=False)
        made.add_photos(range(4))
        run = made.run()
        assert run.success, run.problem
    shutil.copytree(made.source, root / "kept")
    return made


@pytest.fixture
def published(published_before: Chain, chain: Chain) -> Iterator[Chain]:
    """A chain whose photos@v1, `p0000.jpg` to `p0003.jpg`, was published as v1.1 a while ago."""
    shutil.copytree(published_before.home, chain.home)
    chain.edit("datasets.yaml", str(chain.source), str(published_before.source))
    chain.source = published_before.source
    yield chain
    # The address and time of a photo are what it is known by, so it must lie where it lay.
    shutil.rmtree(chain.source)
    shutil.copytree(chain.source.parent / "kept", chain.source)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """A client of an S3 server over HTTP, which the environment points at."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    yield boto3.client("s3", region_name="us-east-1")
    server.stop()
