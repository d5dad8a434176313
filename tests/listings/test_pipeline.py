"""Drafts, step after step: what each rests on, and what is done where a step has nothing."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from listing_assets.calls import Kept
from listing_assets.catalog import Model
from listing_assets.listings.answers import Answers, Opened
from listing_assets.listings.definitions import load_listing_catalog
from listing_assets.listings.desk import Desk
from listing_assets.listings.draft import Draft, Neighbour
from listing_assets.listings.events import Event, Finished, Notice, TextBegan, TextPiece
from listing_assets.listings.honesty import load_rules
from listing_assets.listings.pipeline import Pipeline
from listing_assets.listings.products import Product, ProductPhoto
from resources.endpoints.embedded.composer import EmbeddedComposer
from resources.endpoints.interface import Described, Photo, Usage
from resources.endpoints.writing import TextModel, WriteRequest
from resources.errors import EndpointStoppedError, ModelError

CATALOG = load_listing_catalog(Path("catalog"))
DEFINITION = CATALOG.definition("shop_en")
RULES = load_rules(CATALOG.rules_file(DEFINITION))
COMPOSER = Model(name="composer", provider="embedded", type="LLM", model="embedded-composer")


class Notes:
    """Records of answers, as a step keeps them."""

    def __init__(self) -> None:
        self.kept: list[Kept] = []

    def answered(self, kept: Kept) -> None:
        self.kept.append(kept)


class Shelf:
    """A reference of one listing."""

    def __init__(self, *neighbours: Neighbour) -> None:
        self.neighbours = neighbours

    def nearest(self, vector: np.ndarray, most: int, but: Collection[str]) -> tuple[Neighbour, ...]:
        return self.neighbours[:most]


class Scripted:
    """A text model that plays what it is told for each instruction, and notes what it was asked."""

    name, version, concurrency = "scripted", "1", 1

    def __init__(self, play: Callable[[WriteRequest], AsyncGenerator[str, None]]) -> None:
        self.play = play
        self.asked: list[WriteRequest] = []

    async def write(self, request: WriteRequest, *, on_usage: Any = None) -> Any:
        self.asked.append(request)
        async for piece in self.play(request):
            yield piece
        on_usage(Usage(10, 5, 0.25))

    async def aclose(self) -> None: ...


def desk(writer: TextModel | None = None, **more: Any) -> Desk:
    opened: Opened[TextModel] = Opened(COMPOSER, writer or EmbeddedComposer(), Notes())  # type: ignore[arg-type]
    return replace(Desk(DEFINITION, CATALOG.templates, None, RULES, None, opened), **more)


def product(*texts: tuple[str, ...], **tags: tuple[str, ...]) -> Product:
    axis = np.array([1, 0, 0], dtype=np.float32)
    photos = (
        ProductPhoto(
            f"{n}.jpg", Photo(f"image {n}", b"jpeg"), tags, lines, axis, 800, 800, 9.0, 0.5
        )
        for n, lines in enumerate(texts)
    )
    return Product(tuple(photos))


def drafted(at: Desk, of: Product, answers: Answers | None = None) -> tuple[Draft, list[Event]]:
    async def run() -> list[Event]:
        return [event async for event in Pipeline(at).draft(of, answers or Answers({}, ""))]

    events = asyncio.run(run())
    assert isinstance(events[-1], Finished)
    return events[-1].draft, events


CREAM = product(("Rose Hand Cream", "¥39.9", "¥59"), category=("Beauty",))
TWIN = Neighbour(
    "old",
    "v1.1",
    "twin.jpg",
    0.99,
    title="Rose Hand Cream",
    description="Softens dry hands.",
    attributes={"brand": "Mirobel", "Net content": "75 g", "Condition": "Used"},
)


def status(draft: Draft) -> dict[str, str]:
    return {step.step: step.status for step in draft.steps}


@pytest.mark.parametrize(("category", "said"), [("Beauty", "。类别：美妆"), ("Other", "")])
def test_a_chinese_text_names_no_category_in_english(category: str, said: str) -> None:
    chinese = desk(definition=CATALOG.definition("shop_zh"))
    cream = product(("玫瑰护手霜", "¥39.9"), category=(category,))
    draft, _ = drafted(chinese, cream)
    assert draft.category == category
    assert draft.description == f"玫瑰护手霜{said}。价格：¥39.9。"


def test_a_draft_names_product_category_and_price_as_they_are_printed() -> None:
    draft, events = drafted(desk(), CREAM)
    assert (draft.title, draft.category) == ("Rose Hand Cream", "Beauty")
    assert draft.description == "Rose Hand Cream. Category: Beauty. Price: ¥39.9."
    assert "".join(e.text for e in events if isinstance(e, TextPiece)) == draft.description
    assert draft.instruction == "photo_template"
    assert not any(claim.flagged for claim in draft.claims)
    assert status(draft)["retrieval"] == "skipped"


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Mainly brown, plain beige background", ""),
        ("Several colours", ""),
        ("棕色为主，白色纯色背景", ""),
        ("ROSARY MOROT, mainly green", "ROSARY MOROT"),
        ("5 R, mainly grey", ""),
        ("A red shoe, size 42", "A red shoe, size 42"),
    ],
)
def test_a_colour_is_told_but_names_no_product(said: str, title: str) -> None:
    draft, _ = drafted(desk(), product((), description=(said,)))
    assert draft.title == title
    assert (title or said) in draft.description


def test_what_the_same_product_shares_is_told_and_traced_to_it() -> None:
    draft, _ = drafted(desk(reference=Shelf(TWIN)), CREAM)
    assert draft.verdict == "identical"
    assert draft.instruction == "photo_template_reference"
    assert "75 g" in draft.description
    assert "Used" not in draft.description, "nobody tells the condition of another's item"
    capacity = [claim for claim in draft.claims if "75" in claim.text]
    assert [(claim.support, claim.source) for claim in capacity] == [("reference", "twin.jpg")]


def test_each_simpler_instruction_is_the_fallback_of_the_fuller_one() -> None:
    async def play(request: WriteRequest) -> AsyncGenerator[str, None]:
        if "Beauty" in request.prompt and "reference" in request.prompt.lower():
            raise ModelError("model scripted: it wrote no whole text.")
        if len(writer.asked) == 2:
            return
        yield "A hand cream with roses."

    writer = Scripted(play)
    draft, events = drafted(desk(writer, reference=Shelf(TWIN)), CREAM)
    begun = [event.instruction for event in events if isinstance(event, TextBegan)]
    assert begun == ["photo_template_reference", "photo_template", "photo"]
    assert (draft.instruction, draft.description) == ("photo", "A hand cream with roses.")


def test_an_endpoint_that_cannot_be_called_leaves_an_empty_draft() -> None:
    async def play(request: WriteRequest) -> AsyncGenerator[str, None]:
        raise EndpointStoppedError("the key was refused.", "Set it.")
        yield ""

    draft, _ = drafted(desk(Scripted(play)), CREAM)
    assert draft.description == ""
    assert status(draft)["description"] == "failed"
    with pytest.raises(EndpointStoppedError):
        drafted(desk(Scripted(play), stop_with_endpoint=True), CREAM)


def test_a_text_that_takes_too_long_is_handed_over_as_far_as_it_came() -> None:
    async def play(request: WriteRequest) -> AsyncGenerator[str, None]:
        yield "A hand cream. "
        yield "With roses. "
        await asyncio.sleep(60)

    hurried = DEFINITION.model_copy(update={"time_budget_seconds": 0.6})
    draft, _ = drafted(desk(Scripted(play), definition=hurried), CREAM)
    assert draft.description.startswith("A hand cream.")
    assert status(draft)["description"] == "out_of_time"


def test_an_instruction_that_does_not_begin_leaves_time_for_a_simpler_one() -> None:
    async def play(request: WriteRequest) -> AsyncGenerator[str, None]:
        if len(writer.asked) == 1:
            await asyncio.sleep(60)
        yield "A hand cream."

    writer = Scripted(play)
    hurried = DEFINITION.model_copy(update={"time_budget_seconds": 2.0})
    draft, _ = drafted(desk(writer, definition=hurried), CREAM)
    assert (draft.instruction, draft.description) == ("photo", "A hand cream.")


def test_unsafe_text_ends_the_stream_with_a_notice() -> None:
    async def play(request: WriteRequest) -> AsyncGenerator[str, None]:
        for piece in ("A hand cream. ", "Call me: 138", "0013", "8000 now. ", "More."):
            yield piece

    draft, events = drafted(desk(Scripted(play)), CREAM)
    assert any(isinstance(event, Notice) for event in events)
    assert "138" not in "".join(e.text for e in events if isinstance(e, TextPiece))
    assert "138" not in draft.description
    assert draft.description.startswith("A hand cream.")


def test_what_was_written_before_is_not_asked_again() -> None:
    async def play(request: WriteRequest) -> AsyncGenerator[str, None]:
        yield "A hand cream."

    writer = Scripted(play)
    at = desk(writer)
    first = Answers({}, "")
    draft, _ = drafted(at, CREAM, first)
    assert draft.cost == 0.25
    known = {row["request"]: row["value"] for _, kept in first.take() for row in kept.rows}
    again, _ = drafted(at, CREAM, Answers(known, ""))
    assert (again.description, again.cost) == (draft.description, 0.0)
    assert len(writer.asked) == 1


def test_photos_of_something_else_are_pointed_out() -> None:
    stranger = ProductPhoto(
        "sofa.jpg",
        Photo("sofa", b"jpeg"),
        {"category": ("Furniture",)},
        vector=np.array([0, 1, 0], dtype=np.float32),
    )
    cream = product(("Rose Hand Cream",), ("HAND CREAM",), category=("Beauty",))
    draft, _ = drafted(desk(), Product((*cream.photos, stranger)))
    assert list(draft.others) == ["sofa.jpg"]
    assert sorted(draft.photos) == ["0.jpg", "1.jpg"]


class Judge:
    """A tag model that answers as it is told, by whether it is shown a text."""

    name, version, concurrency, deterministic = "judge", "1", 1, True

    def __init__(self, of_photo: str | None, of_text: str | None) -> None:
        self.of_photo, self.of_text = of_photo, of_text

    async def describe(self, photos: Any, request: Any) -> list[Described]:
        value = self.of_text if "<text>" in request.guide_prompt else self.of_photo
        return [Described(json.dumps({"unsafe": value}), "call", usage=Usage(1, 1, 0.5))]

    async def aclose(self) -> None: ...


def test_no_text_is_written_about_a_photo_that_a_model_refuses() -> None:
    judge: Any = Opened(COMPOSER, Judge("a weapon", None), Notes())  # type: ignore[arg-type]
    draft, events = drafted(desk(safety=judge), CREAM)
    assert draft.description == ""
    assert status(draft) == {"safety": "refused"}
    assert any(isinstance(event, Notice) and "a weapon" in event.words for event in events)


def test_a_text_that_a_model_refuses_is_marked() -> None:
    judge: Any = Opened(COMPOSER, Judge(None, "prohibited goods"), Notes())  # type: ignore[arg-type]
    draft, _ = drafted(desk(safety=judge), CREAM)
    assert status(draft)["checks"] == "refused"
    assert [(one.rule, one.words) for one in draft.violations] == [
        ("unsafe text", "prohibited goods")
    ]
    assert draft.cost == 1.0


def test_a_stranger_of_the_same_category_is_told_apart_by_its_words() -> None:
    lipstick = ProductPhoto(
        "lipstick.jpg",
        Photo("lipstick", b"jpeg"),
        {"category": ("Beauty",)},
        ("VELMORA", "Velvet Lipstick", "Ruby Red"),
        np.array([0, 1, 0], dtype=np.float32),
    )
    cream = product(("Rose Hand Cream", "MIROBEL"), ("Rose Hand Cream",), category=("Beauty",))
    draft, _ = drafted(desk(), Product((*cream.photos, lipstick)))
    assert list(draft.others) == ["lipstick.jpg"]
    same = replace(lipstick, seen_text=("MIROBEL", "Softens dry hands", "All day long"))
    draft, _ = drafted(desk(), Product((*cream.photos, same)))
    assert draft.others == {}


def test_of_the_photos_of_several_products_the_largest_group_is_drafted() -> None:
    """Photos of a group vouch for each other, and not for those of another product."""

    def shots(words: str, count: int, *axis: float) -> list[ProductPhoto]:
        name = words.rsplit(maxsplit=1)[-1]
        photo = ProductPhoto("", Photo("", b"jpeg"))
        lines = (words, "限时特惠", "Buy 1 Get 1 Free")
        return [
            replace(
                photo,
                name=f"{name}{n}.jpg",
                photo=Photo(f"{name} {n}", b"jpeg"),
                seen_text=lines[n % 2 :],
                vector=np.array(axis, dtype=np.float32),
            )
            for n in range(count)
        ]

    honey, chips = shots("goldmere honey", 2, 1, 0, 0), shots("potato chips", 3, 0, 1, 0)
    draft, _ = drafted(desk(), Product((*honey, *chips)))
    assert sorted(draft.photos) == ["chips0.jpg", "chips1.jpg", "chips2.jpg"]
    assert sorted(draft.others) == ["honey0.jpg", "honey1.jpg"]
    likely = [replace(one, vector=np.array([0.9, 0.44, 0], dtype=np.float32)) for one in honey]
    draft, _ = drafted(desk(), Product((*likely, *honey)))
    assert draft.others == {}
