"""Photos per second through a chat endpoint, end to end, and peak memory.

    python -m benchmarks.endpoint [--photos 3000] [--latency 0.2] [--ceilings 64 256] [--rounds 3]

Ours is the whole tagging step over normalized photos: read from the lake, encode, call, validate,
commit. Beside it, in the same run and in turns, a bare loop of the same openai client over photos
held in memory, which neither checks nor stores, and the ideal: ceiling divided by latency. The
server and each client are processes of their own; memory is the client's.
"""

import argparse
import asyncio
import base64
import hashlib
import io
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lance
import numpy as np
import openai
import pyarrow as pa
from PIL import Image

from benchmarks.measuring import PeakMemory, own_peak_mb, scratch
from listing_assets.calls import open_records
from listing_assets.catalog import Recipes, load_catalog
from listing_assets.increment import Report, Window
from listing_assets.objects.selection import ListingStats, SelectedObject
from listing_assets.tagging.step import tag_version
from listing_assets.versions.listing import freeze_listing, object_id
from listing_assets.versions.names import VersionName
from listing_assets.versions.photos import locate_photos, read_photos
from resources.compute import Cluster
from resources.endpoints.open import open_tag_model
from resources.lake import Lake
from resources.lake.tables import FETCHED_OBJECTS, NORMALIZED_IMAGES
from resources.object_store.interface import StoredObject
from resources.processes import hold_memory_flat

VERSION = VersionName("bench", "v1")
MODELS = """\
models:
  chat:
    provider: openai
    type: MLLM
    model: chat
    endpoint: {url}/v1
    timeout_ms: 30000
    ceilings: {{concurrency: {ceiling}}}
  vectors: {{provider: embedded, type: EMBEDDING, model: embedded-visual-text}}
"""
DEFINITION = """\
name: two
guide_prompt: Say what is for sale.
tags:
  - {name: category, type: choice, values: [{name: Food}, {name: Toys}, {name: Other}]}
  - {name: description, type: text, max_length: 50}
"""
DATASETS = """\
datasets:
  bench: {source: bench, tag_definition: two, tag_model: chat, embedding_model: vectors}
"""


def jpegs(photos: int) -> Iterator[bytes]:
    """512 x 512 JPEGs of about 40 KB, each of other bytes."""
    chance = np.random.default_rng(0)
    coarse = chance.integers(0, 255, (64, 64, 3), dtype=np.uint8)
    pixels = np.asarray(Image.fromarray(coarse).resize((512, 512), Image.Resampling.BICUBIC))
    grain = chance.normal(0, 7, (512, 512, 1))
    buffer = io.BytesIO()
    Image.fromarray((pixels + grain).clip(0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=85)
    for number in range(photos):
        # What follows the end of a JPEG is no part of the picture.
        yield buffer.getvalue() + f"{number:08d}".encode()


def fill(lake: Lake, recipes: Recipes, photos: int) -> None:
    """A version whose photos are all normalized and have no tags."""
    now = datetime.now(UTC)
    listed, fetched, facts, blobs = [], [], [], []
    for number, jpeg in enumerate(jpegs(photos)):
        key, image_id = f"{number:06d}.jpg", hashlib.sha256(jpeg).hexdigest()
        stored = StoredObject(key, f"bench://{key}", len(jpeg), str(number), now)
        listed.append(SelectedObject(stored, {}))
        fetched.append(
            {
                "object_id": object_id(stored.uri, stored.etag, stored.size),
                "image_id": image_id,
                "created_at": now,
            }
        )
        facts.append({"image_id": image_id, "recipe": recipes.spec.recipe, "created_at": now})
        blobs.append(jpeg)
    freeze_listing(lake, VERSION, listed, ListingStats(), dict)
    lake.append(FETCHED_OBJECTS, pa.Table.from_pylist(fetched, schema=FETCHED_OBJECTS.schema))
    schema = NORMALIZED_IMAGES.schema
    table = pa.Table.from_pylist(facts, schema=schema.remove(schema.get_field_index("jpeg")))
    lake.append(
        NORMALIZED_IMAGES, table.append_column(schema.field("jpeg"), lance.blob_array(blobs))
    )


def recipes_of(home: Path) -> Recipes:
    """What the benchmark's catalog says."""
    catalog = load_catalog(home / "catalog")
    return Recipes.of(catalog.dataset("bench"), catalog)


def tag_all(home: Path, cluster: Cluster | None = None) -> Report:
    """The tagging step, from the lake to the lake; by workers of a cluster where there is one."""
    recipes, lake = recipes_of(home), Lake(str(home / "lake"))
    config = recipes.tag_model.endpoint_config()
    workers = None
    if cluster is not None:
        # Imported here: it brings the embedded models, which would count as memory of the others.
        from resources.endpoints.on_cluster import EndpointWorkers

        workers = EndpointWorkers(cluster, config, lake.uri)
    with open_records(
        lake,
        VERSION,
        "smart_tags",
        recipes.tag_model,
        journals=home / "journals",
        run_id=str(time.time_ns()),
    ) as records:
        report = tag_version(
            lake,
            VERSION,
            recipes,
            open_tag_model(config, records, workers),
            records,
            mode="full",
            retry_failed=False,
            window=Window(),
            memory="256MB",
            photos=locate_photos if workers else read_photos,
        )
    assert report.computed == report.calls and not report.failed, report
    return report


def ours(home: Path) -> dict[str, float]:
    """The tagging step in this process."""
    with PeakMemory() as memory:
        report = tag_all(home)
    return {"rate": report.rate, "peak_mb": max(memory.peak, own_peak_mb())}


async def bare(url: str, ceiling: int, photos: list[bytes]) -> dict[str, float]:
    """The same requests by the same client, nothing read, checked or stored."""
    schema = {"type": "object", "properties": {"category": {"type": ["string", "null"]}}}
    format_ = {"type": "json_schema", "json_schema": {"name": "tags", "schema": schema}}
    client = openai.AsyncOpenAI(api_key="none", base_url=f"{url}/v1", max_retries=0)
    waiting = iter(photos)

    async def work() -> None:
        for jpeg in waiting:
            data = "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()
            content: list[Any] = [
                {"type": "text", "text": "Say what is for sale."},
                {"type": "image_url", "image_url": {"url": data}},
            ]
            made: Any = client.chat.completions.create
            await made(
                model="chat",
                messages=[{"role": "user", "content": content}],
                response_format=format_,
            )

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(ceiling)))
    await client.close()
    return {"rate": len(photos) / (time.perf_counter() - began)}


