"""Normalizing and tagging on a Ray cluster of this machine, beside this machine alone.

    python -m benchmarks.clusters [--photos FOLDER] [--copies 8] [--rounds 3] [--tagged 3000]

Normalizing is the whole step: read files, sha256, decode, normalize, write photos and facts to a
new lake, commit. Each loop is a process of its own and is warm (imports, workers) before its clock
starts; they run in turns, and ratios are medians over the rounds. A loop of so many workers has as
many processors of this machine, all its servers included: a worker of a cluster has no more. One
loop has both processors for its one worker, and tells what that changes. `copies` of each photo
differ in bytes that follow the picture. The driver's memory is that of the process that runs the
increment, without workers; it is measured for one copy of the photos, too.

Tagging asks a slow endpoint through workers of the cluster; the server, a process of its own,
counts the requests that it has in flight.
"""

import argparse
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
from urllib.request import urlopen

from benchmarks.endpoint import VERSION, fill, recipes_of, serving, tag_all, write_catalog
from benchmarks.measuring import own_peak_mb, scratch
from benchmarks.normalization import REAL_PHOTOS, draw
from listing_assets.imaging.normalizing import Normalizing, NormalizingHere
from listing_assets.imaging.on_cluster import NormalizingOnCluster, Place
from listing_assets.imaging.spec import NormalizationSpec
from listing_assets.imaging.step import normalize_version
from listing_assets.imaging.workers import DecodePool
from listing_assets.increment import Window
from listing_assets.objects.selection import ListingStats, SelectedObject
from listing_assets.versions.listing import freeze_listing
from listing_assets.versions.names import VersionName
from resources.compute import Cluster
from resources.lake import Lake
from resources.object_store import open_store
from resources.object_store.interface import StoredObject
from resources.processes import hold_memory_flat

WARM = VersionName("bench", "warm")
WARM_PHOTOS = 16
FETCHES = 16
CEILING = 64
"""Of the endpoint; makes four workers."""


def listed(lake: Lake, version: VersionName, folder: Path, names: list[str]) -> None:
    """Freeze the listing of a version, as `raw_images` would."""
    now = datetime.now(UTC)
    stored = [
        StoredObject(name, (folder / name).as_uri(), (folder / name).stat().st_size, name, now)
        for name in names
    ]
    freeze_listing(lake, version, [SelectedObject(one, {}) for one in stored], ListingStats(), dict)


@contextmanager
def normalizing(
    kind: str, workers: int, folder: Path, lake: Lake, spec: NormalizationSpec
) -> Iterator[Normalizing]:
    """The step's two ways, with so many workers."""
    if kind == "ray":
        place = Place(folder.as_uri(), None, lake.uri, spec, FETCHES)
        yield NormalizingOnCluster(Cluster(), lake, place)
        return
    with DecodePool(workers) as pool:
        yield NormalizingHere(lake, spec, open_store(folder.as_uri()), pool, FETCHES)


def normalized(kind: str, workers: int, folder: Path, home: Path) -> dict[str, float]:
    """One loop: a warm-up, then all photos."""
    if kind == "ray":
        import ray

        ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False)
    lake, spec = Lake(str(home / "lake")), NormalizationSpec()
    names = sorted(path.name for path in folder.iterdir())
    listed(lake, WARM, folder, names[:WARM_PHOTOS])
    listed(lake, VERSION, folder, names[WARM_PHOTOS:])
    seconds = 0.0
    with normalizing(kind, workers, folder, lake, spec) as way:
        for version in (WARM, VERSION):
            began = time.perf_counter()
            report = normalize_version(
                lake,
                version,
                way,
                spec,
                mode="incremental",
                retry_failed=False,
                window=Window(),
                memory="256MB",
            )
            seconds = time.perf_counter() - began
    assert report.computed == len(names) - WARM_PHOTOS and not report.failed, report
    return {"rate": report.computed / seconds, "driver_mb": own_peak_mb()}


def tagged(home: Path) -> dict[str, float]:
    """The tagging step through workers of a cluster."""
    report = tag_all(home, Cluster())
    return {"rate": report.rate, "driver_mb": own_peak_mb()}


