"""The columns that a photo offers: which declarations are refused, and the rows made of them."""

import numpy as np
import pyarrow as pa
import pytest
import xgboost

from listing_assets.catalog import Model
from listing_assets.prediction.inputs import NO_FACT, NO_VECTOR, Inputs
from resources.endpoints.boosted_trees import BoostedTrees, TreeOptions
from resources.errors import ModelError

PHOTOS = pa.table(
    {
        "width": pa.array([640.0, 320.0, 100.0]),
        "height": pa.array([480.0, None, 100.0]),
        "aspect": pa.array([640 / 480, None, 1.0]),
    }
)
VECTORS = np.array([[0.6, 0.8], [1.0, 0.0], [np.nan, np.nan]], np.float32)


def model(*columns: str) -> Model:
    return Model(
        name="trees",
        type="BOOSTED_TREE_REGRESSOR",
        provider="xgboost",
        model="s3://lab/score.ubj",
        input=columns,
    )


def trees(features: int, names: list[str] | None = None) -> BoostedTrees:
    rows = np.random.default_rng(0).random((20, features))
    data = xgboost.DMatrix(rows, rows[:, 0], feature_names=names)
    booster = xgboost.train({"nthread": 1}, data, 1)
    return BoostedTrees("trees", bytes(booster.save_raw("ubj")), TreeOptions())


def test_rows_have_the_columns_in_the_declared_order() -> None:
    inputs = Inputs.of(model("aspect FLOAT", "vector ARRAY<FLOAT>", "Width INT"))
    rows = inputs.rows(PHOTOS, VECTORS)
    assert rows.dtype == np.float32
    assert rows[0].tolist() == pytest.approx([640 / 480, 0.6, 0.8, 640])


def test_a_row_with_something_unknown_says_what_the_photo_lacks() -> None:
    inputs = Inputs.of(model("height INT", "vector ARRAY<FLOAT>"))
    assert inputs.reasons(inputs.rows(PHOTOS, VECTORS)) == [None, NO_FACT, NO_VECTOR]
    facts_only = Inputs.of(model("height INT"))
    assert facts_only.reasons(facts_only.rows(PHOTOS, VECTORS)) == [None, NO_FACT, None]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("hight INT", "'hight' is nothing that a photo has. Did you mean 'height'?"),
        ("price DOUBLE", "A photo has width, height, aspect"),
        ("vector FLOAT", "It is an ARRAY<FLOAT>"),
        ("width ARRAY<FLOAT>", "It is a number"),
        ("width STRING", "'width' is declared as STRING"),
    ],
)
def test_a_column_that_no_photo_has_is_refused(column: str, words: str) -> None:
    with pytest.raises(ModelError) as caught:
        Inputs.of(model(column))
    assert words in str(caught.value)


def test_another_number_of_features_is_refused_with_both_numbers() -> None:
    declared = model("width INT", "vector ARRAY<FLOAT>")
    inputs = Inputs.of(declared)
    inputs.require_fit(declared, trees(9), dimension=8)
    with pytest.raises(ModelError) as caught:
        inputs.require_fit(declared, trees(5), dimension=8)
    words = str(caught.value)
    assert "s3://lab/score.ubj takes 5 numbers" in words
    assert "width, vector make 9, of which the vector is 8" in words


def test_columns_in_another_order_than_the_file_s_are_refused() -> None:
    declared = model("width INT", "height INT")
    inputs = Inputs.of(declared)
    inputs.require_fit(declared, trees(2, ["width", "height"]), dimension=0)
    inputs.require_fit(declared, trees(2, ["w", "h"]), dimension=0)
    with pytest.raises(ModelError, match="trained on the columns height, width"):
        inputs.require_fit(declared, trees(2, ["height", "width"]), dimension=0)
