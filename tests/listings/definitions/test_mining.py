"""Mining: what is proposed and why, and that no edited file is ever written over."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from listing_assets.cli.app import app
from listing_assets.listings.definitions import AttributeTemplate, AttributeTemplates
from listing_assets.listings.definitions.counting import Counting
from listing_assets.listings.definitions.loading import load_listing_catalog
from listing_assets.listings.definitions.mining import Mining, mine
from listing_assets.listings.definitions.proposals import is_edited, write_proposals
from listing_assets.publishing.columns import PublishedColumns
from resources.errors import LakeError
from resources.lake import Lake
from resources.lake.tables import NORMALIZED_IMAGES
from tests.conftest import REAL_DATA
from tests.search.shop import DEFINITION, DIMENSION, publish_rows

SHIPPED = Path(__file__).parents[3] / "catalog"
LAMP = """\
name: Lamp
zh: 灯
categories: [lamps]
attributes:
  - {name: Brand, zh: 品牌, synonyms: [maker], holds_for: model}
  - {name: Socket, zh: 灯座, holds_for: model}
"""
LAMPS: list[tuple[str, dict[str, Any]]] = [
    ("lamps", {"price": 3, "Maker": "Acme", "lumen": 400}),
    ("Lamp", {"brand": "Acme", "Lumen": 800, "lang": "en"}),
    ("Home > lamps", {"Brand": "Lux", "height_cm": 30}),
    ("Lamp", {"lumen": 250, "Socket": "E27"}),
]
BOATS: list[tuple[str, dict[str, Any]]] = [
    ("boats", {"sail area": "9 m²", "品牌": "Sea"}),
    ("Boats", {"sail_area": "12 m²", "brand": "Sea"}),
    ("boats", {"Sail Area": "9 m²"}),
]


def catalog_of(folder: Path) -> Path:
    (folder / "attribute_templates").mkdir(parents=True)
    (folder / "attribute_templates" / "lamp.yaml").write_text(LAMP, encoding="utf-8")
    return folder


def mined(
    listings: list[tuple[str, dict[str, Any]]], templates: AttributeTemplates, **options: Any
) -> Mining:
    counting = Counting(templates)
    for category, attributes in listings:
        counting.add(category, json.dumps(attributes))
    return mine(counting, **options)


@pytest.fixture
def templates(tmp_path: Path) -> AttributeTemplates:
    return load_listing_catalog(catalog_of(tmp_path / "catalog")).templates


def test_what_most_listings_have_comes_first_and_says_why(templates: AttributeTemplates) -> None:
    (proposal,) = mined(LAMPS, templates).proposals
    told = [
        (one.attribute.name, one.standing, one.share, one.examples) for one in proposal.attributes
    ]
    assert told == [
        ("Brand", "in the template", 0.75, ("Acme", "Lux")),
        ("Lumen", "new", 0.75, ("400", "800", "250")),
        ("Socket", "in the template", 0.25, ("E27",)),
    ]
    assert proposal.attributes[0].position == pytest.approx(1 / 3)
    assert proposal.attributes[0].spellings == ("Maker", "brand", "Brand")
    assert {one.name: one.reason for one in proposal.left_out} == {
        "height_cm": "below 30% of the listings",
        "lang": "is about the record, not the product",
        "price": "tells the offer, not the product",
    }
    assert (proposal.listings, proposal.template.name) == (4, "Lamp")


def test_equal_shares_are_ordered_by_their_place(templates: AttributeTemplates) -> None:
    listings = [("boats", {"zeta": 1, "alpha": 2}), ("boats", {"zeta": 1, "alpha": 2})]
    (proposal,) = mined(listings, templates, min_listings=2).proposals
    assert proposal.template.named("en") == ("Zeta", "Alpha")


def test_a_category_without_a_template_gets_one_of_its_own(templates: AttributeTemplates) -> None:
    (proposal,) = mined(BOATS, templates).proposals
    assert proposal.serving is None
    assert proposal.template.served == ("boats", "boats")
    assert [(one.name, one.zh) for one in proposal.template.attributes] == [
        ("Sail Area", "Sail Area"),
        ("Brand", "品牌"),
    ]


def test_too_few_listings_and_rare_attributes_are_told(templates: AttributeTemplates) -> None:
    listings = [*LAMPS[:2], ("cars", {"a": 1}), ("cars", {"b": 1}), ("cars", {"c": 1})]
    found = mined(listings, templates, min_share=0.5)
    assert found.proposals == ()
    assert found.too_few == {"lamps": 1, "Lamp": 1}
    assert found.without == {"cars": 3}


def test_listings_without_category_or_attributes_are_counted(templates: AttributeTemplates) -> None:
    counting = Counting(templates)
    for category, attributes in ((None, '{"a": 1}'), ("lamps", None), ("lamps", '{"a": 1}')):
        counting.add(category, attributes)
    counted = (counting.listings, counting.without_category, counting.without_attributes)
    assert counted == (3, 1, 1)


def test_names_that_differ_in_signs_only_are_one_attribute_in_a_template(
    templates: AttributeTemplates,
) -> None:
    (proposal,) = mined([("x", {"C+": 1, "C#": 2, "名": 3})] * 3, templates).proposals
    assert [one.key[:2] for one in proposal.template.attributes] == ["c", "a_"]
    assert [one.name for one in proposal.left_out] == ["C#"]


def test_what_is_written_can_be_loaded_and_mined_again(tmp_path: Path) -> None:
    folder = catalog_of(tmp_path / "catalog")
    catalog = load_listing_catalog(folder)
    where = folder / "attribute_templates"
    proposals = mined(BOATS, catalog.templates).proposals
    (first,) = write_proposals(proposals, where, catalog.template_files, "d@v1.1")
    assert (first.path, first.is_used, is_edited(first.path)) == (where / "boats.yaml", True, False)
    again = load_listing_catalog(folder)
    assert again.templates.of("Sea > boats").named("en") == ("Sail Area", "Brand")

    more = [*BOATS, *[("boats", {"keel": "fin"})] * 9]
    proposals = mined(more, again.templates).proposals
    (second,) = write_proposals(proposals, where, again.template_files, "d@v1.2")
    assert second.path == first.path
    after = load_listing_catalog(folder).templates.of("boats")
    assert after.named("en") == ("Keel", "Sail Area", "Brand")
    assert sorted(path.name for path in where.iterdir()) == ["boats.yaml", "lamp.yaml"]


def test_an_edited_file_is_never_written_over(tmp_path: Path) -> None:
    folder = catalog_of(tmp_path / "catalog")
    where = folder / "attribute_templates"
    catalog = load_listing_catalog(folder)
    proposals = mined(LAMPS, catalog.templates).proposals
    names = []
    for edit in ("", "# mine\n", "# mine as well\n"):
        (written,) = write_proposals(proposals, where, catalog.template_files, "d@v1.1")
        assert not written.is_used
        names.append(written.path.name)
        kept = written.path.read_text(encoding="utf-8") + edit
        written.path.write_text(kept, encoding="utf-8")
    write_proposals(proposals, where, catalog.template_files, "d@v1.1")
    assert names == ["lamp.yaml.proposed"] * 2 + ["lamp.yaml.proposed-2"]
    assert (where / "lamp.yaml").read_text(encoding="utf-8") == LAMP
    assert (where / "lamp.yaml.proposed").read_text(encoding="utf-8").endswith("# mine\n")
    assert load_listing_catalog(folder).templates.of("lamps").named("en") == ("Brand", "Socket")


def test_strange_names_and_values_of_listings_make_valid_files(tmp_path: Path) -> None:
    folder = catalog_of(tmp_path / "catalog")
    catalog = load_listing_catalog(folder)
    names = {"a: b": "x", "- {c": "#1\nname: evil", "yes": "\u202e…", "'q\"": "é", "null": "~"}
    proposals = mined([("[#] & *x: y", names)] * 3, catalog.templates).proposals
    where = folder / "attribute_templates"
    (written,) = write_proposals(proposals, where, catalog.template_files, "d@v1.1")
    template = load_listing_catalog(folder).templates.own("[#] & *x: y")
    assert isinstance(template, AttributeTemplate)
    assert written.is_used
    assert template.named("en") == proposals[0].template.named("en")


def test_what_is_like_its_template_already_is_not_written(tmp_path: Path) -> None:
    folder = catalog_of(tmp_path / "catalog")
    catalog = load_listing_catalog(folder)
    proposals = mined([("Lamp", {"brand": "A", "socket": "E27"})] * 3, catalog.templates).proposals
    assert [one.changes for one in proposals] == [False]
    assert write_proposals(proposals, folder / "x", catalog.template_files, "d@v1.1") == []
    assert not (folder / "x").exists()


META = {"attributes": "string", "category": "string", "product_id": "string"}


def publish_listings(home: Path, listings: list[tuple[str, Any, str | None]]) -> None:
    schema = PublishedColumns(DEFINITION, META, DIMENSION).schema
    rows = [
        dict.fromkeys(schema.names)
        | {
            "key": f"{number}.jpg",
            "status": "published",
            "meta_category": category,
            "meta_attributes": attributes
            if isinstance(attributes, str)
            else json.dumps(attributes),
            "meta_product_id": product,
        }
        for number, (category, attributes, product) in enumerate(listings)
    ]
    lake = Lake(str(home / "lake"))
    lake.table(NORMALIZED_IMAGES)
    publish_rows(lake, rows, schema=schema, indexed=False)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    catalog_of(tmp_path / "catalog")
    monkeypatch.setenv("LISTING_HOME", str(tmp_path))
    monkeypatch.setenv("LISTING_CATALOG", str(tmp_path / "catalog"))
    monkeypatch.delenv("LISTING_LAKE", raising=False)
    return tmp_path


def command(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["templates", *arguments], catch_exceptions=False)


def test_the_command_mines_a_published_version(installed: Path) -> None:
    twice = [
        (category, attributes, f"p{n % 3}") for n, (category, attributes) in enumerate(BOATS * 2)
    ]
    publish_listings(installed, twice)
    document = json.loads(command("mine", "shop@v1", "--json").stdout)
    (proposal,) = document["proposals"]
    assert (document["version"], document["listings"], proposal["listings"]) == ("shop@v1.1", 3, 3)
    first, second = proposal["attributes"]
    assert (first["name"], first["share"], first["examples"]) == (
        "Sail Area",
        1.0,
        ["9 m²", "12 m²"],
    )
    assert second["share"] == pytest.approx(2 / 3)
    assert document["written"] == []
    shown = command("mine", "shop@v1").stdout
    assert "Sail Area   100%" in shown
    assert "listing templates mine shop@v1 --write" in shown
    saved = command("mine", "shop@v1", "--write").stdout
    assert "boats.yaml" in saved
    assert "Sail Area" in command("show", "BOATS").stdout
    listed = json.loads(command("list", "--json").stdout)
    assert [one["name"] for one in listed] == ["boats", "Lamp"]


def test_a_column_that_is_absent_is_told_with_those_that_there_are(installed: Path) -> None:
    publish_listings(installed, [("boats", {"a": 1}, None)])
    with pytest.raises(LakeError, match=r"no column 'meta_class'.*--category-column: .*meta_categ"):
        command("mine", "shop@v1", "--category-column", "meta_class")


def test_real_listings_are_mined_by_category() -> None:
    texts = REAL_DATA / "photos" / "listing_text.jsonl"
    if not texts.is_file():
        pytest.skip("the real listings are not here")
    counting = Counting(load_listing_catalog(SHIPPED).templates)
    for line in texts.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        counting.add(row["category"], row["attributes"])
    found = {one.template.name: one for one in mine(counting).proposals}
    assert counting.listings == 43
    bag = found["Bag"].attributes[:3]
    assert [(one.attribute.name, one.share) for one in bag] == [
        ("Brand", 1.0),
        ("Model", 1.0),
        ("Color", 1.0),
    ]
    assert found["Shoes"].template.named("en")[:3] == ("Brand", "Color", "Size")
    assert "13 inch" in found["Computer"].attributes[1].examples
