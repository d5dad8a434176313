"""A provider's attempt at its lightest: one POST over a kept connection, faults as `CallFault`."""

import asyncio
import json
from typing import Any

from resources.endpoints.faults import CallFault
from resources.endpoints.flow import Answer
from resources.endpoints.interface import Usage

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class LightClient:
    """Keeps as many connections to 127.0.0.1 as there were requests at once."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[Connection] = []

    async def ask(self) -> Answer[str]:
        """One attempt.

        Raises:
            CallFault: refused (`busy`), or the server cannot be reached or answers an error.
        """
        try:
            status, body = await self._request(b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
        except (OSError, asyncio.IncompleteReadError) as error:
            raise CallFault("connection_failed", "passing", type(error).__name__) from None
        if status == 429:
            raise CallFault("rate_limited", "busy", body["error"])
        if status != 200:
            raise CallFault("server_error", "passing", f"HTTP {status}")
        return Answer(body["answer"], Usage())

    async def seen(self) -> dict[str, Any]:
        """What the server saw."""
        _, body = await self._request(b"GET / HTTP/1.1\r\n\r\n")
        return body

    def close(self) -> None:
        """Close the connections."""
        for _, writer in self._idle:
            writer.close()

    async def _request(self, request: bytes) -> tuple[int, dict[str, Any]]:
        reader, writer = (
            self._idle.pop()
            if self._idle
            else await asyncio.open_connection("127.0.0.1", self._port)
        )
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            content = await reader.readexactly(int(head.rpartition(b":")[2]))
        except BaseException:
            writer.close()
            raise
        self._idle.append((reader, writer))
        return int(head.split(b" ", 2)[1]), json.loads(content)
