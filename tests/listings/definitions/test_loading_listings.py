"""Listing definitions and attribute templates: what is wrong is told with file, line and remedy."""

import csv
from functools import cache
from pathlib import Path

import pytest

from listing_assets.catalog import load_catalog
from listing_assets.listings.definitions import (
    ListingCatalog,
    ListingDefinition,
    check_category_tag,
    load_listing_catalog,
)
from resources.errors import CatalogError
from tests.conftest import REAL_DATA

SHIPPED = Path(__file__).parents[3] / "catalog"
DEFINITION = """\
name: mine
voice: shop
language: en
rules: plain
category: {tag: category}
verdict: {identical: 0.9, same_model: 0.8, similar: 0.7}
"""
TEMPLATE = """\
name: Lamp
zh: 灯
categories: [lamps, desk lamp]
attributes:
  - {name: Brand, zh: 品牌, synonyms: [maker], holds_for: model}
  - {name: Color, zh: 颜色}
"""


@cache
def shipped() -> ListingCatalog:
    return load_listing_catalog(SHIPPED)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("listing_definitions", "attribute_templates", "listing_rules"):
        (tmp_path / name).mkdir()
    (tmp_path / "listing_definitions" / "mine.yaml").write_text(DEFINITION)
    (tmp_path / "listing_rules" / "plain.yaml").write_text("name: plain\n")
    (tmp_path / "attribute_templates" / "lamp.yaml").write_text(TEMPLATE, encoding="utf-8")
    return tmp_path


def test_the_shipped_definitions_cover_both_voices_and_languages() -> None:
    catalog = shipped()
    made = {name: (one.voice, one.language) for name, one in catalog.definitions.items()}
    assert made == {
        "shop_en": ("shop", "en"),
        "shop_zh": ("shop", "zh"),
        "secondhand_en": ("secondhand", "en"),
        "secondhand_zh": ("secondhand", "zh"),
    }


def test_a_phone_is_described_by_the_promised_attributes() -> None:
    phone = shipped().templates.of("Phones and tablets")
    wanted = ("Brand", "Model", "Storage Capacity", "Color", "Version", "Screen Condition")
    assert phone.named("en") == wanted
    assert phone.named("zh") == ("品牌", "型号", "存储容量", "颜色", "版本", "屏幕成色")


@pytest.mark.parametrize("definition", ["ecommerce_poster", "secondhand_listing"])
def test_every_shipped_category_has_a_template_of_its_own(definition: str) -> None:
    templates = shipped().templates
    tags = load_catalog(SHIPPED, variables={"LISTING_HOME": "/h"}).tag_definition(definition).tags
    (category,) = (tag for tag in tags if tag.name == "category")
    for value in category.values:
        own = templates.own(value.name)
        assert own is not None, value.name
        assert (own.name == "default") == (value.name == "Other")


def test_the_shipped_definitions_fit_the_shipped_tags() -> None:
    catalog = load_catalog(SHIPPED, variables={"LISTING_HOME": "/h"})
    for definition in shipped().definitions.values():
        check_category_tag(definition, catalog.tag_definition("ecommerce_poster"))
        check_category_tag(definition, catalog.tag_definition("secondhand_listing"))
        with pytest.raises(CatalogError, match=r"category.*driving_scene.* weather, "):
            check_category_tag(definition, catalog.tag_definition("driving_scene"))


def test_real_categories_find_their_templates() -> None:
    labels = REAL_DATA / "photos" / "labels.csv"
    if not labels.is_file():
        pytest.skip("the real photos are not here")
    with labels.open(newline="") as rows:
        categories = {row["category"] for row in csv.DictReader(rows)}
    templates = shipped().templates
    assert {one for one in categories if templates.own(one) is None} <= {"apple"}
    assert templates.of("sports-equipment").name == "Sports and outdoors"


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("listing_definitions/mine", "voice: shop", "voice: shoppe", r"mine.yaml:2: voice: "),
        ("listing_definitions/mine", "voice:", "voize:", r"mine.yaml:2: voize: .*'voice'\?"),
        ("listing_definitions/mine", "language: en\n", "", r"mine.yaml:1: language: .* Add it"),
        (
            "listing_definitions/mine",
            "{tag: category}",
            "{tag: category, tree: a.txt}",
            r"mine.yaml:5: category: .*'tag' or from 'tree'",
        ),
        ("listing_definitions/mine", "{tag: category}", "{tree: no.txt}", r":5: .* file 'no.txt'"),
        ("listing_definitions/mine", "similar: 0.7", "similar: 0.85", r":6: .* above 'same_model'"),
        ("listing_definitions/mine", "rules: plain", "rules: ../x", r":4: rules: a name starts"),
        ("listing_definitions/mine", "rules: plain", "rules: plan", r":4: .* rules 'plan'.* plain"),
        ("attribute_templates/lamp", "synonyms: [maker]", "synonyms: [COLOR]", r"lamp.yaml:.*both"),
        ("attribute_templates/lamp", "name: Color", "name: ' Color'", r"lamp.yaml:6: attributes"),
        ("attribute_templates/lamp", "zh: 颜色", "holds_for: all", r"lamp.yaml:6: .*holds_for"),
    ],
    ids=[
        *(
            "voice",
            "slip",
            "missing",
            "two-sources",
            "no-tree",
            "thresholds",
            "rules-name",
            "no-rules",
        ),
        *("attributes-clash", "blank", "holds-for"),
    ],
)
def test_mistakes_in_listings_are_told_with_place_and_remedy(
    folder: Path, file: str, old: str, new: str, told: str
) -> None:
    path = folder / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CatalogError, match=told):
        load_listing_catalog(folder)


