"""`ChatTextModel`: a chat model that writes a text about the photos it is shown."""

import base64
from collections.abc import AsyncGenerator, Callable
from typing import Any

from resources.endpoints.chat.model import ChatModel
from resources.endpoints.config import EndpointConfig
from resources.endpoints.interface import Photo, Usage
from resources.endpoints.writing import WriteRequest
from resources.errors import ModelError

Members = dict[str, Any]


class ChatTextModel:
    """A `TextModel` over streamed chat completions with pictures."""

    def __init__(self, config: EndpointConfig, chat: ChatModel) -> None:
        """`chat` is the model's endpoint; it may answer questions meanwhile."""
        self.name = config.model
        self.version = config.version
        self.concurrency = config.ceilings.concurrency
        self._config = config
        self._chat = chat

    def write(
        self, request: WriteRequest, *, on_usage: Callable[[Usage], None] | None = None
    ) -> AsyncGenerator[str, None]:
        """The pieces of the text while it is written. Raises as `ChatModel.stream_text` does.

        Raises:
            ModelError: the endpoint takes photos by URL only, and a photo has none.
        """
        content: list[Members] = [
            {"type": "image_url", "image_url": {"url": url}}
            for url in map(self._url, request.photos)
        ]
        content.append({"type": "text", "text": request.prompt})
        messages: list[Members] = [{"role": "user", "content": content}]
        if request.system:
            messages.insert(0, {"role": "system", "content": request.system})
        return self._chat.stream_text(messages, on_usage=on_usage)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._chat.aclose()

    def _url(self, photo: Photo) -> str:
        if self._config.image_input != "url":
            return f"data:image/jpeg;base64,{base64.b64encode(photo.jpeg).decode()}"
        if photo.url is None:
            raise ModelError(
                f"model {self._config.name} takes photos by URL, and one has none.",
                "Keep the photos in S3 or OSS, or set the model's image_input to data_url.",
            )
        return photo.url
