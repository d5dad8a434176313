"""Normalization throughput against two bare loops over the same files.

    python -m benchmarks.normalization [--photos FOLDER] [--rounds 5] [--sample N]

Ours is the whole step: read the file, sha256, decode in worker processes, 512 x 512 JPEG of quality
85, all facts. The bare loops make a JPEG of the same size and quality and nothing else: Pillow with
JPEG draft mode, and `pyvips.Image.thumbnail`, each in a thread for each processor. Two sets: the
photos as they are, and the same enlarged to 2400 pixels, as phones deliver them. All loops run in
turns, several rounds; the rates and the ratio printed are medians over the rounds. Measure on an
idle machine: beside other work, libvips gains from the many threads it starts.
"""

import argparse
import hashlib
import io
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from listing_assets.imaging.normalize import Normalized
from listing_assets.imaging.spec import NormalizationSpec
from listing_assets.imaging.workers import DecodePool, processors

REAL_PHOTOS = Path(__file__).parents[2] / "shared" / "data" / "photos" / "images"
SIDE = 512
QUALITY = 85
LONG_SIDE = 2400
SHARE = 100
"""Photos that one loop makes before it is the next one's turn."""

PROCESSORS = processors()

Loop = Callable[[Sequence[Path]], None]


def with_pillow(path: Path) -> bytes:
    """One photo by Pillow: draft decode, LANCZOS, JPEG. Knows no orientation, profile or alpha."""
    encoded = io.BytesIO()
    with Image.open(path) as photo:
        photo.draft("RGB", (SIDE, SIDE))
        resized = photo.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    resized.save(encoded, "JPEG", quality=QUALITY)
    return encoded.getvalue()


def with_pyvips(path: Path) -> bytes:
    """One photo by libvips: shrink on load, LANCZOS3, JPEG."""
    import pyvips

    photo = pyvips.Image.thumbnail(str(path), SIDE, height=SIDE, size="force")
    if photo.hasalpha():
        photo = photo.flatten(background=255)
    encoded: bytes = photo.jpegsave_buffer(Q=QUALITY)
    return encoded


def bare_loop(one: Callable[[Path], bytes]) -> Loop:
    """A loop that makes every photo, in as many threads as there are processors."""

    def loop(paths: Sequence[Path]) -> None:
        with ThreadPoolExecutor(PROCESSORS) as threads:
            assert all(threads.map(one, paths))

    return loop


def our_loop(pool: DecodePool) -> Loop:
    """The normalization step as the platform runs it, short of storing."""
    spec = NormalizationSpec(width=SIDE, height=SIDE, quality=QUALITY)

    def one(path: Path) -> bool:
        data = path.read_bytes()
        hashlib.sha256(data).hexdigest()
        return isinstance(pool.normalize(data, spec), Normalized)

    def loop(paths: Sequence[Path]) -> None:
        with ThreadPoolExecutor(PROCESSORS + 2) as threads:
            assert all(threads.map(one, paths))

    return loop


def measure(name: str, paths: Sequence[Path], rounds: int) -> None:
    """Run all loops in turns and print the median rate of each, and ours as a ratio."""
    loops: dict[str, Loop] = {"bare Pillow, draft": bare_loop(with_pillow)}
    try:
        import pyvips  # noqa: F401
    except ImportError:
        print("pyvips is not installed: the loop over it is skipped")
    else:
        loops["bare pyvips"] = bare_loop(with_pyvips)
    shares = max(1, len(paths) // SHARE)
    with DecodePool(PROCESSORS) as pool:
        loops["ours"] = our_loop(pool)
        rates: dict[str, list[float]] = {label: [] for label in loops}
        for loop in loops.values():
            loop(paths[: 4 * PROCESSORS])  # warm: imports, worker processes, file cache
        for _ in range(rounds):
            seconds = dict.fromkeys(loops, 0.0)
            # In turns by small shares, so that whatever else the machine does meets all alike.
            for start in range(shares):
                for label, loop in loops.items():
                    began = time.perf_counter()
                    loop(paths[start::shares])
                    seconds[label] += time.perf_counter() - began
            for label, spent in seconds.items():
                rates[label].append(len(paths) / spent)
    print(f"\n{name}: {len(paths)} photos, {PROCESSORS} processors, median of {rounds} rounds")
    for label, each in rates.items():
        middle = statistics.median(each)
        print(f"  {label:20} {middle:7.1f} images/s   ({min(each):.1f} to {max(each):.1f})")
    ratios = [
        ours / max(bare)
        for ours, *bare in zip(
            rates["ours"], *(each for label, each in rates.items() if label != "ours"), strict=True
        )
    ]
    print(f"  ours / faster bare loop: {statistics.median(ratios):.2f}, median of rounds")


def enlarge(paths: Sequence[Path], folder: Path) -> list[Path]:
    """The photos at 2400 pixels on the long side, as JPEG of quality 90, in `folder`."""

    def one(path: Path) -> Path:
        target = folder / f"{path.stem}.jpg"
        with Image.open(path) as photo:
            factor = LONG_SIDE / max(photo.size)
            size = round(photo.width * factor), round(photo.height * factor)
            large = photo.convert("RGB").resize(size, Image.Resampling.BICUBIC)
        large.save(target, quality=90)
        return target

    with ThreadPoolExecutor(PROCESSORS) as threads:
        return list(threads.map(one, paths))


def draw(folder: Path, count: int = 60) -> list[Path]:
    """Photos that stand in where the real ones are absent: gradients, disks and grain."""
    rows, columns = np.mgrid[0:480, 0:640].astype(np.float32)
    paths = []
    for seed in range(count):
        chance = np.random.default_rng(seed)
        pixels = chance.normal(0, 12, (480, 640, 3)) + 255 * rows[..., None] / 480
        for _ in range(12):
            x, y, radius = (
                chance.integers(0, 640),
                chance.integers(0, 480),
                chance.integers(20, 120),
            )
            inside = (columns - x) ** 2 + (rows - y) ** 2 < radius**2
            pixels[inside] = chance.integers(0, 256, 3) + chance.normal(0, 12, (inside.sum(), 3))
        path = folder / f"drawn-{seed:03}.jpg"
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(path, quality=90)
        paths.append(path)
    return paths


def main() -> None:
    """Measure both sets and print."""
    parser = argparse.ArgumentParser(description="Normalization throughput against bare loops.")
    parser.add_argument("--photos", type=Path, default=REAL_PHOTOS, help="a folder of photos")
    parser.add_argument("--rounds", type=int, default=5, help="how often each loop runs")
    parser.add_argument("--sample", type=int, help="use this many photos, spread over the folder")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # Pillow's remarks on single files
    with tempfile.TemporaryDirectory(prefix="normalization-") as scratch:
        if options.photos.is_dir():
            paths = sorted(path for path in options.photos.iterdir() if path.is_file())
            name = "photos as they are"
        else:
            print(f"{options.photos} is absent: skipped, drawn photos are measured instead")
            paths, name = draw(Path(scratch)), "drawn photos"
        if options.sample:
            paths = paths[:: max(1, len(paths) // options.sample)][: options.sample]
        measure(name, paths, options.rounds)
        large = Path(scratch) / "large"
        large.mkdir()
        measure(f"the same at {LONG_SIDE} px", enlarge(paths, large), options.rounds)


if __name__ == "__main__":
    main()
