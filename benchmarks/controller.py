"""Whether flow control finds out what an endpoint takes, with nothing but its answers to go by.

The first endpoint takes 40 requests at once and answers 429 at once to any above, without headers.
The others are healthy: there, flow control should reach the ceiling and stay, as a bare loop does
in the same run. All figures are the server's own, which runs in another process and averages its
requests in flight.

Run: python -m benchmarks.controller [--limit 40] [--seconds 20]
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from resources.endpoints.config import Ceilings, EndpointConfig
from resources.endpoints.flow import Caller
from resources.endpoints.metering import Unmetered
from tests.endpoints.flow.light_client import LightClient
from tests.endpoints.flow.limited_server import SLOT

LATENCY = 0.2
HELD = 0.9
"""Part of the limit that should be in flight."""
SOON_ENOUGH = 10.0
SECOND = round(1 / SLOT)
CEILINGS = (64, 256)


@contextmanager
def server(limit: int) -> Iterator[int]:
    """The port of a server with a hidden limit, in a process of its own."""
    command = [sys.executable, "-m", "tests.endpoints.flow.limited_server"]
    options = [f"--limit={limit}", f"--latency={LATENCY}"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


async def load(port: int, ceiling: int, seconds: float, *, bare: bool = False) -> dict[str, Any]:
    """Ask as much as flow control allows, for so long, or without it; what the server saw."""
    config = EndpointConfig(
        provider="openai",
        type="MLLM",
        name="measured",
        model="measured",
        version="1",
        endpoint=f"http://127.0.0.1:{port}",
        ceilings=Ceilings(concurrency=ceiling),
    )
    caller = Caller(config, Unmetered())
    client = LightClient(port)

    async def work() -> None:
        while True:
            await (client.ask() if bare else caller.call(client.ask))

    workers = [asyncio.create_task(work()) for _ in range(ceiling)]
    await asyncio.sleep(seconds)
    seen = await client.seen()
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    client.close()
    return seen


def seconds_until_held(by_slot: Sequence[float], wanted: float) -> float | None:
    """When the first whole second ended, in tenths, whose mean in flight was at least `wanted`."""
    for end in range(SECOND, len(by_slot) + 1):
        if statistics.fmean(by_slot[end - SECOND : end]) >= wanted:
            return end * SLOT
    return None


def healthy(ceiling: int, *, bare: bool = False) -> float:
    """Mean requests in flight at a server that takes more than the ceiling."""
    with server(10 * ceiling) as port:
        seen = asyncio.run(load(port, ceiling, 7.5, bare=bare))
    return statistics.fmean(seen["by_slot"][3 * SECOND : 7 * SECOND])


def main() -> None:
    """Print how soon and how well the limit and the ceilings are held; fail if the limit is not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=20.0)
    arguments = parser.parse_args()
    limit, wanted = arguments.limit, HELD * arguments.limit

    with server(limit) as port:
        seen = asyncio.run(load(port, CEILINGS[0], arguments.seconds + 0.5))
    by_slot = seen["by_slot"]
    held = seconds_until_held(by_slot, wanted)
    settled = by_slot[round(SOON_ENOUGH / SLOT) : round(arguments.seconds / SLOT)]
    mean = statistics.fmean(settled)
    lowest = min(
        statistics.fmean(settled[start : start + SECOND])
        for start in range(len(settled) - SECOND + 1)
    )
    print(
        f"hidden limit of {limit} in flight, 429 at once above it, no headers, {LATENCY * 1000:.0f}"
        f" ms; ceiling {CEILINGS[0]}"
    )
    print(
        f"  {wanted:.0f} in flight for a whole second: "
        + ("never" if held is None else f"after {held:.1f} s")
    )
    print(
        f"  second {SOON_ENOUGH:.0f} to {arguments.seconds:.0f}: mean {mean:.1f} in flight"
        f" ({mean / limit:.0%}), {lowest:.1f} in the lowest second"
    )
    print(f"  {seen['answered']} answered, {seen['refused']} refused")

    print("healthy endpoint, mean in flight from second 3 to 7")
    for ceiling in CEILINGS:
        ours, bare = healthy(ceiling), healthy(ceiling, bare=True)
        print(
            f"  ceiling {ceiling}: {ours:.1f} ({ours / ceiling:.0%}); bare loop {bare:.1f}"
            f" ({bare / ceiling:.0%})"
        )
    if held is None or held > SOON_ENOUGH or mean < wanted:
        sys.exit("the limit was not held")


if __name__ == "__main__":
    main()
