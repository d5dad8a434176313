"""Photos that an endpoint errs over fail alone; an endpoint that errs for all stops the run."""

import asyncio
import hashlib

import pytest

from resources.endpoints.chat.model import ChatModel
from resources.endpoints.config import Ceilings, EndpointConfig
from resources.endpoints.flow import Patience
from resources.endpoints.interface import DescribeRequest, Photo, TagQuestion, TagValue
from resources.endpoints.metering import Unmetered
from resources.errors import EndpointStoppedError
from tests.conftest import draw_photo
from tests.support.endpoint_server import EndpointServer

QUESTION = TagQuestion("category", "choice", "What it is.", (TagValue("Food"), TagValue("Toys")))
REQUEST = DescribeRequest("Look.", "en", (QUESTION,))
PHOTOS = [Photo(hashlib.sha256(jpeg).hexdigest(), jpeg) for jpeg in map(draw_photo, range(60))]


async def outcomes(server: EndpointServer, patience: Patience) -> list[str | BaseException | None]:
    config = EndpointConfig(
        "openai", "MLLM", "m", "m", "1", endpoint=server.url, ceilings=Ceilings(8)
    )
    model = ChatModel(config, Unmetered(), patience)
    calls = (model.describe([photo], REQUEST) for photo in PHOTOS)
    ended = await asyncio.gather(*calls, return_exceptions=True)
    await model.aclose()
    return [each if isinstance(each, BaseException) else each[0].failure for each in ended]


@pytest.mark.parametrize("poisoned", [1, 3, 8, 20])
@pytest.mark.parametrize("are_first", [True, False])
def test_photos_that_draw_an_error_fail_alone(poisoned: int, are_first: bool) -> None:
    bad = PHOTOS[:poisoned] if are_first else PHOTOS[-poisoned:]
    patience = Patience(first_backoff=0.02, pause=0.1, down=20)
    with EndpointServer(of_photo={photo.image_id: "500" for photo in bad}) as server:
        ended = asyncio.run(outcomes(server, patience))
    assert ended == ["server_error" if photo in bad else None for photo in PHOTOS]


def test_an_endpoint_that_errs_for_every_photo_stops_the_run() -> None:
    patience = Patience(first_backoff=0.02, pause=0.1, down=0.5)
    with EndpointServer(of_photo={photo.image_id: "500" for photo in PHOTOS}) as server:
        ended = asyncio.run(outcomes(server, patience))
        assert sum(server.outcomes.values()) < 100
    assert sum(isinstance(each, EndpointStoppedError) for each in ended) > 30
