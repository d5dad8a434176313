"""The tag model that runs in this process: it reads and measures, and answers by the definition."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from resources.endpoints.embedded.answering import Evidence, answer
from resources.endpoints.embedded.colours import palette
from resources.endpoints.embedded.pixels import UNREADABLE_PHOTO, decode, measure
from resources.endpoints.embedded.reading import read
from resources.endpoints.interface import Described, DescribeRequest, Photo, Usage
from resources.endpoints.metering import UNMETERED, Meter, metered
from resources.errors import ModelError

Seen = tuple[str, str | None]
"""The answers as JSON, and the words that were read."""
Look = Callable[[Photo, DescribeRequest], Awaitable[Seen | None]]


class EmbeddedTagModel:
    """A reader, not an understanding: OCR and pixel measurements, null where these cannot tell.

    It needs no key and no network and costs nothing. Equal photos and questions get equal answers.
    """

    name = "embedded-reader"
    version = "1"
    deterministic = True
    """Asking twice brings the same answer."""

    def __init__(
        self,
        meter: Meter = UNMETERED,
        concurrency: int | None = None,
        look: Look | None = None,
    ) -> None:
        """Work on `concurrency` photos at once; by default on as many as there are processors.

        `look` does the work, by default on threads of this process.
        """
        self.concurrency = concurrency or os.cpu_count() or 1
        self._meter = meter
        self._look = look or self._look_here
        self._room = asyncio.Semaphore(self.concurrency)
        self._threads = ThreadPoolExecutor(self.concurrency, thread_name_prefix="embedded-reader")

    async def describe(
        self, photos: Sequence[Photo], request: DescribeRequest
    ) -> Sequence[Described]:
        """Answer about each photo, in order; unanswerable tags are null, bad bytes a failure.

        The work runs on the model's threads, where the networks compute without the interpreter
        lock. Each photo is a call of its own.

        Raises:
            EndpointStoppedError: the meter lets no call begin.
        """
        return await asyncio.gather(*(self._describe(photo, request) for photo in photos))

    async def aclose(self) -> None:
        """Let go of the threads; work in flight is finished first."""
        await asyncio.to_thread(self._threads.shutdown)

    async def _describe(self, photo: Photo, request: DescribeRequest) -> Described:
        async with self._room:
            call_id, seen = await metered(
                self._meter,
                lambda: self._look(photo, request),
                lambda seen: "ok" if seen else UNREADABLE_PHOTO,
                images=1,
                tags=len(request.questions),
            )
        usage = Usage(cost=0.0)
        if seen is None:
            return Described("", call_id, usage=usage, failure=UNREADABLE_PHOTO)
        raw, seen_text = seen
        return Described(raw, call_id, seen_text=seen_text, usage=usage)

    async def _look_here(self, photo: Photo, request: DescribeRequest) -> Seen | None:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, answered, photo, request)


def answered(photo: Photo, request: DescribeRequest) -> Seen | None:
    """The answers as JSON and the words read; None where the bytes are no picture."""
    try:
        reading = read(photo.jpeg)
        rgb = decode(photo.jpeg)
    except ModelError:
        return None
    facts = measure(rgb, [line.box for line in reading.lines])
    evidence = Evidence(reading=reading, colours=palette(rgb), facts=facts)
    answers = {
        question.name: answer(question, evidence, request.language)
        for question in request.questions
    }
    return json.dumps(answers, ensure_ascii=False), reading.text or None
