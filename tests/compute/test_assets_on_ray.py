"""The asset chain on a real Ray cluster of two nodes: the same rows, whoever is lost."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from listing_assets.publishing.revisions import newest_revision, open_revision
from listing_assets.versions.names import VersionName
from resources.injected import Compute
from resources.lake.tables import NORMALIZED_IMAGES
from tests.conftest import Chain
from tests.support.endpoint_server import EndpointServer
from tests.support.published_rows import published_rows
from tests.support.vectors_model import VECTORS

if TYPE_CHECKING:
    from ray.cluster_utils import Cluster as Nodes

V1 = VersionName("photos", "v1")

CEILING = 8
PHOTOS = 240


@pytest.fixture
def on_ray(nodes: "Nodes") -> dict[str, object]:
    return {"compute": Compute(kind="ray", address=nodes.address)}


def test_the_rows_are_those_of_one_machine_in_a_folder_and_on_s3(
    chain: Chain,
    on_ray: dict[str, object],
    s3_for_nodes: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    chain.add_photos(range(6))
    (chain.source / "again.jpg").write_bytes((chain.source / "p0000.jpg").read_bytes())
    (chain.source / "broken.jpg").write_bytes(b"no photo")
    here = chain.run()
    assert here.success, here.problem
    revision, rows_here = newest_revision(chain.lake, V1), published_rows(chain.lake, V1)
    assert revision

    chain.overrides = on_ray
    monkeypatch.setenv("LISTING_HOME", str(tmp_path / "home on ray"))
    in_folder = chain.run()
    assert in_folder.success, in_folder.problem
    assert published_rows(chain.lake, V1) == rows_here
    assert newest_revision(chain.lake, V1).data_version == revision.data_version
    assert in_folder["normalized_images"]["computed"] == 8
    assert in_folder["smart_tags"]["calls"] == here["smart_tags"]["calls"]

    for bucket in ("photos-for-nodes", "lake-of-nodes"):
        s3_for_nodes.create_bucket(Bucket=bucket)
    for path in chain.source.iterdir():
        s3_for_nodes.upload_file(str(path), "photos-for-nodes", f"shop/{path.name}")
    chain.edit("datasets.yaml", str(chain.source), "s3://photos-for-nodes/shop")
    monkeypatch.setenv("LISTING_HOME", str(tmp_path / "home of s3"))
    monkeypatch.setenv("LISTING_LAKE", "s3://lake-of-nodes/on ray")
    on_s3 = chain.run()
    assert on_s3.success, on_s3.problem
    assert published_rows(chain.lake, V1) == rows_here
    assert newest_revision(chain.lake, V1).data_version == revision.data_version
    again = chain.run()
    assert again["normalized_images"]["computed"] == again["smart_tags"]["calls"] == 0


def workers_of(method: str) -> list[psutil.Process]:
    """Processes of the cluster that are at work on `method`, as Ray titles them."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or [""]
        if words[0].startswith("ray::") and method in words[0]:
            found.append(process)
    return found


def when(condition: Callable[[], Any], act: Callable[[Any], None]) -> threading.Thread:
    """Watch for what makes `condition` true and act on it once, in a thread."""

    def watch() -> None:
        while not (found := condition()):
            time.sleep(0.02)
        act(found)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread


def killed(processes: list[psutil.Process]) -> None:
    os.kill(processes[0].pid, signal.SIGKILL)


@pytest.mark.timeout(400)
def test_nothing_is_missing_or_double_whoever_is_lost(
    chain: Chain, chat_server: EndpointServer, nodes: "Nodes", on_ray: dict[str, object]
) -> None:
    chain.add_photos(range(PHOTOS))
    models = chain.catalog / "models.yaml"
    vectors = VECTORS.format(origin=chat_server.origin)
    limited = f"{vectors}    ceilings: {{concurrency: {CEILING}}}\n"
    models.write_text(models.read_text() + limited)
    chain.edit("datasets.yaml", "embedding_model: embedded_visual_text", "embedding_model: vectors")
    chain.overrides = on_ray
    chat_server.latency_seconds = 0.1
    doomed = nodes.add_node(num_cpus=1)
    asked = chat_server.requests
    disasters = [
        when(lambda: workers_of("normalize_batch"), killed),
        when(
            lambda: asked["chat"] >= 30,
            lambda _: nodes.remove_node(doomed, allow_graceful=False),
        ),
        when(lambda: asked["chat"] >= 120 and workers_of("EndpointWorker"), killed),
    ]
    run = chain.run()
    assert run.success, run.problem
    assert not any(disaster.is_alive() for disaster in disasters)

    table = open_revision(chain.lake, V1.dataset, V1.version)
    published = table.to_lance().to_table(["key", "image_id", "status"])
    assert published.num_rows == len(set(published["key"].to_pylist())) == PHOTOS
    assert set(published["status"].to_pylist()) == {"published"}
    kept = chain.lake.open(NORMALIZED_IMAGES.name).to_lance().to_table(["image_id"])
    assert kept.num_rows == len(set(kept["image_id"].to_pylist())) == PHOTOS
    assert newest_revision(chain.lake, V1).revision == "v1.1"

    assert chat_server.most_in_flight <= CEILING
    ledger = chain.lake.open("model_calls").search().limit(10_000).to_list()
    tagging = [row["outcome"] for row in ledger if row["asset"] == "smart_tags"]
    assert tagging.count("ok") == PHOTOS
    lost = tagging.count("worker_lost")
    assert 0 < lost <= 2 * CEILING
    # A request of a lost worker may have arrived or not.
    assert PHOTOS <= asked["chat"] <= len(tagging)
