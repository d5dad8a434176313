"""`listing_drafts` as Dagster materializes it: what is drafted, asked, kept, and drafted again."""

import json
import shutil
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from listing_assets.catalog import load_catalog
from listing_assets.cli.app import app
from listing_assets.exports import ExportRequest, export
from listing_assets.exports.drafts import DRAFTS
from listing_assets.listings.published_drafts import VersionDraft, drafts_of
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName
from tests.conftest import Chain
from tests.support.endpoint_server import EndpointServer

FOLDERS = ("attribute_templates", "listing_definitions", "listing_rules")
CATEGORIES = ("Shoes", "Bags")


@pytest.fixture
def shop(chain: Chain, chat_server: EndpointServer) -> Chain:
    """Six photos of three products; the same endpoint tags them and writes about them."""
    for folder in FOLDERS:
        shutil.copytree(Path("catalog") / folder, chain.catalog / folder)
    definition = chain.catalog / "listing_definitions" / "shop_en.yaml"
    definition.write_text(definition.read_text() + "models: {writer: chat}\n")
    chain.definition.write_text(
        chain.definition.read_text().replace(
            "tags:", "tags:\n  - {name: kind, type: choice, values: [{name: Shoes}, {name: Bags}]}"
        )
    )
    chain.edit("listing_definitions/shop_en.yaml", "{tag: category}", "{tag: kind}")
    chain.edit(
        "datasets.yaml",
        "tag_definition: shop",
        "tag_definition: shop\n    listings: {definition: shop_en}",
    )
    chat_server.answers["kind"] = lambda photo: CATEGORIES[int(photo, 16) % 2]
    chain.add_photos(range(6))
    return chain


def drafts(shop: Chain) -> list[VersionDraft]:
    settings = Settings()
    return drafts_of(
        VersionName.parse("photos@v1"), load_catalog(shop.catalog, settings.adopted), settings
    )


def test_each_product_is_drafted_once(shop: Chain, chat_server: EndpointServer) -> None:
    first = shop.run()
    assert first.success, first.problem
    assert first["listing_drafts"]["computed"] == first["listing_drafts"]["calls"] == 6
    made = drafts(shop)
    assert [one.status for one in made] == ["drafted"] * 6
    assert all(one.draft.category in CATEGORIES and one.draft.description for one in made)
    asked = sum(chat_server.calls.values())
    again = shop.run()
    assert again["listing_drafts"]["computed"] == 0
    assert again["listing_drafts"]["reused"] == 6
    assert sum(chat_server.calls.values()) == asked


def test_a_changed_template_asks_again_for_its_category_alone(
    shop: Chain, chat_server: EndpointServer
) -> None:
    shop.run()
    shoes = {one.keys for one in drafts(shop) if one.draft.category == "Shoes"}
    assert 0 < len(shoes) < 6
    before = Counter(chat_server.calls)
    template = next((shop.catalog / "attribute_templates").glob("shoes.yaml"))
    first = next(line for line in template.read_text().splitlines() if "- {name:" in line)
    template.write_text(
        template.read_text().replace(
            first, f"{first}\n{first[: first.index('-')]}- {{name: Heel height, zh: 跟高}}", 1
        )
    )
    second = shop.run()
    assert second["listing_drafts"]["computed"] == second["listing_drafts"]["calls"] == len(shoes)
    assert sum((chat_server.calls - before).values()) == len(shoes)
    assert second["smart_tags"]["calls"] == 0


def test_a_product_whose_text_failed_is_asked_about_with_the_next_run(
    shop: Chain, chat_server: EndpointServer
) -> None:
    unlisted = shop.catalog / "datasets.yaml"
    text = unlisted.read_text()
    unlisted.write_text(text.replace("\n    listings: {definition: shop_en}", ""))
    without = shop.run()
    assert "listing_drafts" not in without.metadata
    unlisted.write_text(text)
    chat_server.faults = ["empty"] * 3
    first = shop.run()
    assert first.success, first.problem
    second = shop.run()
    assert second["listing_drafts"]["computed"] == first["listing_drafts"]["failed"]
    assert [one.status for one in drafts(shop)] == ["drafted"] * 6


def test_drafts_are_shown_and_exported(shop: Chain, tmp_path: Path) -> None:
    shop.run()
    shown = CliRunner().invoke(app, ["drafts", "photos@v1"], catch_exceptions=False)
    assert shown.exit_code == 0
    assert "6 drafts" in shown.output
    one = CliRunner().invoke(
        app, ["drafts", "photos@v1", "--key", "p0000.jpg"], catch_exceptions=False
    )
    assert "category" in one.output
    request = ExportRequest(
        version="photos@v1", format="file-list", to=str(tmp_path / "out"), drafts=True
    )
    exported = export(request, Settings())
    rows = [json.loads(row) for row in (tmp_path / "out" / DRAFTS).read_text().splitlines()]
    assert (len(rows), exported.files) == (6, 2)
    assert {key for row in rows for key in row["keys"]} == {f"p{n:04d}.jpg" for n in range(6)}
    assert all(row["description"] and row["status"] == "drafted" for row in rows)
