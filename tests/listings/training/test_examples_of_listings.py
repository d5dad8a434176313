"""Examples of made-up listings: what is asked, what is answered, what is left out."""

import json
from typing import Any

import pytest

from listing_assets.catalog.schema import Tag, TagDefinition, Value
from listing_assets.exports.errors import ExportError
from listing_assets.listings.definitions import Attribute, AttributeTemplate
from listing_assets.listings.training.examples import Example, described
from listing_assets.listings.training.questions import (
    attributes_example,
    category_example,
    tags_example,
)
from tests.listings.training.made_up import listing

TEMPLATE = AttributeTemplate(
    name="Lamp",
    zh="灯",
    attributes=(
        Attribute(name="Brand", zh="品牌", holds_for="model"),
        Attribute(name="Color", zh="颜色", synonyms=("colour",)),
        Attribute(name="Size", zh="尺寸"),
        Attribute(name="Condition", zh="成色", holds_for="item"),
    ),
)


def answer(example: Example | None) -> dict[str, Any]:
    assert example is not None
    found: dict[str, Any] = json.loads(example.answer)
    return found


@pytest.mark.parametrize(
    ("attributes", "wanted"),
    [
        ({"brand": "Acme", "colour": "red"}, {"brand": "Acme", "color": "red"}),
        ({"brand": "Acme", "size": "XL"}, {"brand": "Acme", "size": None}),
        ({"brand": "Acme", "colour": "dark red"}, {"brand": "Acme"}),
        ({"brand": "Acme", "condition": "new"}, {"brand": "Acme"}),
        ({"brand": "ACME", "colour": "re"}, {"brand": "ACME", "color": None}),
    ],
    ids=["told", "not told", "half told", "of the item alone", "within a word"],
)
def test_attributes_are_answered_as_far_as_the_words_tell(
    attributes: dict[str, str], wanted: dict[str, str | None]
) -> None:
    example = attributes_example(listing(attributes=attributes), TEMPLATE, "en")
    assert answer(example) == wanted


def test_attributes_of_which_the_words_tell_none_are_not_taught() -> None:
    assert attributes_example(listing(attributes={"size": "XL"}), TEMPLATE, "en") is None


def test_attributes_in_chinese_words_need_no_blanks_around_them() -> None:
    attributes = {"品牌": "小米", "尺寸": "大号"}
    told = listing(title="红色台灯", description="小米的灯", attributes=attributes)
    assert answer(attributes_example(told, TEMPLATE, "zh")) == {"brand": "小米", "size": None}


def test_the_category_stands_among_candidates_in_any_place() -> None:
    others = [f"Other {number}" for number in range(40)]
    places = []
    for number in range(30):
        example = category_example(listing(number), ["Chair"], [*others, "Lamp"], 5, "en")
        assert answer(example) == {"category": "Lamp"}
        assert example is not None
        lines = [line.strip() for line in example.prompt.splitlines()]
        candidates = [line.removesuffix("<image>") for line in lines if line.startswith('- "')][1:]
        assert len(set(candidates)) == 5
        assert '- "Chair"' in candidates
        places.append(candidates.index('- "Lamp"'))
    assert set(places) == {0, 1, 2, 3, 4}


def test_one_category_is_no_choice() -> None:
    assert category_example(listing(), [], ["Lamp"], 5, "en") is None
    assert category_example(listing(category=""), [], ["Lamp", "Chair"], 5, "en") is None


TAGS = TagDefinition(
    name="shop",
    guide_prompt="Say what you see.",
    tags=(
        Tag(name="category", type="choice", values=(Value(name="Food"), Value(name="Toys"))),
        Tag(name="marks", type="multi_choice", values=(Value(name="new"), Value(name="used"))),
        Tag(name="boxed", type="boolean"),
        Tag(name="title", type="text"),
    ),
)


@pytest.mark.parametrize(
    ("tags", "wanted"),
    [
        (
            {"category": "Food", "marks": ["new"], "boxed": False, "title": "T"},
            {"category": "Food", "marks": ["new"], "boxed": False},
        ),
        ({"category": "Gone", "marks": ["used", "gone"], "boxed": True}, {"boxed": True}),
        ({"title": "T", "marks": []}, None),
    ],
    ids=["choices", "values that are gone", "none"],
)
def test_tags_are_asked_as_choices_with_the_values_of_today(
    tags: dict[str, Any], wanted: dict[str, Any] | None
) -> None:
    example = tags_example(listing(tags=tags), TAGS)
    assert (None if example is None else answer(example)) == wanted
    if example is not None:
        assert example.prompt.startswith("Say what you see.")
        assert '"title"' not in example.prompt


def test_words_that_would_stand_for_a_photo_are_refused() -> None:
    with pytest.raises(ExportError, match="placeholder <image>"):
        described("description_photo", "Look at <image>.", "Write.", (), "A lamp.")
