"""Every search mode over 405 real photos, against brute force.

The photos' bytes, labels and texts are real; their vectors are colour histograms, which are quick.
"""

import csv
import hashlib
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from PIL import Image

from listing_assets.catalog import TagDefinition
from listing_assets.publishing.columns import PublishedColumns
from listing_assets.search import KeyOf, Query, Upload, search
from resources.lake import Lake
from tests.conftest import REAL_DATA
from tests.search.brute_force import by_vector, filtered, fused
from tests.search.shop import Row, Shop, StandInVectors, publish_rows

PHOTOS = REAL_DATA / "photos"
DEFINITION = TagDefinition.model_validate(
    {
        "name": "real",
        "guide_prompt": "Look.",
        "tags": [
            {"name": "category", "type": "choice", "values": [{"name": "hat"}]},
            {"name": "kind", "type": "choice", "values": [{"name": "food"}]},
            {"name": "title", "type": "text"},
        ],
    }
)
META = {"source": "string", "licence": "string"}
SCHEMA = PublishedColumns(DEFINITION, META, 96).schema

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not PHOTOS.exists(), reason="the real photos are not here")


def histogram(data: bytes) -> np.ndarray:
    """The unit vector of a photo: square roots of its hues, saturations and brightnesses."""
    with Image.open(io.BytesIO(data)) as photo:
        photo.draft("RGB", (64, 64))
        small = np.asarray(photo.convert("HSV").resize((64, 64), Image.Resampling.NEAREST))
    counts, _ = np.histogramdd(small.reshape(-1, 3), (6, 4, 4), [(0, 256)] * 3)
    vector = np.sqrt(counts.ravel())
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    rows = []
    with (PHOTOS / "labels.csv").open(newline="") as file:
        for told in csv.DictReader(file):
            data = (PHOTOS / told["path"]).read_bytes()
            rows.append(_row(told, data))
    lake = Lake(str(tmp_path_factory.mktemp("photos")))
    publish_rows(lake, rows, schema=SCHEMA)
    return Shop(lake, rows)


def _row(told: dict[str, str], data: bytes) -> Row:
    words = " ".join(filter(None, (told["title"], told["description"])))
    named = {"category": told["category"], "kind": told["coarse_category"]}
    return dict.fromkeys(SCHEMA.names) | {
        "key": told["path"],
        "uri": (PHOTOS / told["path"]).as_uri(),
        "image_id": hashlib.sha256(data).hexdigest(),
        "status": "published",
        "width": int(told["width"]),
        "height": int(told["height"]),
        "format": told["format"],
        "bytes": len(data),
        "last_modified": BEGIN + timedelta(seconds=len(data)),
        "ingested_at": BEGIN + timedelta(days=len(data) % 7),
        "labels": [f"{name}:{value}" for name, value in named.items() if value],
        "text": words or None,
        "vector": histogram(data).tolist(),
        "tag_category": told["category"] or None,
        "tag_kind": told["coarse_category"] or None,
        "tag_title": told["title"] or None,
        "meta_source": told["source_repo"],
        "meta_licence": told["licence"],
    }


def scores(photos: Shop, query: Query, vectors: StandInVectors | None = None) -> dict[str, float]:
    results = search(photos.open(), query, vectors)
    assert results.total == len(results.documents())
    return {row["key"]: row["score"] for row in results.documents()}


def test_all_405_are_there(photos: Shop) -> None:
    assert search(photos.open(), Query()).total == 405 == len(photos.rows)


@pytest.mark.parametrize(
    "conditions",
    [
        {"any_of": ("category:milk", "category:hat")},
        {"all_of": ("category:milk", "kind:packaged-food")},
        {"none_of": ("kind:clothing", "category:plant")},
        {"name_contains": "s00", "formats": ("png",)},
        {"min_bytes": 200_000, "where": "width > 1000 AND NOT format=PNG"},
        {"where": "category=hat OR title:bag* OR source:vendure-ecommerce"},
        {"where": "HAS title AND NOT (licence:MIT OR kind:clothing)"},
        {"directory": "images", "values": {"category": "juice"}},
        {"modified_from": BEGIN + timedelta(days=1), "ingested_before": BEGIN + timedelta(days=3)},
        {"where": "FileUpdateTime >= 2026-01-02 AND NOT FileCreateTime=2026-01-01"},
    ],
    ids=str,
)
def test_filters_find_what_brute_force_finds(photos: Shop, conditions: dict[str, Any]) -> None:
    query = Query(max_results=1_000, **conditions)
    right = filtered(photos.rows, query)
    assert 0 < len(right) < 405 or "directory" in conditions
    assert list(scores(photos, query)) == right


