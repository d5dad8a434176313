"""Several code locations build versions in one lake on S3 at the same time: no row is lost."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from listing_assets.publishing.revisions import open_revision, revisions
from resources.lake import Lake
from resources.lake.tables import (
    FETCHED_OBJECTS,
    LISTINGS,
    MODEL_CALLS,
    NORMALIZED_IMAGES,
    RAW_IMAGES,
    REVISIONS,
    SMART_TAGS,
    TableSpec,
)
from tests.conftest import Chain, draw_photo
from tests.support.endpoint_server import EndpointServer
from tests.support.vectors_model import VECTORS

PHOTOS = 5
VERSIONS = ("a@v1", "c@v1", "c@v2")
"""Two datasets; of one, two versions that nobody has built before."""
DATASET = """\
  {name}:
    source: s3://photos/{name}
    selection: {{kind: folder}}
    tag_definition: shop
    tag_model: chat_{name}
    embedding_model: vectors
    normalization: {{width: 64, height: 64}}
"""
MODEL = """\
  chat_{name}: {{provider: openai, type: MLLM, model: chat-{name}, endpoint: {url}}}
"""
LOCATION = """
import json, sys
import dagster as dg
from listing_assets.definitions import build_defs
from listing_assets.partitions import dataset_versions

job, version = build_defs().resolve_job_def("build_version"), sys.argv[1]
instance = dg.DagsterInstance.ephemeral()
instance.add_dynamic_partitions(dataset_versions.name, [version])
print("ready", flush=True)
sys.stdin.readline()
result = job.execute_in_process(
    instance=instance,
    partition_key=version,
    run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
    raise_on_error=False,
)
retried = [event.step_key for event in result.all_events if event.is_step_up_for_retry]
failures = [one.step_failure_data.error_display_string for one in result.get_step_failure_events()]
print(json.dumps({"success": result.success, "retried": retried, "failures": failures}))
"""


def built_together(home: Path) -> dict[str, dict[str, Any]]:
    """Each version built by a process of its own, which all begin at one moment."""
    processes = {
        version: subprocess.Popen(
            [sys.executable, "-c", LOCATION, version],
            env={**os.environ, "LISTING_HOME": str(home / version.replace("@", "-"))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for version in VERSIONS
    }
    for process in processes.values():
        assert process.stdout and process.stdout.readline() == "ready\n"
    for process in processes.values():
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    return {
        version: json.loads(process.communicate(timeout=240)[0].splitlines()[-1])
        for version, process in processes.items()
    }


def times(lake: Lake, spec: TableSpec, *columns: str) -> Counter[tuple[object, ...]]:
    """How often each combination stands in a table."""
    rows = lake.scan(spec, columns).read_all().to_pylist()
    return Counter(tuple(row[column] for column in columns) for row in rows)


def test_versions_of_several_code_locations_keep_every_row_once(
    chain: Chain,
    chat_server: EndpointServer,
    s3: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    for bucket in ("photos", "lake"):
        s3.create_bucket(Bucket=bucket)
    folders = [version.split("@") for version in VERSIONS]
    for place, (name, version) in enumerate(folders):
        for number in range(PHOTOS):
            photo = draw_photo(1_000 * place + number, (32, 24))
            s3.put_object(Bucket="photos", Key=f"{name}/{version}/{number:02}.jpg", Body=photo)
    datasets = dict.fromkeys(name for name, _ in folders)
    models = "".join(MODEL.format(name=name, url=chat_server.url) for name in datasets)
    models += VECTORS.format(origin=chat_server.origin)
    (chain.catalog / "models.yaml").write_text(f"models:\n{models}")
    (chain.catalog / "datasets.yaml").write_text(
        "datasets:\n" + "".join(DATASET.format(name=name) for name in datasets)
    )
    monkeypatch.setenv("LISTING_LAKE", "s3://lake/shared")
    built = built_together(tmp_path / "homes")
    assert {version: run["failures"] for version, run in built.items() if not run["success"]} == {}
    assert {version: run["retried"] for version, run in built.items() if run["retried"]} == {}

    lake, all_photos = chain.lake, len(VERSIONS) * PHOTOS
    (vectors,) = (name for name in lake.names() if name.startswith("embeddings_"))
    once = [
        (RAW_IMAGES, ("dataset", "version", "key"), all_photos),
        (LISTINGS, ("dataset", "version"), len(VERSIONS)),
        (FETCHED_OBJECTS, ("object_id",), all_photos),
        (NORMALIZED_IMAGES, ("image_id", "recipe"), all_photos),
        (SMART_TAGS, ("image_id", "tag", "recipe"), 2 * all_photos),
        (TableSpec(vectors, lake.open(vectors).schema), ("image_id", "recipe"), all_photos),
        (REVISIONS, ("dataset", "revision"), len(VERSIONS)),
    ]
    for spec, key, rows in once:
        stands = times(lake, spec, *key)
        assert (set(stands.values()), len(stands)) == ({1}, rows), spec.name
    calls = times(lake, MODEL_CALLS, "call_id")
    assert set(calls.values()) == {1} and len(calls) > all_photos
    assert len(chat_server.calls) == all_photos
    assert set(chat_server.calls.values()) == {2}, "each photo is tagged once and embedded once"
    for name, version in folders:
        table = open_revision(lake, name, version).to_arrow()
        assert sorted(table["key"].to_pylist()) == [
            f"{version}/{number:02}.jpg" for number in range(PHOTOS)
        ]
        assert table["vector"].null_count == table["tag_title"].null_count == 0
    assert {one.revision for one in revisions(lake, "c")} == {"v1.1", "v2.1"}
