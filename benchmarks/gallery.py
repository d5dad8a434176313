"""The gallery over many photos, in real Chromium: how long until one sees what one asked for.

    python -m benchmarks.gallery [--photos N] [--rounds N]

A published version of 20,000 photos with pictures of 512 pixels, served by `listing serve`'s own
server. A screen is shown when every photo in view has its name, labels and loaded thumbnail. Each
round is a browser profile of its own, so nothing is cached in it; the thumbnails that scrolling
shows were not made before, except by earlier rounds on the first screens. It fails where a median
of the first screen passes 1.5 s, or one of scrolling 0.3 s.
"""

import argparse
import hashlib
import io
import os
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import lance
import numpy as np
import pyarrow as pa
import uvicorn
from lancedb.index import FTS, BTree, LabelList
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.measuring import own_peak_mb, scratch
from listing_assets.catalog import TagDefinition
from listing_assets.publishing.columns import PublishedColumns
from listing_assets.publishing.revisions import Revision, note_revision
from listing_assets.sample import PRODUCTS, draw
from listing_assets.sample.shots import Shot
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName
from listing_assets.web.access import Access
from listing_assets.web.app import build_app
from resources.lake import Lake
from resources.lake.tables import NORMALIZED_IMAGES

DIMENSION = 128
BATCH = 2_000
SIDE = 512
MOST_FIRST_MS = 1500
MOST_SCROLL_MS = 300
MODEL = "synthetic@1"
CATEGORIES = sorted({product.category for product in PRODUCTS})
DEFINITION = TagDefinition.model_validate(
    {
        "name": "many",
        "guide_prompt": "Look.",
        "tags": [
            {"name": "category", "type": "choice", "values": [{"name": n} for n in CATEGORIES]},
            {"name": "batch", "type": "choice", "values": [{"name": f"b{n}"} for n in range(40)]},
        ],
    }
)
SCHEMA = PublishedColumns(DEFINITION, {}, DIMENSION).schema
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
ARGUMENTS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
UNTIL_SHOWN = """
  const inView = () => {
    const box = document.querySelector(".scroller")?.getBoundingClientRect();
    if (!box) return [];
    return [...document.querySelectorAll(".photos [data-place]")].filter((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return bottom > box.top + 1 && top < box.bottom - 1;
    });
  };
  const isNamed = (one) => one.querySelector(".name") !== null;
  const isWhole = (one) => one.querySelector(".frame.loaded") !== null;
  const shown = (is) => new Promise((resolve) => {
    const look = () => {
      const photos = inView();
      if (photos.length > 5 && photos.every(is)) resolve(performance.now());
      else requestAnimationFrame(look);
    };
    look();
  });
"""
FIRST = f"async () => {{ {UNTIL_SHOWN} return shown(isWhole); }}"
SCROLL = f"""async (share) => {{ {UNTIL_SHOWN}
  const scroller = document.querySelector(".scroller");
  const began = performance.now();
  if (share < 0) scroller.scrollTop += scroller.clientHeight;
  else scroller.scrollTop = share * (scroller.scrollHeight - scroller.clientHeight);
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const named = await shown(isNamed);
  return [named - began, (await shown(isWhole)) - began];
}}"""


