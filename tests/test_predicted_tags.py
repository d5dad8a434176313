"""The chain with imported models: trained from embeddings, kept in a bucket, filling tags."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xgboost
from PIL import Image

from listing_assets.catalog import Recipes, load_catalog
from listing_assets.increment import Report, Window
from listing_assets.prediction.step import predict_version
from listing_assets.publishing.revisions import newest_revision, open_revision
from listing_assets.versions.names import VersionName
from tests.conftest import Chain
from tests.support.endpoint_server import EndpointServer

V1, V2 = VersionName("photos", "v1"), VersionName("photos", "v2")
LABELS = ("Food", "Toys")

MODEL = """\
models:
  sorter:
    type: BOOSTED_TREE_CLASSIFIER
    default_version: "1"
    versions:
      "1":
        provider: xgboost
        model: s3://lab/sorters/first.ubj
        input: [vector ARRAY<FLOAT>]
        options: {classes: [Food, Toys]}
      "2":
        provider: xgboost
        model: s3://lab/sorters/second.json
        input: [aspect FLOAT, vector ARRAY<FLOAT>]
        options: {classes: [Food, Toys]}
"""
SCORER = """\
models:
  scorer:
    provider: xgboost
    type: BOOSTED_TREE_REGRESSOR
    model: {folder}
    input: [width INT, aspect FLOAT]
