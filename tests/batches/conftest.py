"""A chain whose tag model is asked in batches, and its step `smart_tags` without Dagster."""

import hashlib
import logging
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from listing_assets.assets import normalized_images, raw_images
from listing_assets.assets.run import Installation, Progress, VersionRun
from listing_assets.batches.step import Tagged, tag_in_batches
from listing_assets.calls import open_records
from listing_assets.calls.opening import run_budget
from listing_assets.increment import Mode, Window
from listing_assets.partitions import dataset_versions
from listing_assets.settings import Settings
from resources.endpoints.chat import ladder
from resources.endpoints.chat.batch import BatchClient
from resources.endpoints.flow.patience import Patience
from resources.injected import Compute, LakeResource, ObjectStores
from resources.lake import Lake
from resources.lake.tables import NORMALIZED_IMAGES
from tests.conftest import Chain
from tests.support.endpoint_server import EndpointServer
from tests.support.endpoint_server.batch_jobs import Batch

HASTE = Patience(first_backoff=0.001, most_attempts=3)


@pytest.fixture
def overnight(chain: Chain) -> Chain:
    chain.edit("models.yaml", "    model: test-chat\n", "    model: test-chat\n    mode: batch\n")
    return chain


@pytest.fixture
def options(overnight: Chain) -> Callable[[str], None]:
    """Sets the options of the tag model."""
    return lambda text: overnight.edit(
        "models.yaml", "    mode: batch\n", f"    mode: batch\n    options: {{{text}}}\n"
    )


@dataclass
class Desk:
    """Works on versions of one chain in batches; each call is a run of its own."""

    chain: Chain
    server: EndpointServer
    said: list[str] = field(default_factory=list)

    @property
    def lake(self) -> Lake:
        return self.chain.lake

    def list_photos(self, version: str = "photos@v1") -> None:
        """List and normalize a version."""
        self.chain.instance.add_dynamic_partitions(dataset_versions.name or "", [version])
        dg.materialize(
            [raw_images, normalized_images],
            partition_key=version,
            instance=self.chain.instance,
            resources={
                "installation": Installation(),
                "lake": LakeResource(uri=self.lake.uri),
                "sources": ObjectStores(),
                "compute": Compute(),
                "progress": Progress(),
            },
        )

    def work(
        self,
        version: str = "photos@v1",
        *,
        client: type[BatchClient] = BatchClient,
        budget: float | None = None,
        mode: Mode = "incremental",
        retry_failed: bool = False,
        run_id: str = "",
    ) -> Tagged:
        """One run of `smart_tags` over a listed version, as in a process of its own."""
        ladder._LADDERS.clear()
        run = VersionRun(version, Installation())
        model, lake, run_id = run.recipes.tag_model, self.lake, run_id or uuid.uuid4().hex
        journals = Settings().journals
        with (
            open_records(
                lake, run.version, "smart_tags", model, journals=journals, run_id=run_id
            ) as records,
            client(model.endpoint_config(), HASTE) as opened,
        ):
            return tag_in_batches(
                lake,
                run.version,
                run.recipes,
                opened,
                records,
                run_id=run_id,
                budget=run_budget(lake, model, run_id, budget),
                mode=mode,
                retry_failed=retry_failed,
                window=Window(rows=3),
                memory="500MB",
                say=self.said.append,
            )

    def waiting_requests(self, version: str = "photos@v1", **how: Any) -> int:
        """One run as `work`; how many requests the version waits for then."""
        waiting = self.work(version, **how).waiting
        return waiting.requests if waiting else 0

    @property
    def remote(self) -> list[Batch]:
        """The batches that the server has."""
        return [*self.server.batches["/v1"].batches.values()]

    def jpegs(self) -> list[bytes]:
        """The normalized photos."""
        rows = self.lake.scan(NORMALIZED_IMAGES, ["image_id"], row_ids=True).read_all().to_pylist()
        return [*self.lake.read_jpegs(NORMALIZED_IMAGES, [row["_rowid"] for row in rows])]

    def photo_ids(self) -> list[str]:
        """The server's ids of the normalized photos."""
        return [hashlib.sha256(jpeg).hexdigest() for jpeg in self.jpegs()]

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table, oldest first."""
        if not self.lake.exists(table):
            return []
        rows = self.lake.open(table).to_arrow().to_pylist()
        return sorted(rows, key=lambda row: row.get("created_at", 0))

    def answers(self) -> list[tuple[str, str, str]]:
        """Tag, status and reason of each row of `smart_tags`."""
        return [(row["tag"], row["status"], row["reason"] or "") for row in self.rows("smart_tags")]

    def outcomes(self) -> list[str]:
        """Of each call in the ledger, by name."""
        return sorted(row["outcome"] for row in self.rows("model_calls"))


@pytest.fixture
def desk(overnight: Chain, chat_server: EndpointServer, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Batches end when the server is told."""
    monkeypatch.setattr(logging.getLogger("dagster"), "level", logging.CRITICAL)
    chat_server.batch_polls = None
    return Desk(overnight, chat_server)


@pytest.fixture(scope="session")
def four_listed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake in which four photos are listed and normalized as photos@v1."""
    root = tmp_path_factory.mktemp("four")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logging.getLogger("dagster"), "level", logging.CRITICAL)
        patch.delenv("LISTING_LAKE", raising=False)
        chain = Chain(root, "http://127.0.0.1:9/v1")
        patch.setenv("LISTING_HOME", str(chain.home))
        patch.setenv("LISTING_CATALOG", str(chain.catalog))
        chain.add_photos(range(4))
        Desk(chain, EndpointServer()).list_photos()
    return chain.home / "lake"


@pytest.fixture
def four(desk: Desk, four_listed: Path) -> Desk:
    """A version of four photos is listed."""
    desk.chain.add_photos(range(4))
    shutil.copytree(four_listed, desk.lake.uri)
    return desk
