"""The ablation: what each arm tells the writer, and what is kept from the reference."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from listing_assets.listings.answers import Answers
from listing_assets.listings.draft import Neighbour
from listing_assets.listings.evaluation.ablation import Ablated, ablation
from listing_assets.listings.evaluation.cases import HumanListing
from listing_assets.listings.pipeline import Pipeline
from listing_assets.listings.products import Product, ProductPhoto
from resources.endpoints.interface import Photo, Usage
from resources.endpoints.writing import WriteRequest
from resources.errors import EndpointStoppedError, ModelError
from tests.listings.evaluation.published import desk

AXIS = np.array([1, 0, 0], dtype=np.float32)
PHOTO = ProductPhoto("a.jpg", Photo("own", b"jpeg"), {"category": ("Phone",)}, vector=AXIS)
PHONE = Product((PHOTO,))
HUMAN = HumanListing("1", "Just as I wrote it.", frozenset({"own"}), product="p")
TWIN = Neighbour("old", "v1.1", "twin.jpg", 0.99, title="X1", attributes={"brand": "Nokia"})


class Shelf:
    """A reference that notes what it was asked to leave out."""

    def __init__(self, *neighbours: Neighbour) -> None:
        self.neighbours = neighbours
        self.but: set[str] = set()

    def nearest(self, vector: np.ndarray, most: int, but: Collection[str]) -> tuple[Neighbour, ...]:
        self.but |= set(but)
        return self.neighbours


class Writer:
    """Notes what it is asked."""

    name, version, concurrency = "writer", "1", 2

    def __init__(self, answer: Callable[[WriteRequest], str] = lambda _: "A phone.") -> None:
        self.asked: list[WriteRequest] = []
        self._answer = answer

    async def write(
        self, request: WriteRequest, *, on_usage: Any = None
    ) -> AsyncGenerator[str, None]:
        self.asked.append(request)
        yield self._answer(request)
        on_usage(Usage(cost=0.5))

    async def aclose(self) -> None: ...


def ablated(
    writer: Writer, reference: Shelf | None, products: Sequence[Product] = (PHONE,)
) -> tuple[Ablated, ...]:
    at = replace(desk(writer), reference=reference)
    held_out = {"p": frozenset({"another photo"})}
    pairs = [(HUMAN, product) for product in products]
    return asyncio.run(ablation(pairs, held_out, at, Answers({}, "pixels")))


def test_each_arm_tells_so_much_and_no_more() -> None:
    writer = Writer()
    (found,) = ablated(writer, Shelf(TWIN))
    photo, category, reference, whole = (request.prompt for request in writer.asked)
    assert "Phone" not in photo and "Nokia" not in photo
    assert "Phone" in category and "Storage Capacity" in category and "Nokia" not in category
    assert "Nokia" in reference and "Phone" not in reference
    assert all(word in whole for word in ("Phone", "Storage Capacity", "Nokia"))
    assert [written.told_more for written in found.written.values()] == [False, True, True, True]
    assert (found.category, found.verdict) == ("Phone", "identical")
    assert found.attributes == {"Brand": "Nokia"}


def test_all_of_it_is_what_a_draft_is_written_from() -> None:
    writer, shelf = Writer(), Shelf(TWIN)
    ablated(writer, shelf)
    drafting = Writer()
    pipeline = Pipeline(replace(desk(drafting), reference=shelf))

    async def draft() -> None:
        async for _ in pipeline.draft(PHONE, Answers({}, "pixels")):
            pass

    asyncio.run(draft())
    assert drafting.asked == writer.asked[-1:]


def test_what_is_asked_twice_is_written_once() -> None:
    writer = Writer()
    (found,) = ablated(writer, None, [Product((replace(PHOTO, tags={}),))])
    assert len(writer.asked) == 1
    assert {arm: one.text for arm, one in found.written.items()} == dict.fromkeys(
        ("photo", "+ category", "+ reference", "all"), "A phone."
    )


def test_the_product_itself_is_left_out_of_the_reference() -> None:
    shelf = Shelf(replace(TWIN, description="just as  I wrote it."), TWIN)
    writer = Writer()
    (found,) = ablated(writer, shelf)
    assert shelf.but == {"own", "another photo"}
    alone = Shelf(shelf.neighbours[0])
    (found,) = ablated(writer, alone)
    assert found.verdict == "none", "its own words stand elsewhere too"


def test_a_text_that_fails_is_none_and_the_others_go_on() -> None:
    def answer(request: WriteRequest) -> str:
        if "Nokia" in request.prompt:
            raise ModelError("it broke off.")
        return "A phone. " * 100

    (found,) = ablated(Writer(answer), Shelf(TWIN))
    texts = {arm: written.text for arm, written in found.written.items()}
    assert texts["all"] == texts["+ reference"] == ""
    assert found.written["all"].failure == "it broke off."
    assert texts["photo"].endswith("phone.") and len(texts["photo"]) <= 600


def test_an_endpoint_that_cannot_be_called_ends_it() -> None:
    def answer(request: WriteRequest) -> str:
        raise EndpointStoppedError("the key was refused.", "Set it.")

    with pytest.raises(EndpointStoppedError, match="the key was refused"):
        ablated(Writer(answer), None, [PHONE, PHONE])
