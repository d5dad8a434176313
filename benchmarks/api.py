"""Search over HTTP, beside the same search straight through the core in the same run.

    python -m benchmarks.api [--photos N] [--rounds N]

A published version of N synthetic rows (100,000 where not said) with vectors of 512 numbers, behind
`listing serve`'s own server in a process of its own. Each query is asked of the core in this
process and of the API over one kept connection, in turn, with other values each time, for the same
50 rows and columns. What the API adds: HTTP, validation, the newest revision looked up, JSON.
"""

import argparse
import multiprocessing
import os
import shutil
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from benchmarks.measuring import own_peak_mb, scratch
from benchmarks.searching import fill
from listing_assets.search import KeyOf, Published, Query, open_published, search
from listing_assets.settings import PROJECT, Settings
from listing_assets.web.access import Access
from listing_assets.web.app import build_app
from listing_assets.web.questions import COLUMNS
from resources.lake import Lake

PAGE = 50
ROUNDS = 120
CASES: dict[str, Callable[[int], dict[str, Any]]] = {
    "all, by key": lambda number: {"min_bytes": number},
    "a label of 5%": lambda number: {"any": [f"category:c{number % 20}"], "min_bytes": number},
    "an expression": lambda number: {"where": f"DataSize>{number * 10_000} AND Status=published"},
    "like a photo": lambda number: {"like": key(number), "top_k": 100},
    "two words": lambda number: {"text": f"word{number} word{number + 500}", "text_by": "words"},
}
NAMES = {"any": "any_of", "like": "image"}


def key(number: int) -> str:
    """A key of the synthetic rows."""
    return f"folder{number % 97}/{number:09d}.jpg"


def query(asked: dict[str, Any], columns: tuple[str, ...]) -> Query:
    """What the API makes of its parameters."""
    values = {NAMES.get(name, name): value for name, value in asked.items()}
    if "image" in values:
        values["image"] = KeyOf(values["image"])
    if "any_of" in values:
        values["any_of"] = tuple(values["any_of"])
    return Query(**{"top_k": 1_000, **values}, max_results=PAGE, columns=columns)


@contextmanager
def server(home: Path) -> Iterator[str]:
    """The URL of a server over the installation in `home`, in a process of its own."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(home, port))
    process.start()
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/api/session")
                break
            except httpx.TransportError:
                if time.monotonic() > deadline or not process.is_alive():
                    raise
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.join()


def serve(home: Path, port: int) -> None:
    """Serve as `listing serve` does."""
    os.environ["LISTING_HOME"] = str(home)
    os.environ["LISTING_CATALOG"] = str(home / "catalog")
    os.environ.pop("LISTING_LAKE", None)
    config = uvicorn.Config(
        build_app(Settings(), Access(None)), port=port, log_level="error", access_log=False
    )
    uvicorn.Server(config).run()


def measure(
    published: Published, client: httpx.Client, case: Callable[[int], dict[str, Any]], rounds: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of both over rounds in which they take turns; that they agree is checked."""
    columns = tuple(name for name in COLUMNS if name in published.columns)
    core: list[float] = []
    over_http: list[float] = []
    for number in range(rounds):
        asked = case(number)
        answers: dict[str, list[str]] = {}

        def ask_core(asked: dict[str, Any] = asked, answers: dict[str, Any] = answers) -> None:
            answers["core"] = search(published, query(asked, columns)).rows["key"].to_pylist()

        def ask_api(asked: dict[str, Any] = asked, answers: dict[str, Any] = answers) -> None:
            page = client.get("/files", params={**asked, "max_results": PAGE}).json()
            answers["api"] = [file["key"] for file in page["files"]]

        turns = [(core, ask_core), (over_http, ask_api)]
        for times, ask in turns if number % 2 else turns[::-1]:
            began = time.perf_counter()
            ask()
            times.append((time.perf_counter() - began) * 1000)
        assert answers["api"] == answers["core"], asked
    warm = rounds // 6
    return core[warm:], over_http[warm:]


def main() -> None:
    """Fill, serve, and measure each case in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    arguments = parser.parse_args()
    with scratch() as folder:
        home = Path(folder)
        shutil.copytree(PROJECT / "catalog", home / "catalog")
        lake = Lake(str(home / "lake"))
        fill(lake, arguments.photos)
        published = open_published(lake, "synthetic@v1")
        print(f"{arguments.photos:,} rows, pages of {PAGE}, {arguments.rounds} rounds")
        with server(home) as url:
            base = f"{url}/api/datasets/synthetic/versions/v1"
            with httpx.Client(base_url=base, timeout=60) as client:
                for name, case in CASES.items():
                    core, over_http = measure(published, client, case, arguments.rounds)
                    tell(name, core, over_http)
    print(f"peak memory {own_peak_mb():,.0f} MB")


def tell(name: str, core: list[float], over_http: list[float]) -> None:
    """One line: percentiles of both, and what the API adds."""
    (p50, p95), (its_p50, its_p95) = (
        (statistics.median(times), statistics.quantiles(times, n=20)[18])
        for times in (core, over_http)
    )
    print(
        f"  {name:<16} core p50 {p50:6.1f} p95 {p95:6.1f}   API p50 {its_p50:6.1f} p95"
        f" {its_p95:6.1f} ms   ratio {its_p50 / p50:.2f}   added {its_p50 - p50:.1f} ms"
    )


if __name__ == "__main__":
    main()
