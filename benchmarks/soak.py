"""A soak: small photos arrive in many uploads, and the real daemon's sensor makes each a version.

    python -m benchmarks.soak [--photos 200000] [--uploads 20] [--latency 0.005] [--keep FOLDER]

Dagster's web server and daemon run as `listing ui` starts them, but that the daemon looks every few
seconds. The endpoint, a process of its own, tags and embeds and counts what it is asked. After each
upload a line tells: seconds from the last file to the published version, the most memory that the
server, the daemon and the run held together and the largest of them alone, which is the run; files
in the lake; and bytes of Dagster's event log for that run. At the end the lake is maintained, and
everything is counted: nothing may be missing or double.
"""

import argparse
import io
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import psutil
from PIL import Image

from benchmarks.endpoint import serving
from listing_assets.publishing.revisions import newest_revision, open_revision
from listing_assets.versions.names import VersionName
from resources.lake import Lake
from tests.support.watched_ui import watched_ui

DATASET = "soak"
CATALOG = {
    "models.yaml": """\
models:
  chat:
    {{provider: openai, type: MLLM, model: chat, endpoint: "{url}/v1",
      ceilings: {{concurrency: 32}}}}
  vectors:
    {{provider: dashscope, type: EMBEDDING, model: qwen3-vl-embedding,
      endpoint: "{url}", dimension: 64, ceilings: {{concurrency: 8}}}}
""",
    "tag_definitions/goods.yaml": """\
name: goods
guide_prompt: Say what is for sale.
tags:
  - {{name: category, type: choice, values: [{{name: Food}}, {{name: Toys}}, {{name: Other}}]}}
""",
    "datasets.yaml": """\
datasets:
  soak: {{source: "{source}", tag_definition: goods, tag_model: chat, embedding_model: vectors,
         normalization: {{width: 64, height: 64}}, watch: {{quiet_seconds: 3}}}}
""",
}


@dataclass
class Memory:
    """The most that processes held, in MB, sampled; reset with each upload."""

    root: psutil.Process
    stop: threading.Event = field(default_factory=threading.Event)
    total: float = 0.0
    largest: float = 0.0

    def watch(self) -> None:
        """Sample until told to stop."""
        while not self.stop.wait(0.25):
            total = largest = 0.0
            for process in [self.root, *self.root.children(recursive=True)]:
                try:
                    held = process.memory_info().rss / 1e6
                except psutil.Error:
                    continue
                total += held
                largest = max(largest, held)
            self.total = max(self.total, total)
            self.largest = max(self.largest, largest)

    def reset(self) -> None:
        """Begin a new peak."""
        self.total = self.largest = 0.0


