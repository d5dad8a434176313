"""`ChatModel`: a vision chat model as the platform asks it, one request a photo."""

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from resources.endpoints.chat import streaming
from resources.endpoints.chat.answer_schema import follows
from resources.endpoints.chat.attempts import Attempts, AttemptsHere
from resources.endpoints.chat.completion import Completion
from resources.endpoints.chat.connection import Connection
from resources.endpoints.chat.ladder import Descent, Form, Output, ladder_of
from resources.endpoints.chat.request import PhotoRequest
from resources.endpoints.chat.unexplained import Unexplained
from resources.endpoints.complaints import RequestRefused
from resources.endpoints.config import EndpointConfig
from resources.endpoints.flow import DEFAULT_PATIENCE, Answer, Call, Caller, Patience
from resources.endpoints.interface import Described, DescribeRequest, Photo, Usage
from resources.endpoints.metering import Meter

log = logging.getLogger(__name__)

REQUESTS_KEPT = 256
"""Sets of questions whose requests are kept ready. A version has few of them, of some KB each."""
FIRST_GUESS = 1_500
"""Tokens that a photo and its questions are taken for, until an answer tells."""
WEIGHT_OF_LAST = 0.1
"""How much an answer moves the number of tokens that the next is taken for."""


class ChatModel:
    """A `TagModel` over chat completions with pictures."""

    def __init__(
        self,
        config: EndpointConfig,
        meter: Meter,
        patience: Patience = DEFAULT_PATIENCE,
        attempts: Attempts | None = None,
    ) -> None:
        """Nothing is sent yet. `attempts` makes the requests about photos, by default from here.

        Raises:
            ModelError: the key is not in the environment, or there is no endpoint to call.
        """
        self.name = config.model
        self.version = config.version
        self.concurrency = config.ceilings.concurrency
        self._config = config
        self._connection = Connection(config)
        self._attempts = attempts or AttemptsHere(config, self._connection)
        self._caller = Caller(config, meter, patience)
        self._ladder = ladder_of(self._connection.url, config.model)
        self._prepared = lru_cache(REQUESTS_KEPT)(partial(PhotoRequest, config))
        self._unexplained = Unexplained(config)
        self._tokens: float = FIRST_GUESS
        self._has_cut_off = False

    @property
    def output(self) -> Output:
        """How answers are asked for, after all that the endpoint has refused so far."""
        return self._ladder.form().output

    @property
    def last_headers(self) -> Mapping[str, str]:
        """Of the last response; some endpoints tell their rate limits there."""
        return self._attempts.headers

    async def describe(
        self, photos: Sequence[Photo], request: DescribeRequest
    ) -> Sequence[Described]:
        """Ask about each photo in a call of its own; answers come in the order of the photos.

        Raises:
            EndpointStoppedError: no call can succeed until the user acts.
        """
        if len(photos) == 1:
            return [await self._describe(photos[0], request)]
        calls = [asyncio.ensure_future(self._describe(photo, request)) for photo in photos]
        try:
            return await asyncio.gather(*calls)
        finally:
            for call in calls:
                call.cancel()

    def stream_text(
        self, messages: streaming.Messages, *, on_usage: Callable[[Usage], None] | None = None
    ) -> AsyncGenerator[str, None]:
        """Text as the model writes it, for chat messages as OpenAI defines them.

        `on_usage` is told at the end what all attempts used. The call is tried again only while
        nothing has come.

        Raises:
            ModelError: there was no text, or it broke off.
            EndpointStoppedError: no call can succeed until the user acts.
        """
        writer = streaming.Writer(self._config, self._connection, self._caller, messages)
        return streaming.read(writer, self._ladder, self._config.name, on_usage)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._connection.aclose()

    async def _describe(self, photo: Photo, request: DescribeRequest) -> Described:
        if self._config.image_input == "url" and photo.url is None:
            return Described("", uuid.uuid4().hex, attempts=0, failure="no_url")
        if request.correction is None:
            asked = self._prepared(request)
        else:  # it is of one photo, and not worth keeping
            asked = PhotoRequest(self._config, request)
        call = await self._call(asked, photo)
        if call.value is not None:
            text = call.value.text
            return Described(text, call.call_id, usage=call.usage, attempts=call.attempts)
        assert call.fault is not None
        return Described(
            call.fault.words,
            call.call_id,
            usage=call.usage,
            attempts=call.attempts,
            failure=call.fault.code,
            retryable=call.fault.kind in {"busy", "passing"},
        )

    async def _call(self, asked: PhotoRequest, photo: Photo) -> Call[Completion]:
        """Ask in the strictest form that the endpoint takes.

        Raises:
            EndpointStoppedError: no call can succeed until the user acts.
        """
        self._unexplained.raise_if_stopped()
        descent = Descent(self._ladder, asked.questions)
        usage, attempts = Usage(), 0
        while True:
            call = await self._caller.call(
                partial(self._attempt, asked, descent.form, photo),
                tokens=round(self._tokens),
                tags=len(asked.questions),
                share=f"{photo.image_id} {asked.digest} {descent.form}",
            )
            usage, attempts = usage + call.usage, attempts + call.attempts
            fault = call.fault
            if not isinstance(fault, RequestRefused) or not descent.refused(fault.about):
                break
        self._unexplained.ended(fault)
        if call.value is not None:
            descent.answered()
            if not call.value.cut_off and not follows(call.value.text, asked.questions):
                descent.ignored()
        return replace(call, usage=usage, attempts=attempts)

    async def _attempt(self, asked: PhotoRequest, form: Form, photo: Photo) -> Answer[Completion]:
        completion = await self._attempts.complete(asked, form, photo)
        usage = completion.usage
        if tokens := usage.input_tokens + usage.output_tokens:
            self._tokens += WEIGHT_OF_LAST * (tokens - self._tokens)
        if completion.cut_off and not self._has_cut_off:
            self._has_cut_off = True
            log.warning(
                "model %s: an answer was cut off at the limit of tokens; raise max_tokens in the"
                " options of the model, or ask for fewer tags.",
                self._config.name,
            )
        return Answer(completion, usage, completion.outcome)
