"""Precision at k of rankings, and which photos show the same product."""

from pathlib import Path

import pytest

from listing_assets.listings.evaluation.retrieval import precisions
from listing_assets.listings.evaluation.same_products import read_pairs
from resources.errors import SourceError

OTHERS = [f"other {n}" for n in range(98)]


def test_precision_counts_hits_among_k_and_among_those_that_were_possible() -> None:
    products = {"a": "p", "a2": "p", "a3": "p", "copy": "p", "b": "q", "b2": "q"}
    images = {key: key for key in [*products, *OTHERS]} | {"copy": "a"}
    rankings = {"a": ["a2", *OTHERS, "a3"], "b": ["a", "b2", *OTHERS]}
    found = {at.depth: at for at in precisions("SKU", rankings, products, images)}
    assert [found[depth].queries for depth in (1, 5, 10, 50, 100)] == [2] * 5
    assert (found[1].precision, found[1].of_possible) == (0.5, 0.5)
    assert found[5].precision == pytest.approx((1 / 5 + 1 / 5) / 2)
    assert found[5].of_possible == pytest.approx((1 / 2 + 1) / 2), "a copy was not to be found"
    assert found[100].precision == pytest.approx((2 / 100 + 1 / 100) / 2)
    assert found[100].of_possible == 1


def test_pairs_tell_items_and_variants_apart(tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    file.write_text("query_path,product_id,kind\na,1,sku\nb,1,sku\nc,2,variety\nd,2,variety\n")
    sku, spu = read_pairs(file)
    assert (sku.level, dict(sku.product_of)) == ("SKU", {"a": "1", "b": "1"})
    assert (spu.level, list(spu.product_of)) == ("SPU", ["a", "b", "c", "d"])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a,b\n1,2\n", "not name a photo in every row"),
        ("path,kind\na,sku\n,sku\n", "not name a photo in every row"),
        ("", "has no row"),
        ("path,product_id\na,1,2,3\n", "pairs.csv:2"),
        ("key,kind\na,sku\n", "names no product"),
        (None, "cannot be read"),
    ],
    ids=("no key", "a row without", "empty", "broken", "no product", "absent"),
)
def test_a_file_without_pairs_is_refused(tmp_path: Path, text: str | None, problem: str) -> None:
    file = tmp_path / "pairs.csv"
    if text is not None:
        file.write_text(text)
    with pytest.raises(SourceError, match=problem):
        read_pairs(file)
