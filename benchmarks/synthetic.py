"""Synthetic sources and models for measuring the platform itself, and a runner that measures.

The source lists any number of objects without holding them and serves small photos, each of other
bytes; the models answer at once and count their calls.
"""

import argparse
import asyncio
import io
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import numpy as np
from PIL import Image

from benchmarks.measuring import PeakMemory, own_peak_mb
from resources.endpoints.interface import Described, DescribeRequest, Embedded, Photo, Usage
from resources.endpoints.metering import Meter, metered
from resources.object_store.interface import StoredObject

DIMENSION = 256
MODIFIED = datetime(2026, 1, 1, tzinfo=UTC)


class SyntheticStore:
    """`objects` objects; those whose number is under `changed` have other bytes."""

    def __init__(self, objects: int, changed: int) -> None:
        self.uri = "synthetic://photos"
        self._objects = objects
        self._changed = changed
        canvas = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(canvas).save(buffer, "JPEG", quality=80)
        self._jpeg = buffer.getvalue()
        self.reads = itertools.count()

    def check(self) -> None:
        """Always reachable."""

    def list(
        self, prefix: str = "", *, start_after: str | None = None, on_passed_over: object = None
    ) -> Iterator[StoredObject]:
        """Objects in key order."""
        for number in range(self._objects):
            key = f"{number:09d}.jpg"
            yield StoredObject(
                key, f"{self.uri}/{key}", len(self._jpeg) + 9, self.etag(number), MODIFIED
            )

    def list_unordered(
        self, prefix: str = "", *, on_passed_over: object = None
    ) -> Iterator[StoredObject]:
        """As `list`."""
        return self.list(prefix)

    def etag(self, number: int) -> str:
        """Another one for a changed object."""
        return f"e{number}{'b' if number < self._changed else 'a'}"

    def read(self, key: str, *, max_bytes: int | None = None) -> bytes:
        """A photo of its own bytes: a JPEG may be followed by anything."""
        next(self.reads)
        number = int(key[:9])
        return self._jpeg + f"{number:08d}{'b' if number < self._changed else 'a'}".encode()


class SyntheticStores(dg.ConfigurableResource):
    """Opens the synthetic store, whatever is asked for."""

    objects: int
    changed: int

    def open(self, uri: str, credentials: object) -> SyntheticStore:
        """The store."""
        return SyntheticStore(self.objects, self.changed)


class SyntheticModels(dg.ConfigurableResource):
    """Models that answer at once."""

    def tag_model(
        self, config: object, meter: Meter, workers: object = None
    ) -> "SyntheticTagModel":
        """The tag model."""
        return SyntheticTagModel(meter)

    def embedding_model(
        self, config: object, meter: Meter, workers: object = None
    ) -> "SyntheticEmbeddingModel":
        """The embedding model."""
        return SyntheticEmbeddingModel(meter)


class SyntheticTagModel:
    """Answers every question with its first value or null."""

    name, version, concurrency = "synthetic-tags", "1", 8

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    async def describe(
        self, photos: Sequence[Photo], request: DescribeRequest
    ) -> Sequence[Described]:
        """One answer a photo."""
        values = {
            question.name: question.values[0].name if question.type == "choice" else None
            for question in request.questions
        }
        raw, tags = json.dumps(values), len(request.questions)
        described = []
        for _ in photos:
            call_id = await _counted(self._meter, images=1, tags=tags)
            described.append(Described(raw, call_id, usage=Usage(cost=0.0)))
        return described

    async def aclose(self) -> None:
        """Nothing to release."""


