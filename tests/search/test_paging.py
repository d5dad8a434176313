"""Pages: no gap and no repeat, whatever is published meanwhile, and no token of another search."""

import base64
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listing_assets.hashing import digest
from listing_assets.search import (
    KeyOf,
    Query,
    Results,
    SearchError,
    Vector,
    open_published,
    search,
)
from resources.errors import LakeError, ListingError
from tests.search.brute_force import by_vector, by_words, filtered, fused
from tests.search.shop import (
    DIMENSION,
    MODEL,
    Shop,
    StandInVectors,
    generate_rows,
    make_shop,
    publish_rows,
    unit,
)

IMAGE = Vector(tuple(unit(np.random.default_rng(1).normal(size=DIMENSION))), MODEL)


@pytest.fixture
def small(tmp_path: Path) -> Shop:
    """One to publish more revisions of."""
    return make_shop(tmp_path, generate_rows(120, seed=2))


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """One with two versions that stay as they are."""
    shop = make_shop(tmp_path_factory.mktemp("calm"), generate_rows(120, seed=2))
    publish_rows(shop.lake, shop.rows, "v2")
    return shop


def pages(shop: Shop, reference: str = "v1", size: int = 7, **conditions: Any) -> list[Results]:
    """All pages; each is asked of a version that was opened anew."""
    return all_pages(shop, Query(max_results=size, columns=(), **conditions), None, reference)


def all_pages(
    shop: Shop, query: Query, vectors: StandInVectors | None, reference: str = "v1"
) -> list[Results]:
    """The page of a query, and all that follow it."""
    found = [search(shop.open(reference), query, vectors)]
    while (token := found[-1].next_token) is not None:
        found.append(search(shop.open(reference), replace(query, next_token=token), vectors))
    return found


def keys(found: list[Results]) -> list[str]:
    return [row["key"] for page in found for row in page.documents()]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize(
    "sort",
    [
        *("", "key", "last_modified", "size", "category", "in-stock", "tag_price", "sharpness"),
        *("captured_at", "stock", "重量 (kg)", "checked", "title", "status"),
    ],
)
def test_pages_in_any_order_have_each_photo_once_and_nulls_last(
    calm: Shop, sort: str, descending: bool
) -> None:
    column = {"": "key", "size": "bytes", "重量 (kg)": "meta_重量 (kg)"}.get(sort, sort)
    if column not in calm.rows[0]:
        column = next(
            f"{kind}_{column}" for kind in ("tag", "meta") if f"{kind}_{column}" in calm.rows[0]
        )
    rows = sorted(calm.rows, key=lambda row: row["key"])
    known = [row for row in rows if row[column] is not None]
    known.sort(key=lambda row: row[column], reverse=descending)
    right = [row["key"] for row in known + [row for row in rows if row[column] is None]]
    found = pages(calm, sort=sort, descending=descending, include="all")
    assert keys(found) == right
    assert {page.total for page in found} == {len(right)}
    assert {len(page.rows) for page in found[:-1]} == {7}


