"""JSON over HTTP: one connection pool an endpoint, and what came back or why nothing did."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import httpx

from resources.endpoints.bodies import whole_body
from resources.endpoints.complaints import Complaints
from resources.endpoints.config import EndpointConfig, catalog_file
from resources.endpoints.faults import CallFault
from resources.errors import ModelError

_LONGEST_CONNECT = 10.0
"""Seconds to wait for a connection."""
_IDLE_CONNECTION = 4.0
"""Seconds that an idle connection is kept; common servers close it after 5."""


@dataclass(frozen=True)
class Reply:
    """What an endpoint answered to one request."""

    status: int
    headers: httpx.Headers = field(repr=False)
    content: bytes = field(repr=False)
    complaints: Complaints = field(repr=False)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The JSON object of the body; empty where there is none."""
        try:
            document = json.loads(self.content)
        except (ValueError, RecursionError):
            return {}
        return document if isinstance(document, dict) else {}

    def refusal(self, status: int | None = None) -> CallFault:
        """The fault that the reply means, by its HTTP status or by another that it tells."""
        status = self.status if status is None else status
        if 200 <= status < 300:
            return self.complaints.fault_in_success(self.document)
        return self.complaints.fault(status, self.headers, self.content)


class Connection:
    """Posts JSON to one URL. The pool has room for as many requests as the ceiling allows."""

    def __init__(self, config: EndpointConfig, url: str) -> None:
        """Make the client; nothing is sent.

        Raises:
            ModelError: the URL is none, or there is no key that a header can carry.
        """
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise ModelError(
                f"model {config.name}: its endpoint is no http:// or https:// URL.",
                f"Set endpoint in {catalog_file('models.yaml')}.",
            )
        key = config.api_key()
        self._url = url
        self._complaints = Complaints(config, key)
        seconds, room = config.timeout_ms / 1000, config.ceilings.concurrency
        self._client = httpx.AsyncClient(
            headers={"Content-Type": "application/json", **_authorization(config, key)},
            timeout=httpx.Timeout(seconds, connect=min(seconds, _LONGEST_CONNECT)),
            limits=httpx.Limits(
                max_connections=room,
                max_keepalive_connections=room,
                keepalive_expiry=_IDLE_CONNECTION,
            ),
        )

    async def post(self, content: bytes) -> Reply:
        """Send a JSON document and read the whole reply, whatever its status.

        Raises:
            CallFault: `timed_out`, `connection_failed`, or `malformed_response`: it is too long.
        """
        try:
            async with self._client.stream("POST", self._url, content=content) as response:
                body = await whole_body(response.aiter_bytes())
        except httpx.TimeoutException as error:
            raise CallFault("timed_out", "passing", type(error).__name__) from None
        except httpx.RequestError as error:
            words = self._complaints.redacted(f"{type(error).__name__}: {error}")
            raise CallFault("connection_failed", "passing", words) from None
        except ValueError as error:
            raise self._complaints.malformed(str(error)) from None
        return Reply(response.status_code, response.headers, body, self._complaints)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def _authorization(config: EndpointConfig, key: str | None) -> dict[str, str]:
    """The header that carries the key; none where there is no key."""
    if key is None:
        return {}
    if not (key.isascii() and key.isprintable()):
        raise ModelError(
            f"model {config.name}: the key in {config.api_key_env} has characters that no HTTP"
            " header can carry.",
            "Copy the key again, without line breaks or typographic characters.",
        )
    return {"Authorization": key if config.auth == "raw" else f"Bearer {key}"}