def fill(home: Path, photos: int) -> None:
    """A lake with `many@v1`: rows such as publishing writes, and their normalized pictures."""
    lake = Lake(str(home / "lake"))
    table = lake.create("many", SCHEMA)
    table.set_unenforced_primary_key("key")
    branch = table.branches.create("v1")
    branch.add(pa.RecordBatchReader.from_batches(SCHEMA, _rows(photos)))
    branch.create_index("text", config=FTS(base_tokenizer="icu", stem=False))
    branch.create_index("key", config=BTree())
    branch.create_index("labels", config=LabelList())
    branch.tags.create("v1.1", branch.version)
    pictures = _pictures()
    for start in range(0, photos, BATCH):
        lake.append(NORMALIZED_IMAGES, _normalized(start, min(BATCH, photos - start), pictures))
    labels: dict[str, int] = {name: photos // len(CATEGORIES) for name in CATEGORIES}
    note_revision(
        lake,
        Revision(
            version=VersionName("many", "v1"),
            revision="v1.1",
            table_version=branch.version,
            data_version="synthetic",
            parent="",
            objects=photos,
            published=photos,
            rejected=0,
            summary={"formats": {"JPEG": photos}, "labels": {"category": labels}},
            published_at=datetime.now(UTC),
        ),
    )


def _image_id(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def _category(number: int) -> str:
    return PRODUCTS[number % len(PRODUCTS)].category


def _rows(photos: int) -> Iterator[pa.RecordBatch]:
    chance = np.random.default_rng(0)
    began = datetime(2025, 1, 1, tzinfo=UTC)
    for start in range(0, photos, BATCH):
        numbers = range(start, min(start + BATCH, photos))
        count = len(numbers)
        products = [PRODUCTS[number % len(PRODUCTS)] for number in numbers]
        columns: dict[str, Any] = {
            "key": [f"folder{number // 500:03d}/{number:06d}.jpg" for number in numbers],
            "uri": [f"s3://many/folder{number // 500:03d}/{number:06d}.jpg" for number in numbers],
            "image_id": [_image_id(number) for number in numbers],
            "status": ["published"] * count,
            "width": pa.array([1024] * count, pa.int32()),
            "height": pa.array([1024] * count, pa.int32()),
            "format": ["JPEG"] * count,
            "bytes": chance.integers(10_000, 5_000_000, count),
            "last_modified": [began + timedelta(seconds=number) for number in numbers],
            "labels": [[f"category:{_category(n)}", f"batch:b{n % 40}"] for n in numbers],
            "text": [f"{one.name_en} {one.name_zh} {one.brand}" for one in products],
            "vector": pa.FixedSizeListArray.from_arrays(
                pa.array(chance.normal(size=count * DIMENSION).astype(np.float32)), DIMENSION
            ),
            "model_tags": [MODEL] * count,
            "model_embedding": [MODEL] * count,
            "content_version": [str(number) for number in numbers],
            "row_version": [str(number) for number in numbers],
            "tag_category": [_category(number) for number in numbers],
            "tag_batch": [f"b{number % 40}" for number in numbers],
        }
        arrays = [
            pa.array(columns[field.name], field.type)
            if field.name in columns
            else pa.nulls(count, field.type)
            for field in SCHEMA
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _pictures() -> list[bytes]:
    """Two pictures of each product."""
    found = []
    for number, layout in ((1, "card"), (2, "studio")):
        for product in PRODUCTS:
            drawn = draw(product, Shot(number, layout)).convert("RGB")
            drawn.thumbnail((SIDE, SIDE))
            buffer = io.BytesIO()
            drawn.save(buffer, "JPEG", quality=85)
            found.append(buffer.getvalue())
    return found


def _normalized(start: int, count: int, pictures: list[bytes]) -> pa.Table:
    numbers = range(start, start + count)
    columns: dict[str, Any] = {
        "image_id": [_image_id(number) for number in numbers],
        "recipe": ["synthetic"] * count,
        "created_at": [datetime.now(UTC)] * count,
        "jpeg": lance.blob_array([pictures[number % len(pictures)] for number in numbers]),
    }
    schema = NORMALIZED_IMAGES.schema
    arrays = [columns.get(field.name, pa.nulls(count, field.type)) for field in schema]
    return pa.Table.from_arrays(
        [
            one if isinstance(one, pa.Array) else pa.array(one, field.type)
            for one, field in zip(arrays, schema, strict=True)
        ],
        schema=schema,
    )


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The gallery's server over an installation, as long as the block lasts; its URL."""
    os.environ["LISTING_HOME"] = str(home)
    os.environ.pop("LISTING_LAKE", None)
    app = build_app(Settings(), Access(None))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    (listening,) = server.servers[0].sockets
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)


@contextmanager
def opened(browser: Browser) -> Iterator[Page]:
    """A page of a new profile, 1280 x 860."""
    with browser.new_context(viewport={"width": 1280, "height": 860}) as context:
        yield context.new_page()


def measure(url: str, rounds: int) -> bool:
    """Print medians and worst of first screens, of scrolling a screen, and of jumps.

    Returns whether the medians of the first screen and of scrolling are as they should be.
    """
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    first: list[float] = []
    scrolls: list[list[float]] = []
    jumps: list[list[float]] = []
    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=executable, args=ARGUMENTS)
        for number in range(rounds + 1):
            with opened(browser) as page:
                page.goto(f"{url}/?v=many@v1", wait_until="commit")
                first.append(page.evaluate(FIRST))
                if number:
                    share = number / (rounds + 1)
                    jumps.append(page.evaluate(SCROLL, share))
                    scrolls += [page.evaluate(SCROLL, -1) for _ in range(12)]
        browser.close()
    print(f"  first screen, of a server just started   {first[0]:6.0f} ms")
    print(f"  first screen                              {_told(first[1:])}")
    named, whole = ([one[part] for one in scrolls] for part in (0, 1))
    print(f"  a screen further, names and labels        {_told(named)}")
    print(f"  a screen further, thumbnails too          {_told(whole)}")
    print(f"  a jump of the scrollbar, names and labels {_told([one[0] for one in jumps])}")
    print(f"  a jump of the scrollbar, thumbnails too   {_told([one[1] for one in jumps])}")
    return (
        statistics.median(first[1:]) < MOST_FIRST_MS and statistics.median(whole) < MOST_SCROLL_MS
    )


def _told(times: list[float]) -> str:
    return (
        f"median {statistics.median(times):6.0f} ms   worst {max(times):6.0f} ms   of {len(times)}"
    )


def main() -> None:
    """Fill, serve and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    with scratch() as folder:
        home = Path(folder)
        began = time.monotonic()
        fill(home, given.photos)
        print(f"{given.photos:,} photos, published in {time.monotonic() - began:.0f} s")
        with serving(home) as url:
            is_quick = measure(url, given.rounds)
    print(f"peak memory of server and filling, one process: {own_peak_mb():,.0f} MB")
    if not is_quick:
        sys.exit("the gallery is slower than it should be")


if __name__ == "__main__":
    main()
