"""The reference of training: of the train split alone, and never the listing itself."""

import tempfile
from collections.abc import Iterator

import numpy as np
import pytest

from listing_assets.listings.definitions import ListingDefinition
from listing_assets.listings.definitions.schema import Reference, Thresholds
from listing_assets.listings.training import neighbours
from listing_assets.listings.training.neighbours import TrainReference, of_category
from tests.listings.training.made_up import listing

DEFINITION = ListingDefinition(
    name="any",
    voice="shop",
    language="en",
    reference=Reference(neighbours=2),
    verdict=Thresholds(identical=0.999, same_model=0.9, similar=0.1),
    rules="default_en",
)


@pytest.fixture
def reference() -> Iterator[TrainReference]:
    with tempfile.TemporaryFile() as file:
        yield TrainReference("photos", "v1.1", DEFINITION, file)


def turned(degrees: float) -> list[float]:
    """A unit vector at this angle from the first axis."""
    return [float(np.cos(np.radians(degrees))), float(np.sin(np.radians(degrees)))]


@pytest.mark.parametrize("split", ["validation", "test"])
def test_listings_of_other_splits_are_refused(reference: TrainReference, split: str) -> None:
    with pytest.raises(ValueError, match=f"of the split {split}"):
        reference.add(listing(1, split=split, vector=turned(0)), "text")  # type: ignore[arg-type]


def test_the_most_alike_products_are_found_each_once_with_verdicts(
    reference: TrainReference,
) -> None:
    for number, degrees in enumerate((80, 20, 5, 10)):
        product = "twins" if number > 1 else f"product {number}"
        one = listing(number, vector=turned(degrees), product=product, title="")
        reference.add(one, f"text {number}")
    found = reference.like(listing(9, vector=turned(0), title=""), "text 9")
    assert [(one.key, one.verdict) for one in found] == [
        ("2.jpg", "same model"),
        ("1.jpg", "same model"),
    ]
    assert found[0].score == pytest.approx(np.cos(np.radians(5)), abs=1e-6)


def test_a_listing_does_not_find_its_own_words_or_photos(reference: TrainReference) -> None:
    own = listing(1, vector=turned(0))
    reference.add(own, "own")
    reference.add(listing(2, vector=turned(0)), "own")
    reference.add(listing(3, vector=turned(40)), "other")
    assert [one.key for one in reference.like(own, "own")] == ["3.jpg"]
    assert [one.key for one in reference.like(own, "changed")] == ["2.jpg", "3.jpg"]


def test_a_neighbour_of_another_brand_is_not_the_same_model(reference: TrainReference) -> None:
    reference.add(listing(1, vector=turned(1), attributes={"brand": "Beta"}, title=""), "one")
    (found,) = reference.like(listing(2, vector=turned(0), attributes={"Brand": "Acme"}), "two")
    assert found.verdict == "similar"


def test_only_neighbours_of_the_category_speak(reference: TrainReference) -> None:
    reference.add(listing(1, vector=turned(1), category="lamp"), "one")
    reference.add(listing(2, vector=turned(2), category="Chair"), "two")
    found = reference.like(listing(3, vector=turned(0)), "three")
    assert [one.key for one in of_category(found, "Lamp")] == ["1.jpg"]


def test_without_vectors_nothing_is_found(reference: TrainReference) -> None:
    reference.add(listing(1), "one")
    assert reference.like(listing(2, vector=turned(0)), "two") == ()


def test_looking_at_few_first_finds_the_same_as_looking_at_all(
    reference: TrainReference, monkeypatch: pytest.MonkeyPatch
) -> None:
    angles = np.random.default_rng(0).permutation(60)
    for number, degrees in enumerate(angles):
        reference.add(listing(number, vector=turned(float(degrees))), "own" if degrees < 9 else "")
    own = listing(99, vector=turned(0))
    found = reference.like(own, "own")
    monkeypatch.setattr(neighbours, "FIRST_LOOK", 1)
    monkeypatch.setattr(neighbours, "BLOCK", 7)
    assert reference.like(own, "own") == found
    assert [angles[int(one.key.removesuffix(".jpg"))] for one in found] == [9, 10]
