"""Searches by text and image: vectors, words and both fused, against brute force."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from lancedb.index import IvfSq

from listing_assets.search import (
    KeyOf,
    Published,
    Query,
    Results,
    SearchError,
    Upload,
    Vector,
    search,
)
from tests.search.brute_force import Scored, by_vector, by_words, fused
from tests.search.shop import (
    DIMENSION,
    MODEL,
    SCHEMA,
    Shop,
    StandInVectors,
    generate_rows,
    make_shop,
    unit,
)

FILTERS: list[dict[str, Any]] = [
    {},
    {"any_of": ("category:Food", "category:Toys"), "none_of": ("colours:red",)},
    {"where": "tag_price < 20 OR NOT HAS tag_price", "directory": "shoes"},
    {"none_of": ("category:Food", "category:Toys", "category:服装", "category:Daily Use")},
    {"all_of": ("category:Gift", "colours:blue"), "min_bytes": 4_000_000},
    {"where": "FileName=nothing"},
    {"include": "all"},
    {"include": "rejected"},
]
TEXTS = {"red shoes": ["red", "shoes"], "绿茶 iPhone": ["绿茶", "iphone"], "运动": ["运动"]}


def vector(seed: int) -> np.ndarray:
    return unit(np.random.default_rng(seed).normal(size=DIMENSION))


def scores(results: Results) -> Scored:
    return {row["key"]: row["score"] for row in results.documents()}


def agree(found: Scored, right: Scored) -> None:
    assert list(found) == list(right)
    assert list(found.values()) == pytest.approx(list(right.values()), abs=2e-6)


@pytest.fixture(scope="module")
def vectors() -> StandInVectors:
    return StandInVectors({text: vector(place) for place, text in enumerate(TEXTS)})


@pytest.mark.parametrize("conditions", FILTERS, ids=str)
def test_by_a_vector_the_nearest_come_first(shop: Shop, conditions: dict[str, Any]) -> None:
    query = Query(
        image=Vector(tuple(vector(7)), MODEL), top_k=150, max_results=150, columns=(), **conditions
    )
    results = search(shop.open(), query)
    agree(scores(results), by_vector(shop.rows, vector(7), query, 150))
    assert results.ranked_by == ("image",)
    assert results.total == len(results.documents())


@pytest.mark.parametrize("conditions", FILTERS, ids=str)
def test_by_the_vector_of_a_text_the_nearest_come_first(
    shop: Shop, vectors: StandInVectors, conditions: dict[str, Any]
) -> None:
    query = Query(
        text="red shoes",
        text_by="vector",
        top_k=150,
        max_results=150,
        columns=(),
        min_score=0.1,
        **conditions,
    )
    of_text = vectors.of_text("red shoes")
    assert of_text is not None
    results = search(shop.open(), query, vectors)
    right = by_vector(shop.rows, of_text, query, 150)
    agree(scores(results), {key: score for key, score in right.items() if score >= 0.1})
    assert results.ranked_by == ("vector",)


def test_by_a_photo_of_the_dataset_it_finds_itself_and_its_equals_first(shop: Shop) -> None:
    vectors_seen = [str(row["vector"]) for row in shop.rows]
    row = next(
        row for row in shop.rows if row["vector"] and vectors_seen.count(str(row["vector"])) > 1
    )
    query = Query(image=KeyOf(row["key"]), top_k=30, columns=())
    results = search(shop.open(), query)
    agree(scores(results), by_vector(shop.rows, np.array(row["vector"]), query, 30))
    assert row["key"] in list(scores(results))[: vectors_seen.count(str(row["vector"]))]


def test_by_an_upload_the_model_makes_the_vector(shop: Shop) -> None:
    seen = []

    def of_photo(data: bytes) -> np.ndarray:
        seen.append(data)
        return vector(3)

    query = Query(image=Upload(b"photo"), columns=(), top_k=10)
    results = search(shop.open(), query, StandInVectors(of_photo=of_photo))
    agree(scores(results), by_vector(shop.rows, vector(3), query, 10))
    assert seen == [b"photo"]


@pytest.mark.parametrize("conditions", FILTERS, ids=str)
@pytest.mark.parametrize("text", TEXTS)
def test_by_words_all_photos_that_have_one_are_found(
    shop: Shop, text: str, conditions: dict[str, Any]
) -> None:
    query = Query(
        text=text, text_by="words", top_k=1_000, max_results=1_000, columns=(), **conditions
    )
    results = search(shop.open(), query)
    agree(scores(results), by_words(shop.rows, TEXTS[text], query, 1_000))
    assert results.ranked_by == ("words",)


@pytest.mark.parametrize("conditions", FILTERS[:6], ids=str)
@pytest.mark.parametrize("top_k", [10, 300])
@pytest.mark.parametrize("text", TEXTS)
def test_both_are_fused_by_reciprocal_rank(
    shop: Shop, vectors: StandInVectors, text: str, top_k: int, conditions: dict[str, Any]
) -> None:
    query = Query(text=f" {text} ", top_k=top_k, max_results=top_k, columns=(), **conditions)
    of_text = vectors.of_text(text)
    assert of_text is not None
    depth = max(200, top_k)
    right = fused(
        [
            by_vector(shop.rows, of_text, query, depth),
            by_words(shop.rows, TEXTS[text], query, depth),
        ],
        top_k,
    )
    results = search(shop.open(), query, vectors)
    agree(scores(results), right)
    assert results.ranked_by == ("vector", "words")


def test_a_text_and_an_image_are_fused_too(shop: Shop, vectors: StandInVectors) -> None:
    query = Query(
        text="red shoes", image=Vector(tuple(vector(9)), MODEL), top_k=40, columns=("text",)
    )
    of_text = vectors.of_text("red shoes")
    assert of_text is not None
    right = fused(
        [
            by_vector(shop.rows, vector(9), query, 200),
            by_vector(shop.rows, of_text, query, 200),
            by_words(shop.rows, ["red", "shoes"], query, 200),
        ],
        40,
    )
    results = search(shop.open(), query, vectors)
    agree(scores(results), right)
    texts = {row["key"]: row["text"] for row in shop.rows}
    assert all(row["text"] == texts[row["key"]] for row in results.documents())


@pytest.mark.parametrize("least", [-1.0, 0.3, 0.62, 2.0])
def test_results_below_the_threshold_are_left_out(shop: Shop, least: float) -> None:
    query = Query(image=Vector(tuple(vector(7)), MODEL), min_score=least, max_results=100)
    right = by_vector(shop.rows, vector(7), query, 100)
    results = search(shop.open(), query)
    agree(scores(results), {key: score for key, score in right.items() if score >= least})
    assert results.total == len(results.documents())


def test_thresholds_hold_for_words_and_for_fused_scores(
    shop: Shop, vectors: StandInVectors
) -> None:
    for query, least in (
        (Query(text="red shoes", text_by="words", max_results=100), 2.0),
        (Query(text="red shoes", max_results=100), 0.0125),
    ):
        everything = scores(search(shop.open(), query, vectors))
        above = {key: score for key, score in everything.items() if score >= least}
        assert 0 < len(above) < len(everything)
        limited = Query(text=query.text, text_by=query.text_by, max_results=100, min_score=least)
        assert scores(search(shop.open(), limited, vectors)) == above


def test_the_first_keys_have_the_last_places_where_many_are_equal(tmp_path: Path) -> None:
    rows = [row for row in generate_rows(400, seed=3) if row["status"] == "published"]
    for row in rows:
        row["vector"] = vector(len(row["key"]) % 2).tolist()
        row["text"] = "red shoes" if len(row["key"]) % 3 else "red"
    published = make_shop(tmp_path, rows).open()
    for query, right in (
        (
            Query(image=Vector(tuple(vector(0)), MODEL), top_k=7, columns=()),
            by_vector(rows, vector(0), Query(), 7),
        ),
        (
            Query(text="shoes", text_by="words", top_k=7, columns=()),
            by_words(rows, ["shoes"], Query(), 7),
        ),
    ):
        agree(scores(search(published, query)), right)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", ["key", "size", "last_modified", "tag_price", "in-stock"])
def test_a_ranking_may_be_shown_in_the_order_of_a_field(
    shop: Shop, sort: str, descending: bool
) -> None:
    query = Query(image=Vector(tuple(vector(7)), MODEL), top_k=60, max_results=60)
    best = scores(search(shop.open(), query))
    column = {"size": "bytes", "in-stock": "tag_in-stock"}.get(sort, sort)
    chosen = [row for row in shop.rows if row["key"] in best]
    chosen.sort(key=lambda row: row["key"])
    known = [row for row in chosen if row[column] is not None]
    known.sort(key=lambda row: row[column], reverse=descending)
    if descending:  # a reversed sort is stable too, so that equal ones stay in the order of keys
        assert [row["key"] for row in known if row[column] == known[0][column]] == sorted(
            row["key"] for row in known if row[column] == known[0][column]
        )
    right = [row["key"] for row in known] + [row["key"] for row in chosen if row[column] is None]
    ordered = Query(image=query.image, top_k=60, max_results=60, sort=sort, descending=descending)
    found = search(shop.open(), ordered)
    assert [row["key"] for row in found.documents()] == right
    assert scores(found) == best


def test_facets_of_a_ranking_count_its_results(shop: Shop) -> None:
    query = Query(image=Vector(tuple(vector(7)), MODEL), top_k=25, max_results=3, facets=10)
    everything = by_vector(shop.rows, vector(7), query, 25)
    labels = [
        label for row in shop.rows if row["key"] in everything for label in row["labels"] or []
    ]
    facets = search(shop.open(), query).facets
    assert facets is not None
    for name, values in facets.items():
        for value, count in values.items():
            assert labels.count(f"{name}:{value}") == count
    assert sum(sum(values.values()) for values in facets.values()) == len(labels)


def with_vector_index(folder: Path) -> tuple[Published, list[dict[str, Any]]]:
    """1,500 rows of which 1,200 are in the vector index."""
    rows = generate_rows(1_500, seed=5)
    shop = make_shop(folder, rows[:1_200])
    branch = shop.lake.open("shop").branches.checkout("v1")
    branch.create_index("vector", config=IvfSq(distance_type="cosine", num_partitions=12))
    branch.add(
        pa.Table.from_pylist(
            [row | {"model_embedding": MODEL} for row in rows[1_200:]], schema=SCHEMA
        )
    )
    branch.tags.create("v1.2", branch.version)
    return shop.open("v1.2"), rows


def test_by_the_vector_index_the_answers_are_the_same(tmp_path: Path) -> None:
    published, rows = with_vector_index(tmp_path)
    assert published.has_vector_index
    for seed in range(20):
        for conditions in ({}, {"all_of": ("category:Gift", "colours:blue")}):
            query = Query(
                image=Vector(tuple(vector(seed)), MODEL), top_k=20, columns=(), **conditions
            )
            found = scores(search(published, query))
            agree(found, by_vector(rows, vector(seed), query, 20))


def test_without_a_full_text_index_the_same_words_are_found(tmp_path: Path, shop: Shop) -> None:
    bare = make_shop(tmp_path, shop.rows, indexed=False).open()
    assert not bare.has_word_index and shop.open().has_word_index
    for text, words in TEXTS.items():
        for conditions in ({}, {"none_of": ("category:Food",)}):
            query = Query(
                text=text, text_by="words", top_k=1_000, max_results=1_000, columns=(), **conditions
            )
            found = scores(search(bare, query))
            assert found.keys() == by_words(shop.rows, words, query, 1_000).keys()
            assert found.keys() == scores(search(shop.open(), query)).keys()


class TestTheModelThatMadeTheVectors:
    def test_must_be_the_one_that_makes_the_querys(self, shop: Shop) -> None:
        other = StandInVectors({"red": vector(0)}, lambda _: vector(0), model="other@2")
        for query in (
            Query(text="red"),
            Query(image=Upload(b"photo")),
            Query(image=Vector(tuple(vector(0)), "other@2")),
        ):
            with pytest.raises(SearchError, match="made by stand-in@1; a query by other@2"):
                search(shop.open(), query, other)
        assert other.asked == 0
        assert search(shop.open(), Query(text="red", text_by="words"), other).total

    def test_must_be_given_for_texts_and_uploads(self, shop: Shop) -> None:
        for query in (Query(text="red"), Query(image=Upload(b"photo"))):
            with pytest.raises(SearchError, match="no model was given"):
                search(shop.open(), query)

    def test_may_have_nothing_to_say_of_a_text(self, shop: Shop) -> None:
        silent = StandInVectors({})
        by_words_alone = search(shop.open(), Query(text="red"), silent)
        assert by_words_alone.ranked_by == ("words",)
        with pytest.raises(SearchError, match="has no vector of the text"):
            search(shop.open(), Query(text="red", text_by="vector"), silent)

    def test_may_have_made_none_at_all(self, tmp_path: Path, shop: Shop) -> None:
        rows = [row | {"vector": None} for row in shop.rows[:50]]
        bare = make_shop(tmp_path, rows).open()
        vectors = StandInVectors({"red": vector(0)})
        assert search(bare, Query(text="red"), vectors).ranked_by == ("words",)
        for query in (
            Query(text="red", text_by="vector"),
            Query(image=Vector(tuple(vector(0)), MODEL)),
        ):
            with pytest.raises(SearchError, match="has no vectors to compare with"):
                search(bare, query, vectors)
        with pytest.raises(SearchError, match="has no vector"):
            search(bare, Query(image=KeyOf(rows[0]["key"])), vectors)

    def test_made_vectors_of_one_length(self, shop: Shop) -> None:
        with pytest.raises(SearchError, match="have 16 numbers"):
            search(shop.open(), Query(image=Vector((1.0, 0.0), MODEL)))


def test_a_photo_that_is_not_there_cannot_be_searched_by(shop: Shop) -> None:
    with pytest.raises(SearchError, match="has no photo 'x' OR '1'='1'"):
        search(shop.open(), Query(image=KeyOf("x' OR '1'='1")))


@pytest.mark.parametrize(
    "text", ['"red shoes"', "+red -shoes", "red* AND (", "!!!", "red\\", "a'b"]
)
def test_no_sign_in_a_search_text_is_an_operator(shop: Shop, text: str) -> None:
    query = Query(text=text, text_by="words", top_k=1_000, max_results=1_000, columns=())
    words = [word for word in ("red", "shoes") if word in text]
    found = scores(search(shop.open(), query))
    assert found.keys() == by_words(shop.rows, words, query, 1_000).keys()
