import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from listing_assets.catalog.loading import load_catalog
from listing_assets.tagging.validation import judge
from resources.endpoints.embedded.tag_model import EmbeddedTagModel
from resources.endpoints.interface import (
    Described,
    DescribeRequest,
    Photo,
    TagModel,
    TagQuestion,
    TagValue,
    Usage,
)
from resources.errors import EndpointStoppedError
from tests.endpoints.embeddings.recording_meter import RecordingMeter
from tests.support.posters import block, jpeg, poster

ROOT = Path(__file__).resolve().parents[2]
REAL_PHOTOS = ROOT.parent / "shared" / "data" / "photos" / "images"
CATALOG = load_catalog(ROOT / "catalog", variables={"LISTING_HOME": "."})

CATEGORY = TagQuestion(
    "category",
    "choice",
    values=(TagValue("Beauty", "lipstick, 面膜"), TagValue("Food", "coffee, 咖啡")),
)


def _describe(photos: Sequence[bytes], *questions: TagQuestion) -> Sequence[Described]:
    request = DescribeRequest("Say what you see.", "en", questions)
    return _ask(photos, request)


def _ask(photos: Sequence[bytes], request: DescribeRequest) -> Sequence[Described]:
    async def ask() -> Sequence[Described]:
        model: TagModel = EmbeddedTagModel()
        described = await model.describe([Photo("id", photo) for photo in photos], request)
        await model.aclose()
        return described

    return asyncio.run(ask())


def _answers(definition: str, *pictures: Image.Image) -> list[dict[str, Any]]:
    """What the shipped definition's tags are for each picture, judged valid by the platform."""
    tags = CATALOG.tag_definition(definition)
    request = tags.request(tuple(tag.name for tag in tags.tags))
    answers = []
    for described in _ask([jpeg(picture) for picture in pictures], request):
        judged = judge(described.raw, tags.tags)
        assert {answer.status for answer in judged.values()} == {"valid"}
        answers.append({name: answer.value for name, answer in judged.items()})
    return answers


def test_a_poster_is_filed_and_described_by_the_shipped_definition() -> None:
    lipstick, mask, chips, shirt = _answers(
        "ecommerce_poster",
        poster([("Velvet Lipstick", 50), ("One stroke, all day", 28), ("¥129", 60)], ink="#c2185b"),
        poster([("玻尿酸补水面膜", 56), ("限时特惠", 36)]),
        poster([("POTATO CHIPS", 54), ("原味薯片", 50)], paper="#ffd600"),
        block("#c62828"),
    )

    assert lipstick["category"] == "Beauty"
    assert "Velvet Lipstick" in lipstick["description"]
    assert mask["category"] == "Beauty"
    assert chips["category"] == "Food"
    assert shirt == {"category": None, "description": "Mainly red, plain white background"}
    for answers in (lipstick, mask, chips):
        assert len(answers["description"]) <= 50


def test_a_secondhand_photo_is_measured_and_what_needs_judgement_left_open() -> None:
    (answers,) = _answers("secondhand_listing", block("#1565c0"))

    assert answers == {
        "category": None,
        "brand": None,
        "model": None,
        "color": "blue",
        "condition": None,
        "defects": None,
        "asking_price": None,
        "plain_background": True,
        "blurry": False,
        "visible_text": None,
    }


def test_a_driving_scene_is_not_made_up() -> None:
    (answers,) = _answers("driving_scene", Image.effect_noise((512, 512), 80).convert("RGB"))

    assert {name for name, value in answers.items() if value is not None} <= {"image_blurred"}


def test_a_price_is_read() -> None:
    (described,) = _describe(
        [jpeg(poster([("Green tea", 40), ("¥199", 80)]))], TagQuestion("price", "number")
    )

    assert json.loads(described.raw) == {"price": 199.0}
    assert described.seen_text == "Green tea\n¥199"


