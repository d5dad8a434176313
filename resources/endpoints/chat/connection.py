"""Carries single requests to an endpoint over the openai client, which is told never to retry.

How long a request may take is the caller's matter (`flow`): it cancels what takes too long.

Streams go through the client proper. The requests of photos, of which there are many, go as
finished bytes through the HTTP client that it rests on: to make a request of a body and a typed
answer of a response takes the client more processor time than the rest of the call.
"""

from collections.abc import Callable, Mapping
from contextlib import aclosing
from typing import Any

import aiohttp
import httpx2
import openai

from resources.endpoints.bodies import whole_body
from resources.endpoints.chat.providers import CHAT_PATH, base_url, identity_headers
from resources.endpoints.complaints import Complaints
from resources.endpoints.config import EndpointConfig
from resources.endpoints.faults import CallFault

LONGEST_CONNECT = 10.0
"""Seconds to wait for a connection; a host that is not there would else cost the whole timeout."""
IDLE_CONNECTION = 4.0
"""Seconds that an idle connection is kept. Most servers close after 5, and a request that leaves at
that very moment is lost."""
ERRORS = (openai.OpenAIError, httpx2.HTTPError, aiohttp.ClientError, OSError, ValueError)
"""What may go wrong on the way."""


class Connection:
    """One endpoint's chat completions. It belongs to the event loop that first uses it."""

    def __init__(self, config: EndpointConfig) -> None:
        key = config.api_key()
        identity = identity_headers(config, key)
        self.url = base_url(config)
        self.complaints = Complaints(config, key)
        self.headers: Mapping[str, str] = {}
        """Of the last response: some endpoints tell their rate limits there."""
        room = config.ceilings.concurrency
        self._http = openai.DefaultAioHttpClient(
            timeout=httpx2.Timeout(None, connect=LONGEST_CONNECT),
            limits=httpx2.Limits(
                max_connections=room,
                max_keepalive_connections=room,
                keepalive_expiry=IDLE_CONNECTION,
            ),
            follow_redirects=False,
        )
        self._client = openai.AsyncOpenAI(
            api_key="in the headers of the request",  # None would take one from the environment
            base_url=self.url,
            max_retries=0,
            http_client=self._http,
        )
        self._options: openai.RequestOptions = {"headers": identity}
        self._post_url = httpx2.URL(self.url + CHAT_PATH)
        self._post_headers = httpx2.Headers(
            {
                "Accept": "application/json",
                "Content-Type": "application/json",
                "User-Agent": self._client.user_agent,
                **{name: value for name, value in identity.items() if isinstance(value, str)},
            }
        )

    async def post(self, body: bytes) -> bytes:
        """The body of the response to one request.

        Raises:
            CallFault: there was none, or its status is not 2xx.
        """
        request = httpx2.Request("POST", self._post_url, headers=self._post_headers, content=body)
        try:
            response = await self._http.send(request, stream=True)
            async with aclosing(response):
                content = await whole_body(response.aiter_bytes())
        except ERRORS as error:
            fault = self._fault(error)
        else:
            self.headers = response.headers
            if response.is_success:
                return content
            fault = self._refusal(response, content)
        raise fault  # outside of the handler, so that it does not hold the request

    async def stream(self, body: bytes, on_event: Callable[[Any], None]) -> None:
        """Hand on the parsed events of one streamed response as they come.

        Raises:
            CallFault: as for `post`, or an event is an error.
        """
        try:
            events = await self._client.post(
                CHAT_PATH,
                cast_to=object,
                content=body,
                options=self._options,
                stream=True,
                stream_cls=openai.AsyncStream[object],
            )
            async with events:
                async for event in events:
                    on_event(event)
        except ERRORS as error:
            fault = self._fault(error)
        else:
            return
        raise fault

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _fault(self, error: Exception) -> CallFault:
        match error:
            case openai.APIStatusError():
                self.headers = error.response.headers
                return self._refusal(error.response, error.response.content)
            case openai.APIConnectionError() | httpx2.TransportError() | OSError():
                cause = error.__cause__ or error
                words = self.complaints.redacted(f"{type(cause).__name__}: {cause}")
                return CallFault("connection_failed", "passing", words)
            case openai.APIError():
                return self.complaints.fault_in_success({"error": error.body})
            case _:  # what came is no HTTP, or no events
                return self.complaints.malformed(str(error))

    def _refusal(self, response: httpx2.Response, content: bytes) -> CallFault:
        return self.complaints.fault(response.status_code, response.headers, content)
