"""The steps that clean listings, on listings made up."""

import json
import re
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from listing_assets.exports.output import MANIFEST
from listing_assets.listings.definitions import load_listing_catalog
from listing_assets.listings.training.cleaning import Cleaning, Step, StepName, told, too_many
from listing_assets.listings.training.request import KINDS, SPLITS, InstructionRequest
from listing_assets.listings.training.scoring import scorer_of
from listing_assets.listings.training.similarity import Similarities
from listing_assets.listings.training.texts import special_characters, tidied
from listing_assets.listings.training.training_files import (
    DATASET_INFO,
    LLAMA_FACTORY,
    MS_SWIFT,
    file_of,
)
from listing_assets.listings.training.writing import LISTINGS
from listing_assets.settings import PROJECT
from tests.listings.training.made_up import listing

REQUEST = InstructionRequest(version="photos@v1", definition="shop_en")


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=20))
def test_what_steps_removed_and_what_is_left_add_up(passes: list[tuple[bool, bool, bool]]) -> None:
    listings = [listing(number) for number in range(len(passes))]

    def step(place: int) -> Step:
        return Step(
            "length", lambda some: [None if passes[one.number][place] else "bad" for one in some]
        )

    cleaning = Cleaning([step(0), step(1), Step("quality score", None, "not done"), step(2)])
    outcomes = cleaning.judge(listings)
    lines = told(cleaning.removed, len(listings))
    assert lines[-1]["left"] == outcomes.count(None) == sum(map(all, passes))
    assert sum(line["removed"] for line in lines) == len(listings) - lines[-1]["left"]
    assert lines[1]["removed"] == sum(one and not other for one, other, _ in passes)
    assert lines[2] == {
        "step": "quality score",
        "removed": 0,
        "left": lines[1]["left"],
        "not_done": "not done",
    }


def test_a_balanced_sample_is_the_same_whatever_the_order_and_mostly_stays() -> None:
    categories = {number: "many" if number > 10 else "few" for number in range(200)}
    names = {number: f"listing {number}" for number in categories}
    left_out = too_many(categories, names, REQUEST.model_copy(update={"balance": 1.0}))
    assert len(left_out) == 189 - 100
    assert set(left_out.values()) == {"many"}
    backwards = dict(reversed(categories.items()))
    assert too_many(backwards, names, REQUEST.model_copy(update={"balance": 1.0})) == left_out
    categories[200], names[200] = "many", "listing 200"
    again = too_many(categories, names, REQUEST.model_copy(update={"balance": 1.0}))
    assert len(set(again) ^ set(left_out)) <= 2


def test_nothing_left_needs_no_balance() -> None:
    assert too_many({}, {}, REQUEST) == {}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Made in <b>Italy</b>.", "markup"),
        ("Salt &amp; pepper.", "markup"),
        ("Ends here<|im_end|>", "tokens of a chat model"),
        ("A photo: <image>", "tokens of a chat model"),
        ("Caf\u00c3\u00a9 table", "a broken encoding"),
        ("A \ufffd table", "a broken encoding"),
        ("Great!!!!!!! Buy", "a sign repeated"),
        ("A table\x07", "characters that mean nothing"),
        ("★☆★ ♥♥ new ♥♥ ★☆★", "more symbols than a text has"),
        ("Salt & pepper, 5 < 10 cm, 20 °C, £5 — “fine” … 好的！🙂", None),
        ("保温杯，容量500ml，不漏水。", None),
    ],
)
def test_special_characters_are_told(text: str, what: str | None) -> None:
    assert special_characters(text) == what


def test_texts_are_tidied() -> None:
    assert tidied(" A\u200b  lamp\r\n\r\n \u00a0by\tAcme\u2060 \n") == "A lamp\nby Acme"
    assert tidied("👩\u200d🔧") == "👩\u200d🔧"


class Vectors:
    """The text as a vector of two numbers; nothing to say of an empty one."""

    model = "two@1"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def of_text(self, text: str) -> np.ndarray | None:
        self.asked.append(text)
        return np.array([1, 0], dtype=np.float32) if "lamp" in text else None

    def of_photo(self, data: bytes) -> np.ndarray:
        raise AssertionError


def test_likenesses_are_asked_once_and_kept_through_a_cut_off_line(tmp_path: Path) -> None:
    vectors = Vectors()
    listings = [
        listing(1, vector=[0.6, 0.8]),
        listing(2, title="A chair", description="A chair.", vector=[1, 0]),
        listing(3),
    ]
    found = Similarities(vectors, tmp_path).of(listings)
    assert found == [pytest.approx(0.6), None, None]
    assert len(vectors.asked) == 2
    (file,) = tmp_path.iterdir()
    file.write_text(file.read_text() + '\n{"of": "cut o')
    assert Similarities(vectors, tmp_path).of(listings) == found
    assert len(vectors.asked) == 2


def test_the_score_is_that_of_drafts_and_rises_with_what_is_told() -> None:
    catalog = load_listing_catalog(PROJECT / "catalog")
    scorer = scorer_of(catalog.definition("shop_en"), catalog.templates)
    bare = scorer.score(listing(category="Food", attributes={}))
    rich = scorer.score(
        listing(category="Food", attributes={"Brand": "Acme", "Flavor": "red", "Weight": "500 g"})
    )
    assert bare is not None and rich is not None
    assert 0 < bare < rich <= 1


def test_the_documentation_names_every_step_kind_setting_and_file() -> None:
    text = (PROJECT / "docs" / "TRAINING.md").read_text(encoding="utf-8")
    settings = set(InstructionRequest.model_fields) - {"profile", "overwrite", "kinds", "group_by"}
    files = {DATASET_INFO, LLAMA_FACTORY, MS_SWIFT, LISTINGS, MANIFEST, *map(file_of, SPLITS)}
    for name in {*get_args(StepName), *KINDS, *settings, *files}:
        assert re.search(rf"\b{re.escape(name)}\b", text), name


def test_a_request_travels_as_json() -> None:
    told = json.loads(json.dumps(REQUEST.model_dump(mode="json")))
    assert InstructionRequest.model_validate(told) == REQUEST
    with pytest.raises(ValueError, match="nothing to train on"):
        InstructionRequest(
            version="photos@v1", definition="shop_en", test_share=0.6, validation_share=0.5
        )
