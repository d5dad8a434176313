"""The embedded embedding model on drawn posters, and its quality on real photos."""

import asyncio
import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from benchmarks.retrieval import REAL_PHOTOS, load, precision, vectors
from listing_assets.typeface import font
from resources.endpoints.embedded.embedding_model import (
    DIMENSION,
    EmbeddedEmbeddingModel,
    photo_vector,
    text_vector,
)
from resources.endpoints.interface import Embedded, Photo, Usage
from resources.errors import EndpointStoppedError
from tests.endpoints.embeddings.recording_meter import RecordingMeter

POSTERS = {
    "lipstick": ("#f6e3e0", "#5c0d1c", ("VELVET LIPSTICK", "丝绒口红", "买一送一")),
    "laptop": ("#dfe6ef", "#20304a", ("SLIM LAPTOP", "轻薄笔记本电脑", "新品上市")),
    "honey": ("#fff3d0", "#5a3a08", ("WILD HONEY", "野生蜂蜜", "限时七折")),
    "towel": ("#e6f2ea", "#143d2a", ("COTTON TOWEL", "纯棉毛巾", "吸水柔软")),
    "silent": ("#e9e9e9", "#e9e9e9", ()),
}
COLOURED = {"red": "#c81e28", "green": "#2c9a3c", "blue": "#2450c8", "yellow": "#f4d421"}


def jpeg(picture: Image.Image) -> bytes:
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=85)
    return encoded.getvalue()


def draw_poster(name: str) -> bytes:
    paper, ink, lines = POSTERS[name]
    picture = Image.new("RGB", (512, 512), paper)
    pen = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        pen.text((40, 90 + 120 * number), line, ink, font(52))
    return jpeg(picture)


def draw_thing(colour: str) -> bytes:
    """A disc of a colour on white."""
    picture = Image.new("RGB", (512, 512), "white")
    ImageDraw.Draw(picture).ellipse((110, 110, 400, 400), fill=colour)
    return jpeg(picture)


def flat(colour: str) -> bytes:
    return jpeg(Image.new("RGB", (512, 512), colour))


def embed_photos(jpegs: list[bytes]) -> Embedded:
    photos = [Photo(f"{number:064x}", one) for number, one in enumerate(jpegs)]
    return asyncio.run(EmbeddedEmbeddingModel().embed_photos(photos))


def embed_texts(texts: list[str]) -> Embedded:
    return asyncio.run(EmbeddedEmbeddingModel().embed_texts(texts))


@pytest.fixture(scope="module")
def gallery() -> tuple[list[str], np.ndarray]:
    """Names and vectors of all posters and things."""
    drawn = {name: draw_poster(name) for name in POSTERS}
    drawn |= {name: draw_thing(colour) for name, colour in COLOURED.items()}
    embedded = embed_photos(list(drawn.values()))
    assert embedded.failures == (None,) * len(drawn)
    return list(drawn), embedded.vectors


def best_for(text: str, gallery: tuple[list[str], np.ndarray]) -> str:
    names, found = gallery
    return names[int(np.argmax(found @ embed_texts([text]).vectors[0]))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("lipstick", "lipstick"),
        ("velvet", "lipstick"),
        ("Slim Laptop", "laptop"),
        ("honey", "honey"),
        ("cotton towel", "towel"),
        ("口红", "lipstick"),
        ("笔记本电脑", "laptop"),
        ("蜂蜜", "honey"),
        ("毛巾", "towel"),
        ("限时七折 honey", "honey"),
        ("lipsticks", "lipstick"),
    ],
)
def test_a_text_finds_the_poster_with_its_words(
    text: str, name: str, gallery: tuple[list[str], np.ndarray]
) -> None:
    assert best_for(text, gallery) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("red", "red"),
        ("a green thing", "green"),
        ("navy", "blue"),
        ("红色", "red"),
        ("绿色的", "green"),
        ("蓝", "blue"),
        ("黄色", "yellow"),
    ],
)
def test_a_colour_finds_what_has_it(
    text: str, name: str, gallery: tuple[list[str], np.ndarray]
) -> None:
    assert best_for(text, gallery) == name


def test_words_on_two_otherwise_equal_posters_tell_them_apart() -> None:
    def poster(words: str) -> bytes:
        picture = Image.new("RGB", (512, 512), "#f2ecdf")
        ImageDraw.Draw(picture).text((50, 220), words, "#222222", font(56))
        return jpeg(picture)

    coffee, soap, again = embed_photos(
        [poster("COFFEE BEANS"), poster("HERBAL SOAP"), poster("BEANS COFFEE")]
    ).vectors

    assert coffee @ again > coffee @ soap