def pictures() -> list[bytes]:
    """A few small JPEGs; what follows the end of each is no part of the picture."""
    chance, made = np.random.default_rng(0), []
    for _ in range(16):
        buffer = io.BytesIO()
        coarse = chance.integers(0, 255, (6, 8, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((96, 72)).save(buffer, "JPEG", quality=80)
        made.append(buffer.getvalue())
    return made


def files_of(lake: Path) -> tuple[int, float]:
    """Files in the lake, and their MB."""
    sizes = [path.stat().st_size for path in lake.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes) / 1e6


def largest_event_log_kb(home: Path) -> float:
    """The most that the events of one run take in Dagster's storage, in KB."""
    largest = 0.0
    for database in home.rglob("runs/*.db"):
        if database.stem == "index":  # of all runs
            continue
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as log:
            (size,) = log.execute("SELECT sum(length(event)) FROM event_logs").fetchone()
        largest = max(largest, (size or 0) / 1000)
    return largest


def published(home: Path, version: VersionName, photos: int, seconds: float) -> None:
    """Wait until the version is there, whole."""
    lake, deadline = Lake(str(home / "lake")), time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (revision := newest_revision(lake, version)) is not None:
            assert revision.published == photos, f"{revision.published} of {photos} in {version}"
            return
        time.sleep(1)
    sys.exit(f"{version} was not published within {seconds:.0f} s; see ui.log")


def soak(root: Path, photos: int, uploads: int, latency: float) -> None:
    """Upload, wait, and print a line for each upload."""
    source, home, catalog = root / "photos", root / "home", root / "catalog"
    (catalog / "tag_definitions").mkdir(parents=True)
    source.mkdir()
    home.mkdir()
    made, each = pictures(), photos // uploads
    print("| upload | photos | seconds | all MB | largest MB | lake files | lake MB | log KB |")
    print("|---|---|---|---|---|---|---|---|")
    with serving(latency) as url:
        for name, text in CATALOG.items():
            (catalog / name).write_text(text.format(url=url, source=source))
        with watched_ui(home, catalog, root / "ui.log") as (process, _):
            memory = Memory(psutil.Process(process))
            threading.Thread(target=memory.watch, daemon=True).start()
            for upload in range(1, uploads + 1):
                folder = source / f"upload-{upload:03}"
                folder.mkdir()
                for number in range((upload - 1) * each, upload * each):
                    picture = made[number % len(made)] + b"%d" % number
                    (folder / f"{number:07}.jpg").write_bytes(picture)
                began = time.monotonic()
                version = VersionName(DATASET, f"v{upload}")
                published(home, version, upload * each, 300 + each / 20)
                seconds = time.monotonic() - began
                files, size = files_of(home / "lake")
                print(
                    f"| {upload} | {upload * each:,} | {seconds:.0f} | {memory.total:,.0f}"
                    f" | {memory.largest:,.0f} | {files:,} | {size:,.0f}"
                    f" | {largest_event_log_kb(home):.0f} |",
                    flush=True,
                )
                memory.reset()
            memory.stop.set()
        with urlopen(f"{url}/_counts") as answered:
            counts = json.load(answered)
    maintained(home, catalog)
    count_all(home, uploads, uploads * each, counts["requests"])


def maintained(home: Path, catalog: Path) -> None:
    """Maintain the lake, and tell files and bytes before and after."""
    before = files_of(home / "lake")
    environment = {**os.environ, "LISTING_HOME": str(home), "LISTING_CATALOG": str(catalog)}
    command = [sys.executable, "-m", "listing_assets.cli", "maintain", "--retention", "0"]
    began = time.monotonic()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = files_of(home / "lake")
    print(
        f"\nmaintenance: {before[0]:,} files, {before[1]:,.0f} MB before; {after[0]:,} files,"
        f" {after[1]:,.0f} MB after; {time.monotonic() - began:.0f} s"
    )


def count_all(home: Path, uploads: int, photos: int, requests: dict[str, int]) -> None:
    """Fail where anything is missing or double."""
    lake = Lake(str(home / "lake"))
    table = open_revision(lake, DATASET, f"v{uploads}").to_lance()
    rows = table.to_table(["key", "image_id", "tag_category", "status"])
    assert rows.num_rows == len(set(rows["key"].to_pylist())) == photos
    assert set(rows["status"].to_pylist()) == {"published"}
    assert None not in rows["tag_category"].to_pylist()
    for name in ("normalized_images", "fetched_objects", "smart_tags"):
        kept = lake.open(name).count_rows()
        assert kept == photos, f"{name} has {kept} rows for {photos} photos"
    assert requests["chat"] == photos, requests
    print(
        f"{photos:,} photos in {uploads} versions: none missing, none double;"
        f" {requests['chat']:,} requests for tags, {requests['dashscope']:,} for vectors"
    )


def main() -> None:
    """Soak, and report."""
    parser = argparse.ArgumentParser(description="Many uploads through the sensor and the daemon.")
    parser.add_argument("--photos", type=int, default=200_000)
    parser.add_argument("--uploads", type=int, default=20)
    parser.add_argument("--latency", type=float, default=0.005, help="seconds of an answer")
    parser.add_argument("--keep", type=Path, help="an empty folder to work in, and to keep")
    options = parser.parse_args()
    if options.keep is not None:
        soak(options.keep, options.photos, options.uploads, options.latency)
        return
    with tempfile.TemporaryDirectory(prefix="listing-soak-") as folder:
        soak(Path(folder), options.photos, options.uploads, options.latency)


if __name__ == "__main__":
    main()