def in_process(*words: str) -> dict[str, float]:
    """Run one loop in a process of its own; its figures."""
    command = [sys.executable, "-m", "benchmarks.clusters", "--only", *words]
    done = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr[-4000:])
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def copied(photos: Path, folder: Path, copies: int) -> Path:
    """A folder with so many copies of each photo, each of other bytes."""
    folder.mkdir()
    for path in photos.iterdir():
        data = path.read_bytes()
        for number in range(copies):
            # What follows the end of a picture is no part of it.
            (folder / f"{path.stem}-{number}{path.suffix}").write_bytes(data + b"%d" % number)
    return folder


def measure_normalizing(photos: Path, root: Path, copies: int, rounds: int) -> None:
    """Print the rates of all loops and their ratios."""
    one, many = (copied(photos, root / f"x{number}", number) for number in (1, copies))
    loops = {
        "this machine, 1 worker": ("local", 1, 1),
        "this machine, 2 workers": ("local", 2, 2),
        "Ray, 1 worker": ("ray", 1, 1),
        "Ray, 2 workers": ("ray", 2, 2),
        "Ray, 1 worker, 2 processors": ("ray", 1, 2),
    }
    rates: dict[str, list[float]] = {label: [] for label in loops}
    memory = dict.fromkeys(loops, 0.0)
    for nth in range(rounds):
        for label, (kind, workers, processors) in loops.items():
            home = root / f"{kind}{workers}{processors}{nth}"
            words = (kind, str(workers), str(processors), str(many), str(home))
            figures = in_process("normalize", *words)
            rates[label].append(figures["rate"])
            memory[label] = max(memory[label], figures["driver_mb"])
    print(f"normalizing {sum(1 for _ in many.iterdir())} photos, median of {rounds} rounds")
    for label, each in rates.items():
        print(f"  {label:28} {statistics.median(each):6.1f}/s   driver {memory[label]:.0f} MB")
    small = in_process("normalize", "ray", "2", "2", str(one), str(root / "small"))["driver_mb"]
    print(f"  Ray's driver with {copies} times the photos: {memory['Ray, 2 workers'] / small:.2f}")
    for name, over, under in (
        ("2 workers / 1, Ray", "Ray, 2 workers", "Ray, 1 worker"),
        ("the same, that 1 with 2 processors", "Ray, 2 workers", "Ray, 1 worker, 2 processors"),
        ("2 workers / 1, this machine", "this machine, 2 workers", "this machine, 1 worker"),
        ("Ray / this machine, 2 workers", "Ray, 2 workers", "this machine, 2 workers"),
    ):
        pairs = zip(rates[over], rates[under], strict=True)
        print(f"  {name:40} {statistics.median(a / b for a, b in pairs):.2f}")


def measure_tagging(root: Path, photos: int) -> None:
    """Print the rate, and the most requests that the server ever had in flight."""
    home = root / "tagging"
    home.mkdir()
    with serving(0.2) as url:
        write_catalog(home, url, CEILING)
        fill(Lake(str(home / "lake")), recipes_of(home), photos)
        figures = in_process("tag", str(home))
        with urlopen(f"{url}/_counts") as answered:
            counts: dict[str, Any] = json.load(answered)
    print(
        f"tagging {photos:,} photos through 4 workers, 200 ms, ceiling {CEILING}:"
        f" {figures['rate']:.0f}/s, most in flight by the server's count"
        f" {counts['most_in_flight']}, driver {figures['driver_mb']:.0f} MB"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Ray beside this machine alone.")
    parser.add_argument("--photos", type=Path, default=REAL_PHOTOS, help="a folder of photos")
    parser.add_argument("--copies", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tagged", type=int, default=3_000, help="photos to tag")
    parser.add_argument("--only", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    match options.only:
        case ["normalize", kind, workers, processors, folder, home]:
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(processors)])
            hold_memory_flat()
            print(json.dumps(normalized(kind, int(workers), Path(folder), Path(home))))
            return
        case ["tag", home]:
            hold_memory_flat()
            print(json.dumps(tagged(Path(home))))
            return
    with scratch() as folder:
        root, photos = Path(folder), options.photos
        if not photos.is_dir():
            print(f"{photos} is absent: drawn photos are measured instead")
            photos = root / "drawn"
            photos.mkdir()
            draw(photos)
        measure_normalizing(photos, root, options.copies, options.rounds)
        measure_tagging(root, options.tagged)


if __name__ == "__main__":
    main()
