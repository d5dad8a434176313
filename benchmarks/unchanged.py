"""A large version: publishing it, searching it, and running it again with nothing or 1% changed.

The lake is filled with synthetic results first, in bulk; then the whole chain runs through Dagster,
each run in a process of its own: the first publishes and indexes all rows. A step's peak memory is
what the process held at most during the step, whatever an earlier one has left.

Run: python -m benchmarks.unchanged [--objects 1000000] [--runs 3]
"""

import argparse
import hashlib
import io
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lance
import numpy as np
import pyarrow as pa
from PIL import Image

from benchmarks.measuring import scratch
from benchmarks.synthetic import DIMENSION, SyntheticStore, _catalog, measured_run
from listing_assets.catalog import Recipes, load_catalog
from listing_assets.versions.listing import object_id
from resources.lake import Lake
from resources.lake.tables import (
    FETCHED_OBJECTS,
    NORMALIZED_IMAGES,
    SMART_TAGS,
    TableSpec,
    embeddings,
)

BATCH = 20_000


def fill(lake: Lake, recipes: Recipes, store: SyntheticStore, objects: int) -> None:
    """Store a result of every step for every object, as earlier runs would have."""
    now = datetime.now(UTC)
    size = len(store.read("000000000.jpg"))

    def image_id(number: int) -> str:
        return hashlib.sha256(f"image {number}".encode()).hexdigest()

    def fetched(numbers: range) -> list[dict[str, Any]]:
        return [
            {
                "object_id": object_id(f"{store.uri}/{n:09d}.jpg", store.etag(n), size),
                "image_id": image_id(n),
                "created_at": now,
            }
            for n in numbers
        ]

    def tags(numbers: range) -> list[dict[str, Any]]:
        return [
            {
                "image_id": image_id(n),
                "tag": tag,
                "recipe": recipe,
                "status": "valid",
                "value": '"a"' if tag == "category" else None,
                "model": recipes.tag_model.service,
                "model_version": "1",
                "call_id": f"{n:032x}",
                "created_at": now,
            }
            for n in numbers
            for tag, recipe in recipes.tags.items()
        ]

    _append(lake, FETCHED_OBJECTS, objects, fetched)
    _append(lake, SMART_TAGS, objects, tags)
    _append_photos(lake, recipes, objects, image_id, now)
    _append_vectors(lake, recipes, objects, image_id, now)


def _append(
    lake: Lake, spec: TableSpec, objects: int, rows: Callable[[range], list[dict[str, Any]]]
) -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        for start in range(0, objects, BATCH):
            numbers = range(start, min(start + BATCH, objects))
            yield pa.RecordBatch.from_pylist(rows(numbers), schema=spec.schema)

    lake.append(spec, pa.RecordBatchReader.from_batches(spec.schema, batches()))


def _append_photos(
    lake: Lake, recipes: Recipes, objects: int, image_id: Callable[[int], str], now: datetime
) -> None:
    buffer = io.BytesIO()
    Image.new("L", (8, 8), 128).save(buffer, "JPEG", quality=30)
    jpeg = buffer.getvalue()
    schema = NORMALIZED_IMAGES.schema
    facts = schema.remove(schema.get_field_index("jpeg"))
    for start in range(0, objects, 5 * BATCH):
        numbers = range(start, min(start + 5 * BATCH, objects))
        rows = [
            {
                "image_id": image_id(n),
                "recipe": recipes.spec.recipe,
                "decisions": [],
                "width": 64,
                "height": 64,
                "format": "JPEG",
                "mode": "RGB",
                "orientation": 1,
                "frames": 1,
                "bytes": 1000,
                "phash": f"{int(image_id(n)[:16], 16):016x}",
                "sharpness": 1.0,
                "brightness": 0.5,
                "digest": image_id(n)[:32],
                "created_at": now,
            }
            for n in numbers
        ]
        table = pa.Table.from_pylist(rows, schema=facts)
        jpegs = lance.blob_array([jpeg] * len(rows))
        lake.append(NORMALIZED_IMAGES, table.append_column(schema.field("jpeg"), jpegs))


