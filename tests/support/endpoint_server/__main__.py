"""The server as a program: prints its port on the first line and serves until it is ended."""

import argparse
import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import uvloop

from tests.support.endpoint_server.server import EndpointServer


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve as the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.endpoint_server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds")
    parser.add_argument("--hidden-limit", type=int, help="429 while more are in flight")
    parser.add_argument("--capacity", type=int, help="slower while more are in flight")
    parser.add_argument("--key", help="expected API key")
    parser.add_argument("--auth", choices=["bearer", "raw", "either"], default="bearer")
    parser.add_argument("--dimension", type=int, default=8)
    parser.add_argument(
        "--faults", default="[]", help="JSON or a file of it: a list in order, or a mix by chance"
    )
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    server = EndpointServer(
        port=given.port,
        latency_seconds=given.latency,
        hidden_limit=given.hidden_limit,
        capacity=given.capacity,
        key=given.key,
        auth=given.auth,
        dimension=given.dimension,
        seed=given.seed,
        **_script(given.faults),
    )
    uvloop.run(server.serve(lambda: print(server.port, flush=True), asyncio.Event().wait))


def _script(written: str) -> dict[str, Any]:
    text = written if written.lstrip().startswith(("[", "{")) else Path(written).read_text()
    script = json.loads(text)
    if isinstance(script, dict):
        return {"mix": script}
    return {"faults": [tuple(fault) if isinstance(fault, list) else fault for fault in script]}


if __name__ == "__main__":
    main()
