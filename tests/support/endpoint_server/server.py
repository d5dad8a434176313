"""`EndpointServer`: all protocols on one port of 127.0.0.1."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import uvloop
from aiohttp import web

from tests.support.endpoint_server.batch import Batches
from tests.support.endpoint_server.batch_jobs import Ending
from tests.support.endpoint_server.chat import Chat
from tests.support.endpoint_server.dashscope import Native
from tests.support.endpoint_server.dialects import COMPATIBLE, EAS_CHAT, OPENAI
from tests.support.endpoint_server.exchange import exchange
from tests.support.endpoint_server.gme import Gme
from tests.support.endpoint_server.reply import Speaks
from tests.support.endpoint_server.state import State
from tests.support.endpoint_server.vllm import Vllm

LARGEST_BODY = 1 << 30

CHAT = Chat("chat", OPENAI)
COMPATIBLE_CHAT = Chat("chat_compatible", COMPATIBLE, has_thinking=True)
PROTOCOLS: dict[str, Speaks] = {
    "/v1/chat/completions": CHAT,
    "/compatible-mode/v1/chat/completions": COMPATIBLE_CHAT,
    "/api/predict/{service}/v1/chat/completions": Chat("chat_eas", EAS_CHAT),
    "/api/v1/services/embeddings/multimodal-embedding/multimodal-embedding": Native(),
    "/api/predict/{service}": Gme(),
    "/api/predict/{service}/": Gme(),
    "/v1/embeddings": Vllm(),
}


class EndpointServer(State):
    """Serves from a thread of its own between `with` and its end, or for ever with `serve`.

    It may be entered again, and is then on the same port with all that it has counted.

    Takes the `Settings` by keyword, and what goes wrong: `faults` in order, a `mix` by chance with
    a `seed`, and `of_photo` for single photos (by the sha256 of their bytes).
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        lines = {"/v1/embeddings": Vllm()}
        self.batches = {
            "/v1": Batches(self, OPENAI, {**lines, "/v1/chat/completions": CHAT}),
            "/compatible-mode/v1": Batches(
                self, COMPATIBLE, {**lines, "/v1/chat/completions": COMPATIBLE_CHAT}
            ),
        }

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The base URL of the OpenAI protocols."""
        return f"{self.origin}/v1"

    def end_batches(self, ending: Ending = "completed") -> None:
        """End all batches that are under way, whatever their polls."""
        for batches in self.batches.values():
            batches.end(ending)

    def __enter__(self) -> "EndpointServer":
        started = threading.Event()
        self._loop = uvloop.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, args=(started.set,), daemon=True)
        self._thread.start()
        if not started.wait(10):
            raise RuntimeError("the endpoint server did not start within 10 seconds")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _run(self, started: Callable[[], None]) -> None:
        self._loop.run_until_complete(self.serve(started, self._stop.wait))
        self._loop.close()

    async def serve(
        self, started: Callable[[], None], until: Callable[[], Awaitable[object]]
    ) -> None:
        """Serve until `until` returns; `started` is called once the port is open."""
        runner = web.AppRunner(
            self._application(), access_log=None, keepalive_timeout=600, shutdown_timeout=0.2
        )
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", self.port, backlog=1024)
            await site.start()
            self.port = runner.addresses[0][1]
            started()
            await until()
        finally:
            await runner.cleanup()

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=LARGEST_BODY)
        for path, protocol in PROTOCOLS.items():
            application.router.add_post(path, partial(exchange, self, protocol))
        for root, batches in self.batches.items():
            application.router.add_routes(batches.routes(root))
        application.router.add_get("/_counts", self._counts)
        for root in ("/v1", "/compatible-mode/v1", "/api/predict/{service}/v1"):
            application.router.add_get(f"{root}/models", self._models)
        return application

    async def _counts(self, _: web.Request) -> web.Response:
        return web.json_response(self.counts())

    async def _models(self, _: web.Request) -> web.Response:
        models = [
            {"id": m, "object": "model", "created": 0, "owned_by": "test"} for m in self.models
        ]
        return web.json_response({"object": "list", "data": models})