def _append_vectors(
    lake: Lake, recipes: Recipes, objects: int, image_id: Callable[[int], str], now: datetime
) -> None:
    spec = embeddings(recipes.embedding_model.vector_space, DIMENSION)
    generator = np.random.default_rng(0)

    def rows(numbers: range) -> list[dict[str, Any]]:
        vectors = generator.normal(size=(len(numbers), DIMENSION)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return [
            {
                "image_id": image_id(n),
                "recipe": recipes.embedding,
                "vector": vector,
                "digest": image_id(n)[:32],
                "model": recipes.embedding_model.service,
                "model_version": "1",
                "call_id": f"{n // 64:032x}",
                "created_at": now,
            }
            for n, vector in zip(numbers, vectors, strict=True)
        ]

    _append(lake, spec, objects, rows)


def main() -> None:
    """Print times and peak memory: publish, index, search, unchanged and slightly changed runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    objects: int = arguments.objects
    with scratch() as folder:
        home = Path(folder)
        lake = home / "lake"
        catalog = load_catalog(_catalog(home))
        recipes = Recipes.of(catalog.dataset("synthetic"), catalog)
        began = time.monotonic()
        fill(Lake(str(lake)), recipes, SyntheticStore(objects, 0), objects)
        print(f"version of {objects:,} objects, lake filled in {time.monotonic() - began:.0f} s")
        print(f"  {'':<34} {'seconds':>8} {'peak MB':>8}")
        first = measured_run(home, objects, 0, "v1")
        seconds, peaks = first["steps"], first["step_peaks_mb"]
        _row("listing", seconds["raw_images"], peaks["raw_images"])
        written = seconds["labeled_dataset_versions"] - seconds["index"]
        _row("publish, all rows new", written, peaks["labeled_dataset_versions"])
        _row("index", seconds["index"], peaks["index"])
        _show_search(lake)
        _show("unchanged", [measured_run(home, objects, 0, "v1") for _ in range(arguments.runs)])
        _show("1% changed, as v2", [measured_run(home, objects, objects // 100, "v2")])
        print("  bytes of the lake, by table:")
        for table in sorted(lake.iterdir()):
            size = sum(file.stat().st_size for file in table.rglob("*") if file.is_file())
            print(f"    {table.stem:<32} {size / 1e6:>10,.1f} MB")


def _row(name: str, seconds: float, peak: float, more: str = "") -> None:
    print(f"  {name:<34} {seconds:>8.1f} {peak:>8,.0f}  {more}", flush=True)


def _show(name: str, runs: list[dict[str, Any]]) -> None:
    """The median of several runs, with and without the listing; the steps of the last."""
    peak = max(run["peak_mb"] for run in runs)
    last = runs[-1]
    fetched = last["normalized_images.computed"]
    calls = last["smart_tags.calls"] + last["embeddings.calls"]
    past = statistics.median(run["seconds"] - run["steps"]["raw_images"] for run in runs)
    listing = statistics.median(run["steps"]["raw_images"] for run in runs)
    _row(f"{name}: listing", listing, max(run["step_peaks_mb"]["raw_images"] for run in runs))
    _row(
        f"{name}: past the listing",
        past,
        peak,
        f"{last['cpu_past_listing']:.0f} CPU s; median of {len(runs)};"
        f" {fetched:,.0f} fetched, {calls:,.0f} calls,"
        f" {last['events']} events of {last['event_bytes'] / 1e3:.0f} KB",
    )
    steps = [(name, seconds) for name, seconds in last["steps"].items() if seconds >= 0.1]
    print("      " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in steps))


def _show_search(lake: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.large_search", str(lake)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures = json.loads(done.stdout.splitlines()[-1])
    for name, milliseconds in figures["ms"].items():
        _row(f"search: {name}", milliseconds / 1000, figures["peak_mb"], f"{milliseconds:.1f} ms")


if __name__ == "__main__":
    main()