"""


def draw(kind: str, number: int) -> bytes:
    """A photo that is warm and smooth (Food) or cold and striped (Toys)."""
    rng = np.random.default_rng([number, kind == "Toys"])
    warm, cold = rng.integers(120, 230), rng.integers(0, 90)
    colour = [warm, (warm + cold) // 2, cold] if kind == "Food" else [cold, cold, warm]
    pixels = np.full((72, 96, 3), colour, np.uint8)
    if kind == "Toys":
        pixels[:: 4 + number % 3] = rng.integers(0, 255, 3)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def add(chain: Chain, numbers: range) -> None:
    for number in numbers:
        for kind in LABELS:
            (chain.source / f"{kind}-{number:03d}.jpg").write_bytes(draw(kind, number))


def rows(chain: Chain, version: str) -> dict[str, dict[str, Any]]:
    table = open_revision(chain.lake, "photos", version)
    return {row["key"]: row for row in table.to_arrow().to_pylist()}


def train(found: dict[str, dict[str, Any]], *, with_aspect: bool) -> xgboost.Booster:
    columns = [
        ([row["width"] / row["height"]] if with_aspect else []) + row["vector"]
        for row in found.values()
    ]
    wanted = [LABELS.index(key.partition("-")[0]) for key in found]
    data = xgboost.DMatrix(np.array(columns, np.float32), wanted)
    return xgboost.train({"objective": "binary:logistic", "max_depth": 2, "nthread": 1}, data, 20)


def share_right(found: dict[str, dict[str, Any]]) -> float:
    right = [row["tag_category"] == key.partition("-")[0] for key, row in found.items()]
    return sum(right) / len(right)


def use_model(chain: Chain, models: str, old: str, new: str) -> None:
    chain.edit("models.yaml", "models:\n", models)
    chain.edit("tag_definitions/shop.yaml", old, new)


def use_sorter(chain: Chain) -> None:
    use_model(chain, MODEL, "  - name: category\n", "  - name: category\n    model: sorter\n")


@pytest.fixture
def bucket(s3: Any) -> Iterator[Any]:
    s3.create_bucket(Bucket="lab")
    yield s3
    for entry in s3.list_objects_v2(Bucket="lab").get("Contents", []):
        s3.delete_object(Bucket="lab", Key=entry["Key"])


def test_a_model_trained_from_embeddings_and_kept_in_a_bucket_fills_a_tag(
    chain: Chain, chat_server: EndpointServer, bucket: Any
) -> None:
    add(chain, range(15))
    run = chain.run("photos@v1")
    assert run.success, run.problem
    assert "predicted_tags" not in run.metadata, "nothing is predicted here"
    known = rows(chain, "v1")
    first, second = train(known, with_aspect=False), train(known, with_aspect=True)
    bucket.put_object(Bucket="lab", Key="sorters/first.ubj", Body=bytes(first.save_raw("ubj")))
    bucket.put_object(Bucket="lab", Key="sorters/second.json", Body=bytes(second.save_raw("json")))

    use_sorter(chain)
    add(chain, range(15, 25))
    chat_server.asked.clear()
    run = chain.run("photos@v2")
    assert run.success, run.problem
    assert {tags for _, tags in chat_server.asked} == {("title",)}
    did = run["predicted_tags"]
    assert (did["needed"], did["computed"], did["failed"], did["calls"]) == (50, 50, 0, 0)
    found = rows(chain, "v2")
    unseen = {key: row for key, row in found.items() if key not in known}
    assert len(unseen) == 20 and share_right(unseen) >= 0.9
    assert all(row["labels"] == [f"category:{row['tag_category']}"] for row in found.values())
    assert all(row["invalid_tags"] == [] and row["tag_title"] for row in found.values())
    before = newest_revision(chain.lake, V2)
    assert before and before.summary["coverage"] == {"category": 50, "title": 50}

    bucket.delete_object(Bucket="lab", Key="sorters/first.ubj")
    again = chain.run("photos@v2")
    assert again.success, again.problem
    assert (again["predicted_tags"]["computed"], again["predicted_tags"]["reused"]) == (0, 50)
    assert again["labeled_dataset_versions"]["is_new_revision"] is False

    chain.edit("models.yaml", 'default_version: "1"', 'default_version: "2"')
    other = chain.run("photos@v2")
    assert other.success, other.problem
    assert other["predicted_tags"]["computed"] == 50
    assert other["predicted_tags"]["models"] == "category: s3://lab/sorters/second.json@2"
    assert other["smart_tags"]["calls"] == other["embeddings"]["calls"] == 0
    chain.edit("models.yaml", 'default_version: "2"', 'default_version: "1"')
    back = chain.run("photos@v2")
    assert back.success, back.problem
    assert back["predicted_tags"]["computed"] == 0
    after = newest_revision(chain.lake, V2)
    assert after and after.data_version == before.data_version


def test_a_file_of_another_width_stops_the_run_and_says_both_numbers(
    chain: Chain, bucket: Any
) -> None:
    use_sorter(chain)
    add(chain, range(2))
    narrow = xgboost.train({"objective": "binary:logistic"}, xgboost.DMatrix([[0], [1]], [0, 1]), 1)
    run = chain.run()
    assert "s3://lab/sorters/first.ubj is not there" in run.problem
    bucket.put_object(Bucket="lab", Key="sorters/first.ubj", Body=bytes(narrow.save_raw("ubj")))
    run = chain.run()
    assert not run.success
    assert "s3://lab/sorters/first.ubj takes 1 numbers" in run.problem
    assert "input columns vector make " in run.problem
    assert newest_revision(chain.lake, V1) is None


def test_a_regressor_fills_a_score_from_facts_within_its_bounds(
    chain: Chain, tmp_path: Path
) -> None:
    widths = np.arange(20, 200, dtype=np.float32)
    columns = np.column_stack([widths, widths / 72])
    booster = xgboost.train({"nthread": 1}, xgboost.DMatrix(columns, widths / 100), 60)
    (tmp_path / "scorer").mkdir()
    booster.save_model(tmp_path / "scorer" / "model.json")
    use_model(
        chain,
        SCORER.format(folder=tmp_path / "scorer"),
        "  - {name: title",
        "  - {name: size, type: number, maximum: 1, model: scorer}\n  - {name: title",
    )
    for width in (40, 80, 160):
        image = Image.new("RGB", (width, 72), (width, 90, 20))
        image.save(chain.source / f"w{width}.png")
    run = chain.run()
    assert run.success, run.problem
    assert run["predicted_tags"]["failed"] == 1
    found = rows(chain, "v1")
    assert found["w40.png"]["tag_size"] == pytest.approx(0.4, abs=0.05)
    assert found["w80.png"]["tag_size"] == pytest.approx(0.8, abs=0.05)
    assert (found["w160.png"]["tag_size"], found["w160.png"]["invalid_tags"]) == (None, ["size"])
    (kept,) = chain.lake.open("smart_tags").search().where("status = 'invalid'").to_list()
    assert kept["reason"] == "out_of_range"
    assert float(kept["raw"]) == pytest.approx(1.6, abs=0.05)
    assert (kept["model"], kept["model_version"]) == (str(tmp_path / "scorer"), "1")
    full = chain.run(mode="full")
    assert full["predicted_tags"]["computed"] == 3
    assert full["labeled_dataset_versions"]["is_new_revision"] is False


def test_a_photo_without_a_vector_fails_and_is_predicted_once_it_has_one(
    chain: Chain, bucket: Any
) -> None:
    add(chain, range(3))
    assert chain.run().success
    model = train(rows(chain, "v1"), with_aspect=False)
    bucket.put_object(Bucket="lab", Key="sorters/first.ubj", Body=bytes(model.save_raw("ubj")))
    use_sorter(chain)
    catalog = load_catalog(chain.catalog)
    recipes = Recipes.of(catalog.dataset("photos"), catalog)

    def predict() -> Report:
        return predict_version(
            chain.lake, V1, recipes, mode="incremental", retry_failed=False, window=Window(),
            memory="1GB",
        )  # fmt: skip

    vectors = chain.lake.open("embeddings_embedded_visual_text")
    lost = vectors.search().limit(1).to_list()[0]["image_id"]
    vectors.delete(f"image_id = '{lost}'")
    first = predict()
    assert (first.computed, dict(first.failed)) == (6, {"no_vector": 1})
    second = predict()
    assert (second.computed, second.reused) == (1, 5)
    run = chain.run()
    assert (run["embeddings"]["computed"], run["predicted_tags"]["computed"]) == (1, 1)
    assert run["predicted_tags"]["failed"] == 0
    category = [row["tag_category"] for row in rows(chain, "v1").values()]
    assert None not in category
    kept = chain.lake.open("smart_tags").search().where(f"image_id = '{lost}'").to_list()
    told = [row for row in kept if row["model"] == "s3://lab/sorters/first.ubj"]
    assert sorted(row["status"] for row in told) == ["failed", "failed", "valid"]
    assert all(json.loads(row["value"]) in LABELS for row in told if row["value"])
