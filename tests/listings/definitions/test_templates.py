"""Templates: how names are compared, and whose values may be taken over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listing_assets.catalog.schema import NAME
from listing_assets.listings.definitions import AttributeTemplate, AttributeTemplates
from listing_assets.listings.definitions.names import identifier, levels, name_key

PHONE = AttributeTemplate.model_validate(
    {
        "name": "Phone",
        "zh": "手机",
        "categories": ["Mobile phones"],
        "attributes": [
            {"name": "Brand", "zh": "品牌", "synonyms": ["maker"], "holds_for": "model"},
            {"name": "Storage Capacity", "zh": "容量", "synonyms": ["rom"], "holds_for": "variant"},
            {"name": "Condition", "zh": "成色", "holds_for": "item"},
        ],
    }
)


@pytest.mark.parametrize(
    "written",
    [
        "storage capacity",
        "Storage_Capacity",
        "storageCapacity:",
        "ＳＴＯＲＡＧＥ capacity (GB)",
        "ROM",
        "容量（GB）",
    ],
    ids=["lower", "underscore", "camel", "wide", "synonym", "chinese"],
)
def test_an_attribute_is_found_however_its_name_is_written(written: str) -> None:
    found = PHONE.attribute(written)
    assert found is not None
    assert (found.name, found.key) == ("Storage Capacity", "storage_capacity")


def test_what_the_template_lacks_is_not_found() -> None:
    assert PHONE.attribute("capacity") is None
    assert PHONE.attribute("") is None


def test_a_listing_is_matched_in_the_order_of_the_template() -> None:
    carried = {"成色": " 九成新 ", "rom": "128 GB", "weight": "170 g", "maker": "", "容量": "64 GB"}
    assert list(PHONE.matched(carried).items()) == [
        ("Storage Capacity", "128 GB"),
        ("Condition", "九成新"),
    ]


def test_a_neighbour_tells_what_its_verdict_lets_it_share() -> None:
    told = {
        verdict: [one.name for one in PHONE.told_by(verdict)]
        for verdict in ("identical", "same model", "similar", "none")
    }
    assert told == {
        "identical": ["Brand", "Storage Capacity"],
        "same model": ["Brand"],
        "similar": [],
        "none": [],
    }


def test_a_path_is_served_by_its_lowest_level_that_has_a_template() -> None:
    default = PHONE.model_copy(update={"name": "default", "zh": "通用", "categories": ()})
    templates = AttributeTemplates({"Phone": PHONE, "default": default})
    for category in ("PHONE", "Goods > Mobile phones > 5G", "mobile_phones", "数码 › 手机"):
        assert templates.of(category) is PHONE
    assert templates.own("Boats") is None
    assert templates.of("Boats") is default
    assert templates.of("") is default


def test_the_recipe_changes_with_what_is_said() -> None:
    renamed = PHONE.model_copy(update={"categories": ("Cells",)})
    shorter = PHONE.model_copy(update={"attributes": PHONE.attributes[:2]})
    assert renamed.recipe == PHONE.recipe != shorter.recipe


@given(st.text(min_size=1, max_size=60))
def test_every_name_has_an_identifier_that_a_tag_can_have(name: str) -> None:
    assert NAME.fullmatch(identifier(name))


@given(st.text(max_size=40))
def test_a_name_that_was_brought_to_its_key_stays(name: str) -> None:
    assert name_key(name_key(name).upper().lower()) == name_key(name_key(name))
    assert all(level == level.strip() != "" for level in levels(name))
