"""The chain over `transformers serve`: a server and a model that know nothing of this platform.

The server takes photos as data URLs and by URL, and passes over the form that answers are asked for
in. The weights of its model are random: every answer is noise, and another for every photo.
"""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from listing_assets.publishing.revisions import open_revision
from resources.endpoints.chat.model import ChatModel
from resources.endpoints.config import EndpointConfig
from resources.endpoints.interface import Usage
from resources.endpoints.metering import Unmetered
from resources.endpoints.probing import look_at
from resources.errors import EndpointStoppedError
from tests.conftest import Chain
from tests.peers.conftest import Peer

pytestmark = [pytest.mark.peers, pytest.mark.timeout(600)]

PHOTOS = 5
MOST_TOKENS = 32
"""Of an answer; noise seldom ends by itself."""
SETTINGS = """\
model: {model}
    timeout_ms: 60000
    options: {{max_tokens: {most_tokens}}}"""


@pytest.fixture
def config(peer: Peer) -> EndpointConfig:
    return EndpointConfig(
        "openai",
        "MLLM",
        "noise",
        peer.model,
        "1",
        endpoint=peer.url,
        timeout_ms=60_000,
        options={"max_tokens": MOST_TOKENS},
    )


def test_noise_ends_as_invalid_rows_and_every_photo_is_published(chain: Chain, peer: Peer) -> None:
    settings = SETTINGS.format(model=peer.model, most_tokens=MOST_TOKENS)
    chain.edit("models.yaml", "model: test-chat", settings)
    chain.edit("models.yaml", "concurrency: 8", "concurrency: 2")  # it answers one at a time
    chain.add_photos(range(PHOTOS))
    run = chain.run()
    assert run.success, run.problem

    answers = _rows(chain, "smart_tags")
    assert len(answers) == 2 * PHOTOS
    assert {answer["status"] for answer in answers} == {"invalid"}
    assert all(answer["raw"] and answer["reason"] and answer["value"] is None for answer in answers)
    assert len({answer["raw"] for answer in answers}) == PHOTOS  # it has seen every photo

    calls = [call for call in _rows(chain, "model_calls") if call["asset"] == "smart_tags"]
    assert {call["outcome"] for call in calls} <= {"ok", "truncated"}
    assert len(calls) == 2 * PHOTOS == run["smart_tags"]["calls"]  # each is asked once more
    assert all(call["input_tokens"] > 0 for call in calls)
    assert all(0 < call["output_tokens"] <= MOST_TOKENS for call in calls)
    for tokens in ("input_tokens", "output_tokens"):
        assert sum(call[tokens] for call in calls) == run["smart_tags"][tokens]
    assert {answer["call_id"] for answer in answers} < {call["call_id"] for call in calls}

    assert run["labeled_dataset_versions"]["published"] == PHOTOS
    published = open_revision(chain.lake, "photos", "v1.1").to_arrow().to_pylist()
    assert [row["status"] for row in published] == ["published"] * PHOTOS
    assert all(row["tag_category"] is None and row["labels"] == [] for row in published)
    assert run.checks["row_accounting"] and not run.checks["tag_coverage"]


def test_a_look_finds_that_it_takes_photos_and_keeps_to_no_form(
    config: EndpointConfig, photo_url: str
) -> None:
    checked = asyncio.run(look_at(config, photo_url))
    assert checked.answers
    assert checked.usage.input_tokens > 0
    assert 0 < checked.usage.output_tokens <= MOST_TOKENS
    assert {finding.name: finding.works for finding in checked.findings} == {
        "photos as data URLs": True,
        "photos by URL": True,
        "answers by JSON schema": False,
        "answers as JSON object": False,
        "sees the photo": False,
    }


def test_a_model_that_it_does_not_serve_stops_at_once(config: EndpointConfig) -> None:
    with pytest.raises(EndpointStoppedError, match=r"pinned to.*no model 'another'"):
        asyncio.run(look_at(replace(config, model="another")))


def test_a_text_is_streamed_with_its_usage(config: EndpointConfig) -> None:
    pieces, usage = asyncio.run(_stream(config))
    assert 1 < len(pieces) <= usage.output_tokens <= MOST_TOKENS
    assert usage.input_tokens > 0


def _rows(chain: Chain, table: str) -> list[dict[str, Any]]:
    return chain.lake.open(table).search().limit(1_000).to_list()


async def _stream(config: EndpointConfig) -> tuple[list[str], Usage]:
    model = ChatModel(config, Unmetered())
    used: list[Usage] = []
    messages = [{"role": "user", "content": "Write a listing."}]
    try:
        pieces = [piece async for piece in model.stream_text(messages, on_usage=used.append)]
    finally:
        await model.aclose()
    return pieces, used[0]