def test_the_model_keeps_the_contract() -> None:
    model = EmbeddedEmbeddingModel()

    assert model.name == "embedded-visual-text"
    assert model.dimension == DIMENSION
    assert model.concurrency >= 1
    assert model.max_batch >= 1
    asyncio.run(model.aclose())


def test_vectors_are_finite_and_of_unit_length() -> None:
    photos = [flat(colour) for colour in ("black", "white", "red", "#7f7f7f")]
    embedded = embed_photos([*photos, draw_poster("honey"), jpeg(Image.new("RGB", (30, 200)))])
    texts = embed_texts(["red lipstick", "口红", "9.9"])

    for found in (embedded, texts):
        assert found.vectors.dtype == np.float32
        assert found.vectors.shape == (len(found.failures), DIMENSION)
        assert np.isfinite(found.vectors).all()
        assert set(found.failures) == {None}
        np.testing.assert_allclose(np.linalg.norm(found.vectors, axis=1), 1, atol=1e-5)


def test_bytes_that_are_no_picture_fail_alone() -> None:
    whole = draw_thing("#c81e28")
    embedded = embed_photos([whole, b"", b"not a picture", whole[: len(whole) // 3], whole])

    assert embedded.failures == (None, *["unreadable_photo"] * 3, None)
    assert not embedded.vectors[1:4].any()
    np.testing.assert_array_equal(embedded.vectors[0], embedded.vectors[4])


def test_a_text_without_words_fails_alone() -> None:
    embedded = embed_texts(["", "honey", "  ?! "])

    assert embedded.failures == ("empty_text", None, "empty_text")
    assert np.linalg.norm(embedded.vectors[1]) == pytest.approx(1, abs=1e-5)


def test_no_input_gives_no_vectors() -> None:
    assert embed_photos([]).vectors.shape == (0, DIMENSION)
    assert embed_texts([]).failures == ()


def test_each_call_is_told_to_the_meter_and_costs_nothing() -> None:
    meter = RecordingMeter()

    async def calls() -> list[Embedded]:
        model = EmbeddedEmbeddingModel(meter)
        photo = Photo("id", flat("red"))
        return [
            await model.embed_photos([photo, Photo("bad", b"")]),
            await model.embed_texts(["honey", ""]),
            await model.embed_photos([Photo("bad", b"")]),
            await model.embed_texts([""]),
        ]

    embedded = asyncio.run(calls())
    assert meter.outcomes == ["ok", "ok", "unreadable_photo", "empty_text"]
    assert [attempt.images for attempt in meter.ended] == [2, 0, 1, 0]
    assert [one.call_id for one in embedded] == [one.attempt_id for one in meter.ended]
    assert {one.usage for one in meter.ended} == {Usage(cost=0.0)} == {embedded[0].usage}
    assert all(one.attempts == 1 for one in embedded)


def test_nothing_is_embedded_once_the_meter_says_stop() -> None:
    with pytest.raises(EndpointStoppedError):
        asyncio.run(EmbeddedEmbeddingModel(RecordingMeter(most=0)).embed_texts(["honey"]))


def test_a_vector_depends_on_nothing_but_the_photo() -> None:
    honey, towel = draw_poster("honey"), draw_poster("towel")

    alone = embed_photos([honey]).vectors[0]
    np.testing.assert_array_equal(embed_photos([towel, honey]).vectors[1], alone)
    np.testing.assert_array_equal(photo_vector(honey), alone)


def test_a_text_says_nothing_of_the_visual_block() -> None:
    silent = photo_vector(draw_poster("silent"))
    text = text_vector("honey")

    assert silent is not None and text is not None
    assert silent @ text == 0


def test_a_mirrored_photo_stays_near() -> None:
    thing = Image.open(io.BytesIO(draw_thing("#2450c8")))
    ImageDraw.Draw(thing).rectangle((300, 60, 420, 200), fill="#f4d421")
    mirrored = thing.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    here, there = embed_photos([jpeg(thing), jpeg(mirrored)]).vectors

    assert here @ there > 0.98


@pytest.mark.skipif(not REAL_PHOTOS.is_dir(), reason="the shared product photos are not here")
@pytest.mark.timeout(900)
def test_photos_of_one_product_are_nearest_on_real_photos() -> None:
    """Among those of 16 products; `benchmarks.retrieval` searches among all photos."""
    photos = load(REAL_PHOTOS, most_products=8)
    found = vectors(photos.jpegs, photo_vector)

    assert len(found) > 90 and np.isfinite(found).all()
    assert precision(found, photos.queries, 1, "sku") >= 0.90
    assert precision(found, photos.queries, 1, "variety") >= 0.77
