"""What predictions mean for tags: labels, scores, what is not sure enough, what is not allowed."""

import json
from typing import Any

import numpy as np
import pytest
import xgboost

from listing_assets.catalog import Model, Tag
from listing_assets.prediction.outputs import Predictor
from listing_assets.tagging.answers import TagAnswer
from resources.endpoints.boosted_trees import BoostedTrees, TreeOptions
from resources.errors import ModelError

ROWS = np.linspace(0, 1, 200, dtype=np.float32)[:, None]
CATEGORY = Tag.model_validate(
    {
        "name": "category",
        "type": "choice",
        "model": "trees",
        "values": [{"name": "Food"}, {"name": "Toys"}],
    }
)
SALE = Tag(name="sale", type="boolean", model="trees")
SCORE = Tag(name="score", type="number", minimum=0, maximum=1, model="trees")


def predictor(tag: Tag, wanted: np.ndarray, objective: str, **options: Any) -> Predictor:
    is_number = tag.type == "number"
    model = Model(
        name="trees",
        type="BOOSTED_TREE_REGRESSOR" if is_number else "BOOSTED_TREE_CLASSIFIER",
        provider="xgboost",
        model="s3://lab/trees.ubj",
        input=("brightness FLOAT",),
    )
    booster = xgboost.train(
        {"objective": objective, "nthread": 1, "base_score": 0.5},
        xgboost.DMatrix(ROWS, wanted),
        30,
    )
    trees = BoostedTrees("trees", bytes(booster.save_raw()), TreeOptions(**options))
    return Predictor(tag, model, trees, dimension=0)


def of_halves(tag: Tag, **options: Any) -> Predictor:
    return predictor(tag, ROWS[:, 0] > 0.5, "binary:logistic", **options)


def test_classes_fill_a_choice_by_their_labels() -> None:
    told = of_halves(CATEGORY, classes=("Food", "Toys")).predict(ROWS)
    assert [one.answer.value for one in told[:80]] == ["Food"] * 80
    assert [one.answer.value for one in told[-80:]] == ["Toys"] * 80
    assert {(one.answer.status, one.raw) for one in told} == {("valid", None)}


def test_two_classes_fill_a_boolean_without_labels() -> None:
    first, *_, last = of_halves(SALE).predict(ROWS)
    assert (first.answer.value, last.answer.value) == (False, True)
    swapped, *_ = of_halves(SALE, classes=(True, False)).predict(ROWS)
    assert swapped.answer.value is True


def test_a_class_outside_the_definition_is_invalid_and_keeps_what_was_said() -> None:
    first, *_, last = of_halves(CATEGORY, classes=("Food", "Cars")).predict(ROWS)
    assert (first.answer.status, first.raw) == ("valid", None)
    assert (last.answer.status, last.answer.reason) == ("invalid", "unknown_value")
    assert last.answer.value is None and last.raw is not None
    said = json.loads(last.raw)
    assert said["class"] == "Cars" and 0.9 < said["probability"] <= 1


def test_what_is_less_probable_than_the_threshold_cannot_be_known() -> None:
    coins = np.random.default_rng(0).integers(0, 2, 200)
    unsure = predictor(CATEGORY, coins, "binary:logistic", classes=("Food", "Toys"), threshold=0.9)
    told = [one.answer for one in unsure.predict(ROWS)]
    assert TagAnswer("valid", None) in told
    sure = of_halves(CATEGORY, classes=("Food", "Toys"), threshold=0.9).predict(ROWS)
    assert sure[0].answer.value == "Food" and sure[-1].answer.value == "Toys"


def test_classes_that_nothing_names_are_refused_for_a_choice() -> None:
    with pytest.raises(ModelError, match=r"what the 2 classes of s3://lab/trees.ubj mean"):
        of_halves(CATEGORY)


def test_scores_obey_minimum_and_maximum() -> None:
    told = predictor(SCORE, 3 * ROWS[:, 0] - 1, "reg:squarederror").predict(ROWS)
    for one in told:
        if one.answer.status == "valid":
            assert one.raw is None and 0 <= one.answer.value <= 1
        else:
            assert one.answer.reason == "out_of_range"
            assert one.raw is not None and not 0 <= float(one.raw) <= 1
    assert {one.answer.status for one in told} == {"valid", "invalid"}


def test_a_row_with_something_unknown_fails_and_the_others_are_predicted() -> None:
    rows = ROWS[[0, 100, 199]].copy()
    rows[1] = np.nan
    first, middle, last = of_halves(CATEGORY, classes=("Food", "Toys")).predict(rows)
    assert (first.answer.value, last.answer.value) == ("Food", "Toys")
    assert (middle.answer.status, middle.answer.reason) == ("failed", "no_fact")
    nothing = of_halves(SALE).predict(rows[1:2])
    assert nothing[0].answer.reason == "no_fact"
