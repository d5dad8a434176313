"""An HTTP server that takes so many requests at once and refuses those above with 429, no header.

It tells how many it had in flight at any time, so that a client's concurrency is measured where it
matters. Run as a program it prints its port and serves until it is ended.
"""

import argparse
import asyncio
import contextlib
import json
from dataclasses import asdict, dataclass, field

SLOT = 0.1
"""Seconds over which requests in flight are averaged."""


@dataclass
class Seen:
    """What the server saw since its first request."""

    answered: int = 0
    refused: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    by_slot: list[float] = field(default_factory=list)
    """Mean number in flight in each tenth of a second that has passed."""


class LimitedServer:
    """Answers after `latency` seconds; every request above `limit` in flight is refused at once.

    Every `drop_every`-th request gets its connection closed instead of an answer.
    """

    def __init__(self, limit: int, latency: float, drop_every: int | None = None) -> None:
        self.limit = limit
        self.latency = latency
        self.drop_every = drop_every
        self.seen = Seen()
        self.port = 0
        self._server: asyncio.Server | None = None
        self._began: float | None = None
        self._changed = 0.0
        self._request_seconds: list[float] = []
        self._received = 0

    async def __aenter__(self) -> "LimitedServer":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if head.startswith(b"GET"):
                    self._count(0)
                    per_slot = [seconds / SLOT for seconds in self._request_seconds]
                    status, body = "200 OK", asdict(self.seen) | {"by_slot": per_slot[:-1]}
                else:
                    self._received += 1
                    if self.drop_every and self._received % self.drop_every == 0:
                        break
                    status, body = await self._answer()
                content = json.dumps(body).encode()
                length = f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\n\r\n"
                writer.write(length.encode() + content)
        writer.close()

    async def _answer(self) -> tuple[str, dict[str, str]]:
        seen = self.seen
        if seen.in_flight >= self.limit:
            seen.refused += 1
            return "429 Too Many Requests", {"error": "slow down"}
        self._count(1)
        seen.most_in_flight = max(seen.most_in_flight, seen.in_flight)
        try:
            await asyncio.sleep(self.latency)
        finally:
            self._count(-1)
        seen.answered += 1
        return "200 OK", {"answer": "a chair"}

    def _count(self, change: int) -> None:
        """Requests in flight change; those until now are added to the slots they were in."""
        now = asyncio.get_running_loop().time()
        if self._began is None:
            self._began = self._changed = now
        while self._changed < now:
            slot = len(self._request_seconds)
            end = min(now, self._began + slot * SLOT)
            if self._request_seconds:
                self._request_seconds[-1] += self.seen.in_flight * (end - self._changed)
            self._changed = end
            if end < now or not self._request_seconds:
                self._request_seconds.append(0.0)
        self.seen.in_flight += change


async def main() -> None:
    """Serve with the limit and latency of the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--limit", type=int, default=40)
    parser.add_argument("--latency", type=float, default=0.2)
    arguments = parser.parse_args()
    async with LimitedServer(arguments.limit, arguments.latency) as server:
        print(server.port, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
