"""The real web server and daemon: a backfill through GraphQL, and the sensor on new uploads."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from listing_assets.publishing.revisions import newest_revision
from listing_assets.versions.names import VersionName
from tests.conftest import Chain, draw_photo
from tests.support.endpoint_server import EndpointServer
from tests.support.vectors_model import VECTORS
from tests.support.watched_ui import watched_ui

ADD_PARTITION = """
mutation ($key: String!) { addDynamicPartition(partitionsDefName: "dataset_versions",
  partitionKey: $key, repositorySelector: {repositoryName: "__repository__",
  repositoryLocationName: "listing_assets"}) { __typename } }"""
BACKFILL = """
mutation ($keys: [String!]!, $assets: [AssetKeyInput!]!) {
  launchPartitionBackfill(backfillParams: {assetSelection: $assets, partitionNames: $keys}) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
BACKFILL_STATUS = """
query ($id: String!) { partitionBackfillOrError(backfillId: $id) {
  ... on PartitionBackfill { status error { message } } } }"""
RUNS = """
query { runsOrError { ... on Runs { results { runId } } } }"""
LAUNCH = """
mutation ($key: String!) { launchRun(executionParams: {
  selector: {repositoryName: "__repository__", repositoryLocationName: "listing_assets",
    pipelineName: "build_version"},
  executionMetadata: {tags: [{key: "dagster/partition", value: $key}]}}) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
RUN_STATUS = """
query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"""
TERMINATE = """
mutation ($id: String!) { terminateRun(runId: $id) { __typename } }"""
CHAIN = [
    "raw_images",
    "normalized_images",
    "smart_tags",
    "embeddings",
    "predicted_tags",
    "labeled_dataset_versions",
]


class Ui:
    """`listing ui` in a process of its own."""

    def __init__(self, port: int) -> None:
        self.port = port

    def ask(self, query: str, **variables: Any) -> Any:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            document = json.load(answer)
        assert "errors" not in document, document
        return document["data"]


def wait_until(condition: Callable[[], Any], seconds: float, what: str) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if found := condition():
                return found
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"{what} did not happen in {seconds:.0f} s")


@pytest.fixture
def ui(chain: Chain, s3: Any, tmp_path: Path) -> Iterator[Ui]:
    with watched_ui(chain.home, chain.catalog, tmp_path / "ui.log") as (_, port):
        server = Ui(port)
        wait_until(lambda: server.ask("{version}"), 240, "the web server's start")
        yield server


def add_version(chain: Chain, version: str, photos: range) -> None:
    folder = chain.source / version
    folder.mkdir()
    for photo in photos:
        (folder / f"p{photo}.jpg").write_bytes(draw_photo(photo))


@pytest.mark.timeout(900)
def test_a_backfill_of_three_versions_and_the_sensor_on_new_uploads(
    chain: Chain, chat_server: EndpointServer, s3: Any, ui: Ui
) -> None:
    chain.edit("models.yaml", "models:\n", "models:\n" + VECTORS.format(origin=chat_server.origin))
    chain.edit("datasets.yaml", "embedding_model: embedded_visual_text", "embedding_model: vectors")
    chain.edit(
        "datasets.yaml",
        "    tag_model: chat",
        "    selection: {kind: folder}\n    watch: {enabled: false, quiet_seconds: 1}\n"
        "    tag_model: chat",
    )
    keys = [f"photos@v{number}" for number in (1, 2, 3)]
    for number, key in enumerate(keys, 1):
        add_version(chain, f"v{number}", range(2 * number))
        ui.ask(ADD_PARTITION, key=key)
    launched = ui.ask(BACKFILL, keys=keys, assets=[{"path": [name]} for name in CHAIN])
    result = launched["launchPartitionBackfill"]
    assert result["__typename"] == "LaunchBackfillSuccess", result
    wait_until(lambda: len(ui.ask(RUNS)["runsOrError"]["results"]) == 3, 120, "a run a version")

    # While those run, a folder and a bucket get new photos, which the sensor finds.
    add_version(chain, "v4", range(8))
    s3.create_bucket(Bucket="uploads")
    for photo in range(3):
        s3.put_object(Bucket="uploads", Key=f"shop/p{photo}.jpg", Body=draw_photo(photo))
    chain.edit(
        "datasets.yaml",
        "datasets:\n",
        "datasets:\n  bucket:\n    source: s3://uploads/shop\n    tag_definition: shop\n"
        "    tag_model: chat\n    embedding_model: vectors\n    watch: {quiet_seconds: 1}\n"
        "    normalization: {width: 128, height: 128}\n",
    )
    chain.edit("datasets.yaml", "enabled: false, ", "")

    def backfill_is_over() -> str | None:
        status = ui.ask(BACKFILL_STATUS, id=result["backfillId"])["partitionBackfillOrError"]
        return status["status"] if "COMPLETED" in status["status"] else None

    over = wait_until(backfill_is_over, 400, "the end of the backfill")
    assert over == "COMPLETED_SUCCESS"
    for number in (1, 2, 3):
        revision = newest_revision(chain.lake, VersionName("photos", f"v{number}"))
        assert revision is not None and revision.published == 2 * number
    fourth = wait_until(
        lambda: newest_revision(chain.lake, VersionName("photos", "v4")), 240, "the sensor's run"
    )
    assert fourth.published == 8
    first = wait_until(
        lambda: newest_revision(chain.lake, VersionName("bucket", "v1")), 240, "the run on S3"
    )
    assert first.published == 3
    asked = chat_server.requests
    assert len(chat_server.calls) == asked["chat"] == asked["dashscope"] == 8, (
        "each version, of either dataset, reuses what another did"
    )

    # A run that is stopped in the UI begins no further call and keeps what is done.
    chain.edit(
        "datasets.yaml", "{quiet_seconds: 1}\n    tag_model", "{enabled: false}\n    tag_model"
    )
    chat_server.latency_seconds = 0.5
    add_version(chain, "v5", range(100, 180))
    ui.ask(ADD_PARTITION, key="photos@v5")
    launched = ui.ask(LAUNCH, key="photos@v5")["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    run = launched["run"]["runId"]
    wait_until(lambda: asked["chat"] >= 8 + 24, 240, "the calls of v5")
    stopped = ui.ask(TERMINATE, id=run)["terminateRun"]
    assert stopped["__typename"] == "TerminateRunSuccess", stopped
    time.sleep(2)
    calls = asked["chat"]
    wait_until(
        lambda: ui.ask(RUN_STATUS, id=run)["runOrError"]["status"] == "CANCELED",
        60,
        "the end of the run",
    )
    assert asked["chat"] == calls < 8 + 80
    kept = chain.lake.open("smart_tags").count_rows("tag = 'category'")
    assert kept >= calls - 8, "all but the calls in flight are kept"
