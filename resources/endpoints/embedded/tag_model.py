"""The tag model that runs in this process: it reads and measures, and answers by the definition."""

import asyncio
import json
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from resources.endpoints.embedded.answering import Evidence, answer
from resources.endpoints.embedded.colours import palette
from resources.endpoints.embedded.pixels import UNREADABLE_PHOTO, decode, measure
from resources.endpoints.embedded.reading import read
from resources.endpoints.interface import Described, DescribeRequest, Photo, Usage
from resources.errors import ModelError

"""Failure code of a photo whose bytes are no picture; asking again would not help."""


class EmbeddedTagModel:
    """A reader, not an understanding: OCR and pixel measurements, null where these cannot tell.

    It needs no key and no network and costs nothing. Equal photos and questions get equal answers.
    """

    name = "embedded-reader"
    version = "1"

    def __init__(self, concurrency: int | None = None) -> None:
        """Work on `concurrency` photos at once; by default on as many as there are processors."""
        self.concurrency = concurrency or os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(self.concurrency, thread_name_prefix="embedded-reader")

    async def describe(
        self, photos: Sequence[Photo], request: DescribeRequest
    ) -> Sequence[Described]:
        """Answer about each photo, in order; unanswerable tags are null, bad bytes a failure.

        The work runs on the model's threads, where the networks compute without the interpreter
        lock.
        """
        loop = asyncio.get_running_loop()
        calls = [loop.run_in_executor(self._threads, _describe, photo, request) for photo in photos]
        return await asyncio.gather(*calls)

    async def aclose(self) -> None:
        """Let go of the threads; work in flight is finished first."""
        await asyncio.to_thread(self._threads.shutdown)


def _describe(photo: Photo, request: DescribeRequest) -> Described:
    started = time.perf_counter()
    usage = Usage(cost=0.0)
    try:
        reading = read(photo.jpeg)
        rgb = decode(photo.jpeg)
    except ModelError:
        return Described(raw="", usage=usage, failure=UNREADABLE_PHOTO, retryable=False)
    facts = measure(rgb, [line.box for line in reading.lines])
    evidence = Evidence(reading=reading, colours=palette(rgb), facts=facts)
    answers = {
        question.name: answer(question, evidence, request.language)
        for question in request.questions
    }
    return Described(
        raw=json.dumps(answers, ensure_ascii=False),
        seen_text=reading.text or None,
        usage=usage,
        latency_ms=(time.perf_counter() - started) * 1000,
    )
