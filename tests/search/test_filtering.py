"""Searches without a text or image: every condition, alone and together, against brute force."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listing_assets.search import KeyOf, Query, QueryError, SearchError, search
from listing_assets.search.conditions import filter_of
from tests.search.brute_force import filtered
from tests.search.expressions import trees, written
from tests.search.shop import Shop, generate_rows, make_shop

LABELS = (
    *("category:Food", "category:Daily Use", "category:服装", "colours:red", "colours:红色"),
    *("in-stock:true", "shade:#550000", "note:best of 2025", "category:Gift", "no:such'label"),
)


def keys(shop: Shop, **conditions: Any) -> list[str]:
    results = search(shop.open(), Query(max_results=1_000, columns=(), **conditions))
    found = [row["key"] for row in results.documents()]
    while results.next_token is not None:
        following = Query(
            max_results=1_000, columns=(), next_token=results.next_token, **conditions
        )
        results = search(shop.open(), following)
        found += [row["key"] for row in results.documents()]
    assert results.total == len(found)
    return found


@pytest.mark.parametrize(
    "conditions",
    [
        {},
        {"include": "rejected"},
        {"include": "all"},
        {"any_of": ("category:Food", "category:服装")},
        {"all_of": ("category:Food", "colours:red")},
        {"none_of": ("category:Food", "category:Gift", "in-stock:true")},
        {"none_of": LABELS},
        {"any_of": ("colours:红色",), "all_of": ("in-stock:true",), "none_of": ("category:Toys",)},
        {"none_of": ("category:Food",), "include": "all"},
        {"name_contains": "IMG"},
        {"name_contains": "照片"},
        {"name_contains": "a%"},
        {"name_contains": "o_k_0"},
        {"name_contains": "shoes"},
        {"directory": "shoes"},
        {"directory": "/shoes/new/"},
        {"directory": "a%_b"},
        {"directory": "sho"},
        {"modified_from": datetime(2025, 1, 5, 12, tzinfo=UTC)},
        {"modified_from": datetime(2025, 1, 5), "modified_before": datetime(2025, 1, 6, 0, 3)},
        {"ingested_from": datetime(2025, 1, 5), "ingested_before": datetime(2025, 1, 6, 0, 3)},
        {"min_bytes": 2_000_000},
        {"max_bytes": 400, "include": "all"},
        {"min_bytes": 10_000, "max_bytes": 1_000_000},
        {"formats": ("png", "WEBP")},
        {"values": {"category": "Food", "in-stock": True}},
        {"values": {"重量 (kg)": 2.25, "stock": 7}},
        {"where": "FileDir:茶叶 AND (tags.all:gift OR tag_price > 50) AND NOT colours=red"},
        {"where": "NOT HAS labels"},
        {"where": "Status=rejected", "include": "all"},
        {"where": "Status=rejected"},
        {
            "any_of": ("category:Food", "category:Toys"),
            "none_of": ("in-stock:false",),
            "directory": "shoes",
            "min_bytes": 1_000_000,
            "formats": ("jpeg",),
            "where": "HAS text",
        },
    ],
    ids=str,
)
def test_results_are_those_that_brute_force_finds(shop: Shop, conditions: dict[str, Any]) -> None:
    assert keys(shop, **conditions) == filtered(shop.rows, Query(**conditions))


@pytest.fixture(scope="module")
def corner(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return make_shop(tmp_path_factory.mktemp("corner"), generate_rows(200, seed=11))


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    conditions=st.fixed_dictionaries(
        {},
        optional={
            "any_of": st.lists(st.sampled_from(LABELS), max_size=3).map(tuple),
            "all_of": st.lists(st.sampled_from(LABELS), max_size=2).map(tuple),
            "none_of": st.lists(st.sampled_from(LABELS), max_size=3).map(tuple),
            "name_contains": st.sampled_from(["", "img", "_00", "照", "FOOD"]),
            "directory": st.sampled_from(["", "shoes", "茶叶/绿茶"]),
            "min_bytes": st.integers(0, 5_000_000),
            "include": st.sampled_from(["published", "rejected", "all"]),
            "where": trees.map(written),
        },
    )
)
def test_any_conditions_together_find_what_brute_force_finds(
    corner: Shop, conditions: dict[str, Any]
) -> None:
    assert keys(corner, **conditions) == filtered(corner.rows, Query(**conditions))


def test_photos_without_labels_count_as_having_none_of_them(shop: Shop) -> None:
    bare = {row["key"] for row in shop.rows if row["status"] == "published" and not row["labels"]}
    missing = {row["key"] for row in shop.rows if row["status"] == "published"} & {
        row["key"] for row in shop.rows if row["labels"] is None
    }
    assert missing and bare > missing
    assert bare <= set(keys(shop, none_of=LABELS))


def test_a_result_has_key_score_and_the_columns_that_were_asked_for(shop: Shop) -> None:
    query = Query(columns=("tag_price", "meta_重量 (kg)", "key"), max_results=3)
    results = search(shop.open(), query)
    rows = {row["key"]: row for row in shop.rows}
    for found in results.documents():
        row = rows[found["key"]]
        assert found == {
            "key": row["key"],
            "score": None,
            "tag_price": row["tag_price"],
            "meta_重量 (kg)": row["meta_重量 (kg)"],
        }
    assert (results.dataset, results.revision, results.ranked_by) == ("shop", "v1.1", ())


def test_facets_count_all_results_and_not_a_page(shop: Shop) -> None:
    query = Query(all_of=("in-stock:true",), max_results=5, facets=2)
    counted: dict[str, dict[str, int]] = {}
    chosen = set(filtered(shop.rows, query))
    for row in shop.rows:
        for label in (row["labels"] or []) if row["key"] in chosen else []:
            name, _, value = label.partition(":")
            counted.setdefault(name, {}).setdefault(value, 0)
            counted[name][value] += 1
    facets = search(shop.open(), query).facets
    assert facets is not None and facets.keys() == counted.keys()
    for name, values in facets.items():
        right = sorted(counted[name].items(), key=lambda item: (-item[1], item[0]))
        assert list(values.items()) == right[:2]
    assert facets["in-stock"] == {"true": len(chosen)}
    assert search(shop.open(), Query()).facets is None


@pytest.mark.parametrize(
    ("conditions", "told"),
    [
        ({"any_of": ("Food",)}, "'Food' is no label"),
        ({"columns": ("labls",)}, "Did you mean 'labels'?"),
        ({"sort": "labels"}, "cannot be sorted by 'labels'"),
        ({"sort": "FileName"}, "cannot be sorted by 'FileName'"),
        ({"sort": "prize"}, "there is no field 'prize'"),
        ({"sort": "score"}, "neither a text nor an image"),
        ({"min_score": 0.5}, "neither a text nor an image"),
        ({"top_k": 0}, "top_k is 0"),
        ({"max_results": 1_001}, "max_results is 1001"),
        ({"text": "x" * 1_025}, "has 1,025 characters"),
        ({"values": {"in-stock": "maybe"}}, "is true or false"),
        ({"include": "rejectd"}, "It is one of: published, rejected, all."),
        ({"text": "red", "text_by": "meaning"}, "It is one of: both, vector, words."),
        ({"text": "caf\udce9"}, "not valid Unicode"),
        ({"name_contains": "\udcff"}, "not valid Unicode"),
        ({"none_of": ("category:\udcff",)}, "not valid Unicode"),
        ({"image": KeyOf("\udcff.jpg")}, "not valid Unicode"),
        (
            {"modified_from": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))},
            "beyond the calendar",
        ),
    ],
    ids=str,
)
def test_a_search_that_cannot_be_answered_says_why(
    shop: Shop, conditions: dict[str, Any], told: str
) -> None:
    with pytest.raises(SearchError) as caught:
        search(shop.open(), Query(**conditions))
    assert told in str(caught.value)


def test_the_expression_of_a_query_points_at_its_mistake(shop: Shop) -> None:
    with pytest.raises(QueryError) as caught:
        search(shop.open(), Query(where="category=Food AND kategory=Toys"))
    assert (caught.value.start, caught.value.remedy) == (18, "Did you mean 'category'?")


def test_labels_and_status_are_looked_up_in_their_indexes(shop: Shop) -> None:
    published = shop.open()
    query = Query(any_of=("category:Food",), all_of=("colours:red",))
    plan = published.table.search().where(filter_of(query, published.fields)).explain_plan()
    assert "status_idx(Bitmap)" in plan
    assert plan.count("labels_idx(LabelList)") == 2
