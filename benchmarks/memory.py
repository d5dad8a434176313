"""Peak memory of the whole chain over versions of two sizes: it should not grow with the version.

Run: python -m benchmarks.memory [--small 2000] [--large 20000]
"""

import argparse
from pathlib import Path

from benchmarks.measuring import scratch
from benchmarks.synthetic import measured_run


def main() -> None:
    """Print peak memory and rate for both sizes, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=2_000)
    parser.add_argument("--large", type=int, default=20_000)
    arguments = parser.parse_args()
    peaks = []
    print("chain over small generated photos, decode workers included")
    for size in (arguments.small, arguments.large):
        with scratch() as folder:
            run = measured_run(Path(folder), size, 0, "v1")
        peaks.append(run["peak_mb"])
        print(
            f"  {size:>9,} photos: peak {run['peak_mb']:,.0f} MB, {run['seconds']:.1f} s,"
            f" {size / run['seconds']:.0f} photos/s"
        )
    print(f"  ratio of peaks: {peaks[1] / peaks[0]:.2f}")


if __name__ == "__main__":
    main()
