"""The labeling interface has a control for each tag, and shows every value and text as it is."""

from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from listing_assets.catalog import TagDefinition
from listing_assets.review import ReviewError
from listing_assets.review.controls import MOST_HINT, Control, annotated_value
from listing_assets.review.labeling import controls_of, labeling_config
from tests.review.conftest import DEFINITION

SHOP = TagDefinition.model_validate(yaml.safe_load(DEFINITION))
TAGS = {tag.name: tag for tag in SHOP.tags}


def test_each_type_of_tag_has_its_control() -> None:
    view = fromstring(labeling_config(controls_of(SHOP, ["stars"])))
    image = view.find(".//Image")
    assert image is not None and image.get("value") == "$image"
    controls = {each.get("name"): each for each in view.iter() if each.get("toName")}
    assert {name: each.tag for name, each in controls.items()} == {
        "category": "Choices",
        "colours": "Choices",
        "in-stock": "Choices",
        "price": "Number",
        "stars": "Rating",
        "title": "TextArea",
        "shade": "TextArea",
    }
    assert {each.get("toName") for each in controls.values()} == {image.get("name")}
    assert (controls["category"].get("choice"), controls["colours"].get("choice")) == (
        "single",
        "multiple",
    )
    values = [choice.get("value") for choice in controls["category"]]
    assert values == [value.name for value in TAGS["category"].values]
    assert controls["category"][0].get("hint") == "To eat."
    assert (controls["price"].get("min"), controls["price"].get("max")) == ("0", None)
    assert controls["stars"].get("maxRating") == "5"


def test_no_description_is_taken_for_a_field_of_the_task() -> None:
    view = fromstring(labeling_config(controls_of(SHOP)))
    headings = [each.get("value") for each in view.iter("Header")]
    assert 'category: What it is, "in ＄plain words" & <briefly>.' in headings


def test_a_long_description_of_a_value_is_cut_and_a_short_one_is_whole() -> None:
    long = SHOP.tags[0].values[0].model_copy(update={"description": "tea, 红茶 " * 100})
    tag = SHOP.tags[0].model_copy(update={"values": [long, *SHOP.tags[0].values[1:]]})
    view = fromstring(labeling_config([Control(tag)]))
    hint = view.findall(".//Choice")[0].get("hint")
    assert hint is not None and len(hint) <= MOST_HINT
    assert hint.startswith("tea, 红茶 tea") and hint.endswith("…")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("price", "cannot be shown as stars"),
        ("title", "cannot be shown as stars"),
        ("stras", "has no tag 'stras'"),
    ],
)
def test_stars_are_for_small_whole_numbers(name: str, told: str) -> None:
    with pytest.raises(ReviewError, match=told):
        controls_of(SHOP, [name])


VALUES: dict[str, Any] = {
    "category": st.sampled_from([value.name for value in TAGS["category"].values]),
    "colours": st.lists(st.sampled_from(["red", "green", "blue"]), min_size=1, unique=True),
    "in-stock": st.booleans(),
    "price": st.floats(0, 1e9),
    "stars": st.integers(0, 5).map(float),
    "title": st.text(min_size=1).map(str.strip).filter(bool),
    "shade": st.from_regex(r"#[0-9A-F]{6}", fullmatch=True),
}


@given(
    st.sampled_from(sorted(VALUES)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name])),
    st.booleans(),
)
def test_a_value_comes_back_as_it_went_out(said: tuple[str, Any], is_rating: bool) -> None:
    name, value = said
    control = Control(TAGS[name], is_rating=is_rating and name == "stars")
    region = control.region("an image", value)
    assert region is not None
    assert annotated_value(TAGS[name], region["value"]) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("category", None),
        ("category", {"choices": "Food"}),
        ("price", {"number": "9"}),
        ("price", {"number": True}),
        ("title", {"text": [1]}),
        ("title", {"textarea": 3}),
    ],
    ids=repr,
)
def test_what_no_control_of_the_tag_gives_is_no_value(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match="no "):
        annotated_value(TAGS[name], value)
