"""One request about one photo: what leaves, what comes back. When to ask again is `flow`'s part."""

from collections.abc import Mapping
from typing import Protocol

from resources.endpoints.chat.completion import Completion, read_completion
from resources.endpoints.chat.connection import Connection
from resources.endpoints.chat.ladder import Form
from resources.endpoints.chat.request import PhotoRequest
from resources.endpoints.config import EndpointConfig
from resources.endpoints.interface import Photo


class Attempts(Protocol):
    """Makes single requests: from this process, or from workers of a cluster."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Of the last response."""
        ...

    async def complete(self, asked: PhotoRequest, form: Form, photo: Photo) -> Completion:
        """The model's answer about `photo`, asked as `form` says.

        Raises:
            CallFault: there is none.
        """
        ...


class AttemptsHere:
    """Requests over a connection of this process."""

    def __init__(self, config: EndpointConfig, connection: Connection) -> None:
        self._config = config
        self._connection = connection

    @property
    def headers(self) -> Mapping[str, str]:
        """Of the last response."""
        return self._connection.headers

    async def complete(self, asked: PhotoRequest, form: Form, photo: Photo) -> Completion:
        """As the contract says."""
        content = await self._connection.post(asked.body(form, photo))
        return read_completion(content, self._config, self._connection.complaints)