class SyntheticEmbeddingModel:
    """A vector from the image id."""

    name, version, dimension = "synthetic-vectors", "1", DIMENSION
    concurrency, max_batch = 4, 64

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    async def embed_photos(self, photos: Sequence[Photo]) -> Embedded:
        """Vectors drawn from a generator seeded by the image id."""
        vectors = np.stack(
            [
                np.random.default_rng(int(photo.image_id[:8], 16)).normal(size=DIMENSION)
                for photo in photos
            ]
        )
        call_id = await _counted(self._meter, images=len(photos), tags=0)
        failures = (None,) * len(photos)
        return Embedded(vectors.astype(np.float32), failures, call_id, Usage(cost=0.0))

    async def embed_texts(self, texts: Sequence[str]) -> Embedded:
        """Not needed here."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """Nothing to release."""


async def _counted(meter: Meter, *, images: int, tags: int) -> str:
    """Tell the meter of a call that took no time; its id."""
    call_id, _ = await metered(
        meter, lambda: asyncio.sleep(0), lambda _: "ok", images=images, tags=tags
    )
    return call_id


def measured_run(home: Path, objects: int, changed: int, version: str) -> dict[str, Any]:
    """Materialize `synthetic@version` in a process of its own; its figures."""
    command = [sys.executable, "-m", "benchmarks.synthetic", "--objects", str(objects)]
    command += ["--changed", str(changed), "--version", version]
    environment = {**os.environ, "LISTING_HOME": str(home), "LISTING_CATALOG": str(_catalog(home))}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr[-4000:])
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _catalog(home: Path) -> Path:
    folder = home / "catalog"
    (folder / "tag_definitions").mkdir(parents=True, exist_ok=True)
    (folder / "models.yaml").write_text(
        "models:\n"
        "  tags: {provider: vllm, type: MLLM, model: synthetic-tags, endpoint: http://localhost}\n"
        "  vectors: {provider: vllm, type: EMBEDDING, model: synthetic-vectors,"
        " endpoint: http://localhost}\n"
    )
    (folder / "tag_definitions" / "two.yaml").write_text(
        "name: two\nguide_prompt: x\ntags:\n"
        "  - {name: category, type: choice, values: [{name: a}, {name: b}]}\n"
        "  - {name: description, type: text, max_length: 50}\n"
    )
    (folder / "datasets.yaml").write_text(
        "datasets:\n  synthetic:\n    source: synthetic\n    tag_definition: two\n"
        "    tag_model: tags\n    embedding_model: vectors\n"
        "    normalization: {width: 64, height: 64}\n"
    )
    return folder


def _noted(
    work: Callable[..., None], name: str, moments: dict[str, tuple[float, float]]
) -> Callable[..., None]:
    """The same work, with the moments noted between which it was done."""

    def noted(*given: object) -> None:
        began = time.time()
        work(*given)
        moments[name] = (began, time.time())

    return noted


def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--objects", type=int, required=True)
    parser.add_argument("--changed", type=int, default=0)
    parser.add_argument("--version", default="v1")
    arguments = parser.parse_args()
    from listing_assets.assets.run import Installation
    from listing_assets.definitions import build_defs
    from listing_assets.jobs import assets_for, build_version
    from listing_assets.publishing import publish
    from listing_assets.versions.names import VersionName

    moments: dict[str, tuple[float, float]] = {}
    publish.index = _noted(publish.index, "index", moments)

    defs = build_defs(
        resource_overrides={
            "sources": SyntheticStores(objects=arguments.objects, changed=arguments.changed),
            "models": SyntheticModels(),
        }
    )
    key = f"synthetic@{arguments.version}"
    began = time.monotonic()
    with dg.DagsterInstance.ephemeral() as instance, PeakMemory() as memory:
        instance.add_dynamic_partitions("dataset_versions", [key])
        result = defs.resolve_job_def(build_version.name).execute_in_process(
            instance=instance,
            partition_key=key,
            asset_selection=assets_for(VersionName.parse(key), Installation().catalog()),
            run_config={"loggers": {"console": {"config": {"log_level": "ERROR"}}}},
        )
        seconds = time.monotonic() - began
        logged = instance.all_logs(result.run_id)
    begun: dict[str, float] = {}
    for entry in logged:
        noted = entry.dagster_event
        if noted is not None and noted.step_key is not None:
            if noted.is_step_start:
                begun[noted.step_key] = entry.timestamp
            elif noted.is_step_success:
                moments[noted.step_key] = (begun[noted.step_key], entry.timestamp)
    computed: dict[str, float] = {}
    for event in result.get_asset_materialization_events():
        name = event.asset_key.to_user_string()
        metadata = event.materialization.metadata
        for field in ("computed", "calls"):
            if field in metadata:
                computed[f"{name}.{field}"] = float(metadata[field].value)
    figures = {
        "seconds": seconds,
        "peak_mb": max(memory.peak, own_peak_mb()),
        **computed,
        "steps": {name: round(ended - began, 2) for name, (began, ended) in moments.items()},
        "step_peaks_mb": {name: round(memory.between(*span)) for name, span in moments.items()},
        "cpu_past_listing": round(memory.cpu_since(moments["raw_images"][1]), 1),
        "events": len(logged),
        "event_bytes": sum(len(dg.serialize_value(entry)) for entry in logged),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    _main()
