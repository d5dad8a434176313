"""The attributes of real listings, in the forms that shops have them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listing_assets.listings.definitions.carried import carried, read_attributes

FORMS = {
    "object": '{"brand": "Acme", "weight": 2, "new": true}',
    "facets": '{"facets": "category:Home|brand:Acme|color:blue|color:pink", "options": {}}',
    "options": '{"options": {"screen size|RAM": ["13 inch|8GB", "15 inch|8GB"]}}',
    "values": '{"color": ["mint", "pearl"], "size": []}',
    "named": '[{"name": "Brand", "value": "Acme"}, {"name": "Fits", "values": ["A", "B"]}]',
    "nested": '{"Specs": {"Body": {"Colour": "red"}}}',
    "text": "品牌：爱克美；颜色: 红\nsite: https://example.org/a",
    "facets alone": "brand:Acme|plant type:Indoor",
}
READ = {
    "object": {"brand": ("Acme",), "weight": ("2",), "new": ("yes",)},
    "facets": {"category": ("Home",), "brand": ("Acme",), "color": ("blue", "pink")},
    "options": {"screen size": ("13 inch", "15 inch"), "RAM": ("8GB",)},
    "values": {"color": ("mint", "pearl")},
    "named": {"Brand": ("Acme",), "Fits": ("A", "B")},
    "nested": {"Colour": ("red",)},
    "text": {"品牌": ("爱克美",), "颜色": ("红",), "site": ("https://example.org/a",)},
    "facets alone": {"brand": ("Acme",), "plant type": ("Indoor",)},
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_read_in_its_order(form: str) -> None:
    found = carried(FORMS[form])
    assert list(found.items()) == list(READ[form].items())


def test_a_value_with_a_colon_is_one_value() -> None:
    assert carried({"time": "10:30", "note": "a|b"}) == {"time": ("10:30",), "note": ("a|b",)}


@pytest.mark.parametrize(
    "value", [None, "", "just words", "[]", "7", 7, "{", '{"": "x", "1": "y"}']
)
def test_what_carries_no_attributes_gives_none(value: object) -> None:
    assert carried(value) == {}


def test_several_values_are_told_together() -> None:
    assert read_attributes(FORMS["values"]) == {"color": "mint / pearl"}


DEEP = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)


@given(DEEP)
def test_nothing_that_is_published_breaks_it(value: object) -> None:
    for found in (carried(value), carried(json.dumps(value))):
        assert all(name.strip() == name != "" for name in found)
        assert all(text.strip() == text != "" for texts in found.values() for text in texts)


def test_marks_that_nobody_sees_are_left_out() -> None:
    told = json.dumps({"Brand\u200b": "Acme\u202e\x00 evil", "\u202e": "x", "Size": "\x00"})
    assert read_attributes(told) == {"Brand": "Acme evil"}
