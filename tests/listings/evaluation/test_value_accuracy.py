"""Whether values agree: in what they mean, per attribute."""

import pytest

from listing_assets.listings.evaluation.accuracy import (
    Accuracy,
    accuracies,
    same_category,
    same_values,
)
from tests.listings.evaluation.published import CATALOG


@pytest.mark.parametrize(
    ("value", "human"),
    [
        ("iron grey", "Iron Grey"),
        ("500 ml", "0.5 L"),
        ("Size 42", "Size 40 / Size 42 / Size 44"),
        ("mint, mustard", "mustard / mint / pearl"),
        ("１２８ＧＢ", "128 GB"),
        ("华为", "华为"),
        ("WH-1000XM5", "wh1000xm5"),
    ],
)
def test_the_same_is_the_same_however_it_is_written(value: str, human: str) -> None:
    assert same_values(value, human)


@pytest.mark.parametrize(
    ("value", "human"),
    [
        ("blue 42 cm", "red 42 cm"),
        ("256 GB", "128 GB"),
        ("mint, black", "mustard / mint"),
        ("", "red"),
        ("—", "-"),
    ],
)
def test_the_other_is_not_the_same(value: str, human: str) -> None:
    assert not same_values(value, human)


def test_accuracy_counts_what_people_told() -> None:
    found = accuracies(
        [
            ({"Brand": "Acme", "Color": "red"}, {"Brand": "ACME"}),
            ({"Brand": "Other"}, {"Brand": "Acme", "Color": "blue"}),
            ({}, {"Brand": "Acme"}),
        ]
    )
    assert found == (Accuracy("Brand", 3, 2, 1), Accuracy("Color", 1, 0, 0))
    assert found[0].accuracy == pytest.approx(1 / 3) and found[0].precision == 0.5
    assert found[1].precision is None


def test_a_category_may_go_by_any_name_of_its_template() -> None:
    assert same_category("yoghurt", "Food", CATALOG.templates)
    assert same_category("Goods > Phones > Smartphone", "手机", CATALOG.templates)
    assert not same_category("yoghurt", "Phone", CATALOG.templates)
    assert not same_category("a thing", "another", CATALOG.templates), "both have the default one"