def test_in_every_mode_paging_goes_on_in_its_revision_while_new_ones_are_published(
    tmp_path: Path,
) -> None:
    shop = make_shop(tmp_path, generate_rows(2_000, seed=2))
    vectors = StandInVectors({"red 绿茶": np.array(IMAGE.values)})
    near, said = np.array(IMAGE.values), ["red", "绿茶"]
    food: dict[str, Any] = {"where": "NOT category=Food", "none_of": ("colours:red",)}
    deep = Query(**food)
    by_meaning = by_vector(shop.rows, near, deep, 200)
    modes: list[tuple[dict[str, Any], list[str] | None]] = [
        ({}, filtered(shop.rows, Query())),
        (food, filtered(shop.rows, deep)),
        ({**food, "sort": "tag_price", "descending": True}, None),
        ({**food, "image": IMAGE, "top_k": 200}, list(by_meaning)),
        ({**food, "image": IMAGE, "top_k": 200, "sort": "category"}, None),
        ({"text": "red 绿茶", "text_by": "words"}, list(by_words(shop.rows, said, Query(), 100))),
        ({**food, "text": "red 绿茶", "text_by": "vector", "top_k": 200}, list(by_meaning)),
        (
            {**food, "text": "red 绿茶", "top_k": 200},
            list(fused([by_meaning, by_words(shop.rows, said, deep, 200)], 200)),
        ),
    ]
    asked = [Query(max_results=1_000, columns=(), **conditions) for conditions, _ in modes]
    undisturbed = [keys(all_pages(shop, query, vectors)) for query in asked]
    for (conditions, right), found in zip(modes, undisturbed, strict=True):
        assert right is None or found == right, conditions

    asked = [
        replace(query, max_results=len(found) // 5)
        for query, found in zip(asked, undisturbed, strict=True)
    ]
    turned = [[search(shop.open(), query, vectors)] for query in asked]
    chance = random.Random(0)
    for number in range(3):
        changed = chance.sample(shop.rows, 900) + generate_rows(2_100 + number, seed=number)[2_000:]
        publish_rows(shop.lake, changed)
        for query, pages_of in zip(asked, turned, strict=True):
            following = replace(query, next_token=pages_of[-1].next_token)
            pages_of.append(search(shop.open(), following, vectors))
    for query, pages_of, right in zip(asked, turned, undisturbed, strict=True):
        rest = replace(query, next_token=pages_of[-1].next_token)
        whole = pages_of + all_pages(shop, rest, vectors)
        assert keys(whole) == right
        assert {page.revision for page in whole} == {"v1.1"} and len(whole) >= 5
        assert search(shop.open(), query, vectors).revision == "v1.4", "begun anew"


def test_a_page_may_be_larger_than_the_one_before(calm: Shop) -> None:
    for conditions in ({}, {"image": IMAGE, "top_k": 50}):
        first = search(calm.open(), Query(max_results=3, columns=(), **conditions))
        second = search(
            calm.open(),
            Query(max_results=40, columns=("uri",), next_token=first.next_token, **conditions),
        )
        both = keys([first, second])
        assert both == keys(pages(calm, **conditions))[:43]
        assert "uri" in second.documents()[0]


def test_a_revision_is_searched_by_its_name_and_stays_as_it_was(small: Shop) -> None:
    before = keys(pages(small))
    fewer = small.rows[:30]
    publish_rows(small.lake, fewer)
    assert keys(pages(small, "v1.1")) == before
    assert keys(pages(small)) == keys(pages(small, "v1.2")) == filtered(fewer, Query())


class TestATokenOfAnotherSearch:
    def token(self, shop: Shop, reference: str = "v1", **conditions: Any) -> str:
        results = search(shop.open(reference), Query(max_results=2, **conditions))
        assert results.next_token is not None
        return results.next_token

    @pytest.mark.parametrize(
        "other",
        [
            {"where": "HAS text"},
            {"none_of": ("category:Food",)},
            {"sort": "size"},
            {"descending": True},
            {"include": "all"},
            {"image": IMAGE},
            {"image": KeyOf("x")},
            {"values": {"category": "Food"}},
        ],
        ids=str,
    )
    def test_is_refused(self, calm: Shop, other: dict[str, Any]) -> None:
        token = self.token(calm)
        with pytest.raises(SearchError, match="belongs to another search"):
            search(calm.open(), Query(next_token=token, **other))

    def test_such_as_one_by_another_image_is_refused(self, calm: Shop) -> None:
        token = self.token(calm, image=IMAGE)
        other = Vector((1.0, *[0.0] * (DIMENSION - 1)), MODEL)
        with pytest.raises(SearchError, match="belongs to another search"):
            search(calm.open(), Query(next_token=token, image=other))

    def test_such_as_one_of_another_version_is_refused(self, calm: Shop) -> None:
        for reference in ("v2", "v1.1"):
            with pytest.raises(SearchError, match="belongs to another search"):
                search(calm.open(reference), Query(next_token=self.token(calm)))
        with pytest.raises(SearchError, match="belongs to another search"):
            search(calm.open(), Query(next_token=self.token(calm, "v2")))

    @pytest.mark.parametrize("ranked", [{}, {"image": IMAGE}], ids=["filter", "ranking"])
    @settings(max_examples=80, deadline=None, derandomize=True)
    @given(garbage=st.one_of(st.text(max_size=40), st.binary(max_size=40)))
    def test_that_is_none_is_refused(
        self, shop: Shop, ranked: dict[str, Any], garbage: str | bytes
    ) -> None:
        token = garbage if isinstance(garbage, str) else base64.urlsafe_b64encode(garbage).decode()
        with pytest.raises(SearchError, match="damaged"):
            search(shop.open(), Query(next_token=token, **ranked))

    def test_that_was_cut_or_changed_is_refused(self, calm: Shop) -> None:
        token = self.token(calm)
        for damaged in (token[:-3], token[1:], token.swapcase(), token + "A"):
            with pytest.raises(SearchError, match="damaged"):
                search(calm.open(), Query(next_token=damaged))

    @pytest.mark.parametrize(
        ("place", "forged", "error"),
        [
            (0, "v2.1", SearchError),
            (0, "v1.9", LakeError),
            (0, "main", SearchError),
            (0, 7, SearchError),
            (1, "many", SearchError),
            (2, 3, SearchError),
            (2, [None, 3], SearchError),
            (2, [["x"], "a"], SearchError),
            (2, {}, SearchError),
        ],
    )
    def test_that_was_forged_opens_and_breaks_nothing(
        self, calm: Shop, place: int, forged: Any, error: type[Exception]
    ) -> None:
        token = self.token(calm, sort="size")
        said = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))[:-1]
        said[place] = forged
        written = json.dumps([*said, digest(*said, length=8)]).encode()
        forgery = base64.urlsafe_b64encode(written).decode().rstrip("=")
        with pytest.raises(error):
            search(calm.open(), Query(next_token=forgery, sort="size"))


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("shop@v1.7", "has no revision 'v1.7'"),
        ("shop@v3", "shop@v3 was not published yet"),
        ("shop@v1.x", "is not the name of a revision"),
        ("shop@v1.", "is not the name of a revision"),
        ("shop", "^'shop' is not the name of a dataset version"),
        ("other@v1", "other@v1 was not published yet"),
        ("shop@v1.1'", "is not the name of a revision"),
        ("a'b@v1", "is not the name of a dataset version"),
    ],
)
def test_what_is_not_published_cannot_be_opened(shop: Shop, reference: str, told: str) -> None:
    with pytest.raises(ListingError, match=told):
        open_published(shop.lake, reference)
