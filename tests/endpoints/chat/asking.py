"""Asks a chat model about photos against the test server, and sees all that goes over the wire."""

import asyncio
import hashlib
import json
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from resources.endpoints.chat.model import ChatModel
from resources.endpoints.config import EndpointConfig
from resources.endpoints.flow import Patience
from resources.endpoints.interface import Described, DescribeRequest, Photo, TagQuestion, TagValue
from resources.endpoints.metering import Attempt
from tests.support.endpoint_server import EndpointServer

T = TypeVar("T")

KEY = "sk-a-key-that-no-text-may-show"
VARIABLE = "LISTING_CHAT_KEY"
HASTE = Patience(first_backoff=0.001, most_attempts=3)
REQUEST = DescribeRequest(
    "Say what you see.",
    "zh",
    (
        TagQuestion("category", "choice", "What it is.", (TagValue("Food"), TagValue("Toys"))),
        TagQuestion("price", "number", "On the tag.", minimum=0, maximum=99.5),
        TagQuestion("title", "text", "A short title.", max_length=12),
    ),
)


def photo(number: int = 0) -> Photo:
    """A photo that differs from every other number's."""
    jpeg = f"the bytes of photo {number}".encode()
    return Photo(hashlib.sha256(jpeg).hexdigest(), jpeg)


@dataclass
class Ledger:
    """A meter that remembers."""

    ended: list[Attempt] = field(default_factory=list)

    def begin(self) -> str:
        return uuid.uuid4().hex

    def end(self, attempt: Attempt) -> None:
        self.ended.append(attempt)

    @property
    def outcomes(self) -> list[str]:
        return [attempt.outcome for attempt in self.ended]


@dataclass
class Asking:
    """One model at the server, opened anew for each question unless several are put in `using`."""

    server: EndpointServer
    ledger: Ledger = field(default_factory=Ledger)
    changes: dict[str, Any] = field(default_factory=dict)

    def config(self, **changes: Any) -> EndpointConfig:
        given: dict[str, Any] = {
            "provider": "openai",
            "type": "MLLM",
            "name": "shop_model",
            "model": "test-model",
            "version": "1",
            "endpoint": self.server.url,
            "api_key_env": VARIABLE,
        }
        return EndpointConfig(**(given | self.changes | changes))

    def using(self, use: Callable[[ChatModel], Awaitable[T]], **changes: Any) -> T:
        """What `use` makes of the model."""

        async def run() -> T:
            model = ChatModel(self.config(**changes), self.ledger, HASTE)
            try:
                return await use(model)
            finally:
                await model.aclose()

        return asyncio.run(run())

    def about(
        self, photos: Sequence[Photo], request: DescribeRequest = REQUEST, **changes: Any
    ) -> Sequence[Described]:
        """Answers about photos that are asked for together."""
        return self.using(lambda model: model.describe(photos, request), **changes)

    def once(self, request: DescribeRequest = REQUEST, **changes: Any) -> Described:
        """The answer about one photo."""
        return self.about([photo()], request, **changes)[0]

    def bodies(self) -> list[dict[str, Any]]:
        """The list into which the server puts the body of each request from now on."""
        seen: list[dict[str, Any]] = []

        def answer(asked: Any) -> str:
            seen.append(asked.body)
            return json.dumps({"category": "Food", "price": 1.5, "title": "apple"})

        self.server.answer_with = answer
        return seen
