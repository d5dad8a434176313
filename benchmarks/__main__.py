"""Runs every benchmark, each in a process of its own: `make bench`."""

import subprocess
import sys

NAMES = (
    "retrieval",
    "normalization",
    "memory",
    "unchanged",
    "kills",
    "endpoint",
    "controller",
    "searching",
    "api",
    "gallery",
    "clusters",
    "listing_source",
)


def main() -> None:
    """Run all; a benchmark that fails is told and the others still run."""
    failed = []
    for name in NAMES:
        print(f"\n== {name} (python -m benchmarks.{name})", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