def test_two_definitions_or_templates_of_a_name_are_a_mistake(folder: Path) -> None:
    (folder / "listing_definitions" / "twin.yaml").write_text(DEFINITION)
    with pytest.raises(CatalogError, match=r"twin.yaml:1: a listing definition 'mine' exists"):
        load_listing_catalog(folder)
    (folder / "listing_definitions" / "twin.yaml").unlink()
    (folder / "attribute_templates" / "twin.yaml").write_text(TEMPLATE, encoding="utf-8")
    with pytest.raises(CatalogError, match=r"twin.yaml:1: an attribute template 'Lamp' exists"):
        load_listing_catalog(folder)


def test_a_category_belongs_to_one_template(folder: Path) -> None:
    twin = TEMPLATE.replace("Lamp", "Light").replace("zh: 灯", "zh: 灯具").replace("lamps", "LAMPS")
    (folder / "attribute_templates" / "light.yaml").write_text(twin, encoding="utf-8")
    with pytest.raises(CatalogError, match=r"light.yaml:3: templates 'Lamp' and 'Light' .*'LAMPS'"):
        load_listing_catalog(folder)


def test_the_nearest_name_is_told(folder: Path) -> None:
    catalog = load_listing_catalog(folder)
    with pytest.raises(CatalogError, match="mean 'mine'"):
        catalog.definition("mien")
    with pytest.raises(CatalogError, match="mean 'lamps'"):
        catalog.template("lmaps")
    assert catalog.rules_file(catalog.definition("mine")).name == "plain.yaml"


def test_without_a_default_template_an_unknown_category_is_an_error(folder: Path) -> None:
    with pytest.raises(CatalogError, match=r"'Boats'.*default\.yaml"):
        load_listing_catalog(folder).templates.of("Boats")


def test_a_tree_is_read_as_its_leaves(folder: Path) -> None:
    path = folder / "listing_definitions" / "mine.yaml"
    path.write_text(DEFINITION.replace("{tag: category}", "{tree: tree.txt}"))
    tree = folder / "tree.txt"
    tree.write_text("# goods\nHome\nHome>Lamps\n\nHome > Chairs\n玩具 › 娃娃\n", encoding="utf-8")
    catalog = load_listing_catalog(folder)
    found = catalog.tree(catalog.definition("mine"))
    assert found is not None
    assert found.leaves == ("Home > Lamps", "Home > Chairs", "玩具 > 娃娃")
    assert "Home" not in found
    tree.write_text("Home > Lamps\nHome>Lamps\n")
    with pytest.raises(CatalogError, match=r"tree.txt:2: 'Home > Lamps' stands in line 1"):
        catalog.tree(catalog.definition("mine"))


def test_a_variable_stands_for_the_reference(folder: Path) -> None:
    path = folder / "listing_definitions" / "mine.yaml"
    path.write_text(DEFINITION + "reference: {version: '${REFERENCE}'}\n")
    catalog = load_listing_catalog(folder, {"REFERENCE": "photos@v1.2"})
    assert catalog.definition("mine").reference.version == "photos@v1.2"


def test_weights_that_count_nothing_are_refused() -> None:
    names = ("category", "attributes", "length", "fluency", "coverage", "sharpness", "brightness")
    weights = dict.fromkeys((*names, "honesty", "background", "count"), 0)
    with pytest.raises(ValueError, match="above 0"):
        ListingDefinition.model_validate(
            {"name": "a", "voice": "shop", "language": "en", "rules": "r", "quality": weights}
        )