@contextmanager
def serving(latency: float) -> Iterator[str]:
    """The endpoint, in a process of its own; its origin."""
    command = [sys.executable, "-m", "tests.support.endpoint_server", "--latency", str(latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.terminate()


def write_catalog(home: Path, url: str, ceiling: int) -> None:
    """A catalog of one dataset, whose photos the endpoint tags."""
    catalog = home / "catalog"
    (catalog / "tag_definitions").mkdir(parents=True, exist_ok=True)
    (catalog / "models.yaml").write_text(MODELS.format(url=url, ceiling=ceiling))
    (catalog / "tag_definitions" / "two.yaml").write_text(DEFINITION)
    (catalog / "datasets.yaml").write_text(DATASETS)


def in_process(kind: str, home: Path, url: str, ceiling: int, photos: int) -> dict[str, float]:
    """Run one loop in a process of its own; its figures."""
    write_catalog(home, url, ceiling)
    if not (home / "lake").exists():
        fill(Lake(str(home / "lake")), recipes_of(home), photos)
    command = [sys.executable, "-m", "benchmarks.endpoint", "--only", kind, "--home", str(home)]
    command += ["--url", url, "--ceilings", str(ceiling), "--photos", str(photos)]
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr[-4000:])
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def main() -> None:
    """Print the rates, their shares of the ideal and of the bare loop, and peak memory."""
    parser = argparse.ArgumentParser(description="Photos per second through a chat endpoint.")
    parser.add_argument("--photos", type=int, default=3_000)
    parser.add_argument("--latency", type=float, default=0.2, help="seconds of an answer")
    parser.add_argument("--ceilings", type=int, nargs="+", default=[64, 256])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["ours", "bare"], help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only == "ours":
        hold_memory_flat()  # as the command does
        print(json.dumps(ours(options.home)))
        return
    if options.only == "bare":
        photos = list(jpegs(options.photos))
        print(json.dumps(asyncio.run(bare(options.url, options.ceilings[0], photos))))
        return
    with scratch() as folder, serving(options.latency) as url:
        for ceiling in options.ceilings:
            rates: dict[str, list[float]] = {"ours": [], "bare": []}
            peak = 0.0
            for _ in range(options.rounds):
                for kind, each in rates.items():
                    figures = in_process(kind, Path(folder), url, ceiling, options.photos)
                    each.append(figures["rate"])
                    peak = max(peak, figures.get("peak_mb", 0.0))
            our, other = (statistics.median(each) for each in rates.values())
            ideal = ceiling / options.latency
            ratio = statistics.median(
                mine / theirs for mine, theirs in zip(*rates.values(), strict=True)
            )
            print(
                f"{options.photos:,} photos, {options.latency * 1000:.0f} ms, ceiling {ceiling}:"
                f" ours {our:.0f}/s ({our / ideal:.0%} of the ideal {ideal:.0f}/s,"
                f" {ratio:.0%} of the bare loop's {other:.0f}/s), peak {peak:.0f} MB"
            )


if __name__ == "__main__":
    main()