@pytest.mark.parametrize("conditions", [{}, {"none_of": ("kind:clothing",), "min_bytes": 50_000}])
def test_the_nearest_of_each_photo_are_those_that_brute_force_finds(
    photos: Shop, conditions: dict[str, Any]
) -> None:
    for row in photos.rows[::27]:
        query = Query(image=KeyOf(row["key"]), top_k=20, **conditions)
        right = by_vector(photos.rows, np.array(row["vector"]), query, 20)
        found = scores(photos, query)
        assert found.keys() == right.keys()
        assert list(found.values()) == pytest.approx(list(right.values()), abs=2e-6)


def test_a_photo_that_is_uploaded_finds_itself(photos: Shop) -> None:
    vectors = StandInVectors(of_photo=histogram)
    for row in photos.rows[::81]:
        data = (PHOTOS / row["key"]).read_bytes()
        found = scores(photos, Query(image=Upload(data), top_k=5, min_score=0.9999), vectors)
        assert row["key"] in found
        assert found[row["key"]] == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    "words", [["leather"], ["cactus", "bag"], ["juice", "milk"], ["shoe", "sole"]]
)
def test_words_find_all_texts_that_have_one(photos: Shop, words: list[str]) -> None:
    query = Query(text=" ".join(words), text_by="words", top_k=405, max_results=405)
    pattern = re.compile(rf"\b({'|'.join(words)})\b", re.IGNORECASE)
    right = {row["key"] for row in photos.rows if pattern.search(row["text"] or "")}
    found = scores(photos, query)
    assert right and found.keys() == right
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_a_text_is_ranked_by_vector_and_by_both_fused(photos: Shop) -> None:
    green = photos.rows[0]
    vectors = StandInVectors({"leather bag": np.array(green["vector"], np.float32)})
    alone = Query(text="leather bag", text_by="vector", top_k=50, max_results=50, min_score=0.4)
    nearest = by_vector(photos.rows, np.array(green["vector"]), alone, 50)
    above = {key: score for key, score in nearest.items() if score >= 0.4}
    assert scores(photos, alone, vectors) == pytest.approx(above, abs=2e-6)
    assert 0 < len(above) < 50
    query = Query(text="leather bag", none_of=("category:plant",), top_k=50, max_results=50)
    words = Query(
        text="leather bag", text_by="words", none_of=query.none_of, top_k=200, max_results=200
    )
    near = by_vector(photos.rows, np.array(green["vector"]), query, 200)
    right = fused([near, scores(photos, words)], 50)
    found = scores(photos, query, vectors)
    assert found == pytest.approx(right)
    assert list(found) == list(right)


def test_pages_have_each_photo_once_while_new_revisions_are_published(photos: Shop) -> None:
    publish_rows(photos.lake, photos.rows, "v2", schema=SCHEMA)
    chosen = [row for row in photos.rows if row["tag_kind"] == "packaged-food"]
    chosen.sort(key=lambda row: (row["bytes"], row["key"]))
    near = by_vector(photos.rows, np.array(chosen[0]["vector"]), Query(), 40)
    asked: list[tuple[dict[str, Any], list[str]]] = [
        ({"where": "kind=packaged-food", "sort": "size"}, [row["key"] for row in chosen]),
        ({"image": KeyOf(chosen[0]["key"]), "top_k": 40}, list(near)),
    ]
    for conditions, right in asked:
        found: list[str] = []
        token = None
        for number in range(100):
            query = Query(max_results=10, next_token=token, **conditions)
            results = search(photos.open("v2"), query)
            found += [row["key"] for row in results.documents()]
            token = results.next_token
            if token is None:
                break
            if number < 2:
                publish_rows(photos.lake, photos.rows[number::2], "v2", schema=SCHEMA)
        assert found == right and len(right) in {84, 40}
        publish_rows(photos.lake, photos.rows, "v2", schema=SCHEMA)