def test_what_cannot_be_answered_is_null_and_costs_nothing() -> None:
    (described,) = _describe([jpeg(block("red"))], CATEGORY)

    assert json.loads(described.raw) == {"category": None}
    assert described.seen_text is None
    assert described.usage == Usage(input_tokens=0, output_tokens=0, cost=0.0)
    assert described.attempts == 1


def test_changing_the_description_of_a_value_changes_the_answer() -> None:
    photo = jpeg(poster([("Espresso beans", 50)]))
    widened = replace(
        CATEGORY, values=(CATEGORY.values[0], TagValue("Food", "coffee, espresso, 咖啡"))
    )

    before, after = (_describe([photo], question)[0] for question in (CATEGORY, widened))

    assert json.loads(before.raw) == {"category": None}
    assert json.loads(after.raw) == {"category": "Food"}


def test_bytes_that_are_no_photo_fail_alone() -> None:
    bad, good = _describe([b"not a jpeg", jpeg(poster([("面膜", 80)]))], CATEGORY)

    assert (bad.failure, bad.retryable, bad.raw) == ("unreadable_photo", False, "")
    assert (good.failure, json.loads(good.raw)) == (None, {"category": "Beauty"})


def test_each_photo_is_a_call_that_the_meter_is_told_of() -> None:
    meter = RecordingMeter()
    photos = [Photo("id", b"not a jpeg"), Photo("id", jpeg(block("red")))]
    request = DescribeRequest("", "en", (CATEGORY, replace(CATEGORY, name="kind")))

    async def ask() -> Sequence[Described]:
        model = EmbeddedTagModel(meter, concurrency=1)
        described = await model.describe(photos, request)
        await model.aclose()
        return described

    described = asyncio.run(ask())
    assert meter.outcomes == ["unreadable_photo", "ok"]
    assert [one.call_id for one in described] == [one.attempt_id for one in meter.ended]
    assert {(one.images, one.tags, one.at_ceiling) for one in meter.ended} == {(1, 2, False)}
    assert {one.usage for one in meter.ended} == {Usage(cost=0.0)}
    assert all(one.latency_ms > 0 for one in meter.ended)
    assert meter.ended[0].began_at <= meter.ended[1].began_at


def test_nothing_is_read_once_the_meter_says_stop() -> None:
    async def ask() -> Sequence[Described]:
        model = EmbeddedTagModel(RecordingMeter(most=0))
        try:
            return await model.describe([Photo("id", b"")], DescribeRequest("", "en", (CATEGORY,)))
        finally:
            await model.aclose()

    with pytest.raises(EndpointStoppedError):
        asyncio.run(ask())


def test_many_calls_at_once_answer_like_one_after_the_other() -> None:
    photos = [jpeg(poster([(word, 60)])) for word in ("lipstick", "coffee", "面膜", "nothing")]
    request = DescribeRequest("", "en", (CATEGORY,))

    async def at_once() -> list[str]:
        model = EmbeddedTagModel(concurrency=3)
        calls = [model.describe([Photo("id", photo)], request) for photo in photos]
        described = [answers[0] for answers in await asyncio.gather(*calls)]
        await model.aclose()
        return [answer.raw for answer in described]

    assert asyncio.run(at_once()) == [answer.raw for answer in _ask(photos, request)]


def test_the_model_says_what_it_is() -> None:
    model = EmbeddedTagModel()

    assert (model.name, model.version) == ("embedded-reader", "1")
    assert model.concurrency >= 1


@pytest.mark.skipif(not REAL_PHOTOS.is_dir(), reason="the shared product photos are not here")
def test_real_packages_are_food_and_real_clothes_are_not_guessed() -> None:
    names = ("s0050.jpg", "s0148.jpg", "s0030.jpg", "s0055.jpg")
    pictures = [Image.open(REAL_PHOTOS / name).convert("RGB").resize((512, 512)) for name in names]

    yoghurt, soya, shirt, dress = _answers("ecommerce_poster", *pictures)

    assert (yoghurt["category"], soya["category"]) == ("Food", "Food")
    assert (shirt["category"], dress["category"]) == (None, None)
