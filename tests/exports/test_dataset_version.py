"""A logical dataset version: the selection's rows under a new name, for nothing."""

import json

import pytest

from listing_assets import open_version
from listing_assets.catalog import load_catalog
from listing_assets.corrections import CorrectionJournal
from listing_assets.exports import ExportError, ExportRequest, plan_export
from listing_assets.search import Query
from listing_assets.settings import Settings
from resources.errors import CatalogError, ListingError
from tests.conftest import Chain, draw_photo
from tests.exports.conftest import exported
from tests.reading.published import Shop
from tests.support.endpoint_server import EndpointServer
from tests.support.in_process import Listing

OF_THE_VERSION = {"ingested_at", "row_version", "updated_at"}


def test_the_command_makes_and_publishes_one_and_nothing_is_computed_again(
    shop: Shop, listing: Listing
) -> None:
    food = open_version("photos@v1").where("category=Food")
    worked = ("normalized_images", "smart_tags", "model_calls")
    before = {name: shop.chain.lake.open(name).count_rows() for name in worked}
    words = ("--format", "dataset-version", "--to", "food@v1", "--any", "category:Food")
    code, out, err = listing("export", "photos@v1", *words)
    assert code == 0, err
    assert f"{len(food)} photos of photos@v1.2" in out and "published as v1.1" in out
    assert before == {name: shop.chain.lake.open(name).count_rows() for name in worked}

    made = open_version("food@v1")
    told = [name for name in food.columns if name not in OF_THE_VERSION]
    assert made.to_arrow(told, vectors=True).to_pylist() == food.to_arrow(told).to_pylist()
    # A corrected label came along, with who corrected it.
    assert shop.corrected in {row["key"] for row in made if row["labels_user"]}
    (correction,) = CorrectionJournal(shop.chain.lake, "food").all()
    assert correction.author == "Li"

    # It can be exported and chosen from like any other.
    exported("coco", shop.chain.home / "coco", "food@v1")
    document = json.loads((shop.chain.home / "coco" / "annotations.json").read_text())
    assert [image["key"] for image in document["images"]] == [row["key"] for row in food]
    again = exported("dataset-version", "chosen@v1", "food@v1", keys=(shop.corrected,))
    assert (again.dataset, again.photos) == ("food", 1)


def test_a_dataset_grows_by_versions_and_one_of_an_older_revision_knows_no_later_correction(
    shop: Shop,
) -> None:
    exported("dataset-version", "older@v1", keys=("a.jpg", "A.jpg"))
    exported("dataset-version", "older@v2", "photos@v1.1", keys=("con.jpg", shop.corrected))
    run = shop.chain.run("older@v2")
    assert run.success, run.problem
    for step in ("normalized_images", "smart_tags", "embeddings"):
        assert run[step]["computed"] == 0
    rows = {row["key"]: row for row in open_version("older@v2")}
    assert sorted(rows) == ["con.jpg", shop.corrected]
    assert rows[shop.corrected]["labels"] == shop.row("v1.1", shop.corrected)["labels"]
    assert rows[shop.corrected]["labels_user"] == []


def test_names_that_are_taken_are_refused(shop: Shop) -> None:
    exported("dataset-version", "taken@v1", keys=("a.jpg",))
    for to, told in {
        "photos@v1": "exists already",
        "photos@v3": "another dataset 'photos'",
        "Taken@v2": "differ in case only",
        "taken": "not the name of a dataset version",
        "smart_tags@v1": "keeps for itself",
    }.items():
        request = ExportRequest(version="photos@v1", format="dataset-version", to=to)
        with pytest.raises((ExportError, CatalogError, ListingError), match=told):
            plan_export(request, Settings())
        with pytest.raises(ListingError, match=told):
            exported("dataset-version", to)
    catalog = load_catalog(shop.chain.catalog, Settings().adopted)
    assert {"photos", "taken"} <= set(catalog.datasets)
    assert "Taken" not in catalog.datasets


def test_the_manifests_own_columns_travel_with_their_types(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.source.mkdir(exist_ok=True)
    for number in range(4):
        (chain.source / f"p{number}.jpg").write_bytes(draw_photo(number))
    rows = [
        {"path": "p0.jpg", "key": "sku 1", "price": 1.5, "stock": 3, "ok": True, "none": None},
        {"path": "p1.jpg", "key": "sku 2", "price": 2.0, "stock": 0, "ok": False, "none": None},
        {"path": "p2.jpg", "key": "007", "price": None, "stock": None, "ok": None, "none": None},
    ]
    (chain.source / "list.jsonl").write_text("\n".join(map(json.dumps, rows)))
    chain.edit(
        "datasets.yaml",
        "    tag_definition: shop\n",
        "    selection: {kind: manifest, path: list.jsonl, key_column: path}\n"
        "    tag_definition: shop\n",
    )
    assert chain.run().success
    asked = sum(chat_server.calls.values())
    exported("dataset-version", "chosen@v1", query=Query(where="price>=0 OR meta_key=007"))
    run = chain.run("chosen@v1")
    assert run.success, run.problem
    own = [name for name in open_version("photos@v1").columns if name.startswith("meta_")]
    assert len(own) == 5
    before, after = (
        open_version(name).to_arrow(["key", *own]) for name in ("photos@v1", "chosen@v1")
    )
    assert after.equals(before)
    assert sum(chat_server.calls.values()) == asked
