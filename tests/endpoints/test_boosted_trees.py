"""Imported models: where their file may lie, which files are refused, what the numbers mean."""

import json
import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xgboost

from resources.endpoints.boosted_trees import BoostedTrees, TreeOptions, open_boosted_trees
from resources.endpoints.config import EndpointConfig, ModelType
from resources.errors import ModelError

ROWS = np.random.default_rng(0).random((300, 4), dtype=np.float32)
THIRDS = (ROWS[:, 0] * 3).astype(int)
LABELS = ["Food", "Toys", "Other"]


def train(objective: str, wanted: np.ndarray = THIRDS, **more: Any) -> xgboost.Booster:
    settings = {"objective": objective, "max_depth": 3, "nthread": 1, **more}
    return xgboost.train(settings, xgboost.DMatrix(ROWS, wanted), 10)


def config(
    place: object, kind: ModelType = "BOOSTED_TREE_CLASSIFIER", **options: object
) -> EndpointConfig:
    return EndpointConfig(
        provider="xgboost", type=kind, name="trees", model=str(place), version="1", options=options
    )


@pytest.fixture(scope="module")
def thirds() -> xgboost.Booster:
    return train("multi:softprob", num_class=3)


@pytest.fixture
def saved(thirds: xgboost.Booster, tmp_path: Path) -> Path:
    thirds.save_model(tmp_path / "thirds.ubj")
    return tmp_path / "thirds.ubj"


def loaded(booster: xgboost.Booster, **options: Any) -> BoostedTrees:
    return BoostedTrees("trees", bytes(booster.save_raw("ubj")), TreeOptions(**options))


def refusal(config: EndpointConfig) -> str:
    with pytest.raises(ModelError) as caught:
        open_boosted_trees(config)
    assert caught.value.remedy
    return str(caught.value)


def told(trees: BoostedTrees) -> list[Any]:
    return [trees.classes[code] for code in trees.classify(ROWS)[0]]


@pytest.mark.parametrize("suffix", ["json", "ubj"])
def test_a_file_predicts_as_the_model_that_was_saved(
    suffix: str, thirds: xgboost.Booster, tmp_path: Path
) -> None:
    thirds.save_model(tmp_path / f"m.{suffix}")
    trees = open_boosted_trees(config(tmp_path / f"m.{suffix}", classes=LABELS))
    expected = thirds.predict(xgboost.DMatrix(ROWS))
    codes, probabilities = trees.classify(ROWS)
    assert (codes == expected.argmax(axis=1)).all()
    assert probabilities == pytest.approx(expected.max(axis=1), abs=1e-5)
    assert (trees.features, trees.class_count, trees.classes) == (4, 3, tuple(LABELS))


@pytest.mark.parametrize("place", ["{folder}/thirds.ubj", "{folder}/"])
def test_a_model_is_named_by_its_file_or_its_folder(place: str, saved: Path) -> None:
    (saved.parent / "notes.txt").write_text("trained in May")
    trees = open_boosted_trees(config(place.format(folder=saved.parent), classes=LABELS))
    assert trees.features == 4


def test_a_file_uri_with_encoded_characters_is_decoded(
    thirds: xgboost.Booster, tmp_path: Path
) -> None:
    (tmp_path / "my models").mkdir()
    thirds.save_model(tmp_path / "my models" / "50% 照.json")
    uri = (tmp_path / "my models" / "50% 照.json").as_uri()
    assert "%20" in uri
    assert open_boosted_trees(config(uri)).features == 4


@pytest.mark.parametrize("name", ["models/thirds.ubj", "models", ""])
def test_a_model_lies_in_a_bucket(name: str, saved: Path, s3: Any) -> None:
    s3.create_bucket(Bucket="lab")
    s3.upload_file(str(saved), "lab", "models/thirds.ubj" if name else "thirds.ubj")
    trees = open_boosted_trees(config(f"s3://lab/{name}", classes=LABELS))
    assert set(told(trees)) == set(LABELS)


def test_two_models_in_a_folder_are_told_apart_by_the_user(saved: Path) -> None:
    (saved.parent / "another.json").write_bytes(b"{}")
    words = refusal(config(saved.parent))
    assert "holds 2 models: another.json, thirds.ubj" in words
    assert "Name the file itself" in words


def test_what_is_not_there_is_told_with_its_place(tmp_path: Path, s3: Any) -> None:
    s3.create_bucket(Bucket="bare")
    missing = refusal(config(tmp_path / "none.json"))
    assert "model trees: 'none.json'" in missing and str(tmp_path) in missing
    assert "Put the model there" in missing
    assert "s3://bare/models/none.ubj is not there" in refusal(config("s3://bare/models/none.ubj"))
    assert "s3://bare/models holds no file that ends in .json or .ubj" in refusal(
        config("s3://bare/models")
    )
    assert "no-such-bucket" in refusal(config("s3://no-such-bucket/m.ubj"))
    assert "no-such-folder" in refusal(config(tmp_path / "no-such-folder"))


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "sprung",)

    for name in ("model.pkl", "model.ubj"):
        (tmp_path / name).write_bytes(pickle.dumps(Trap()))
        words = refusal(config(tmp_path / name))
        assert "ickle" in words and "save_model" in words
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(("suffix", "share"), [("json", 0.0), ("json", 0.5), ("ubj", 0.5)])
def test_a_cut_file_is_refused_and_harms_nothing(
    suffix: str, share: float, thirds: xgboost.Booster, tmp_path: Path
) -> None:
    whole = bytes(thirds.save_raw(suffix))
    (tmp_path / f"m.{suffix}").write_bytes(whole[: int(len(whole) * share)])
    words = refusal(config(tmp_path / f"m.{suffix}"))
    assert f"m.{suffix} is no XGBoost model that can be opened" in words


def test_a_file_that_crashes_who_opens_it_is_refused(
    thirds: xgboost.Booster, tmp_path: Path
) -> None:
    whole = bytearray(thirds.save_raw("ubj"))
    at = whole.index(b"left_children") + len(b"left_children") + len(b"[$l#L")
    whole[at : at + 8] = (1 << 24).to_bytes(8, "big")  # a list far longer than the file
    (tmp_path / "m.ubj").write_bytes(whole)
    words = refusal(config(tmp_path / "m.ubj"))
    assert "m.ubj is no XGBoost model that can be opened: reading it crashes" in words


def test_json_that_is_no_model_is_refused_in_words_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text('{"name": "no model"}')
    words = refusal(config(tmp_path / "m.json"))
    assert "\n" not in words and "/workspace" not in words


def test_more_bytes_than_are_read_are_refused(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resources.endpoints.tree_files.MOST_BYTES", 1_000)
    assert "the limit is 1,000" in refusal(config(saved))


def test_labels_may_stand_in_the_file_and_options_come_first(thirds: xgboost.Booster) -> None:
    labelled = thirds.copy()
    labelled.set_attr(classes=json.dumps(LABELS))
    assert loaded(labelled).classes == tuple(LABELS)
    assert loaded(labelled, classes=("a", "b", "c")).classes == ("a", "b", "c")
    assert loaded(thirds).classes == ()
    labelled.set_attr(classes="Food, Toys")
    assert loaded(labelled).classes == ()


def test_two_labels_for_three_classes_are_refused_with_both_numbers(saved: Path) -> None:
    words = refusal(config(saved, classes=["Food", "Toys"]))
    assert "3 classes" in words and "2 labels" in words and "Food, Toys" in words


@pytest.mark.parametrize("objective", ["binary:logistic", "binary:logitraw"])
def test_two_classes_have_the_probabilities_of_their_log_odds(
    objective: str,
) -> None:
    booster = train(objective, ROWS[:, 0] > 0.5)
    codes, probabilities = loaded(booster).classify(ROWS)
    odds = booster.predict(xgboost.DMatrix(ROWS), output_margin=True)
    second = 1 / (1 + np.exp(-odds))
    assert (codes == (second > 0.5)).all()
    assert probabilities == pytest.approx(np.maximum(second, 1 - second), abs=1e-5)


def test_softmax_has_probabilities_too() -> None:
    booster = train("multi:softmax", num_class=3)
    codes, probabilities = loaded(booster).classify(ROWS)
    assert (codes == booster.predict(xgboost.DMatrix(ROWS))).all()
    assert ((probabilities > 1 / 3) & (probabilities < 1)).all()


@pytest.mark.parametrize("objective", ["reg:squarederror", "binary:logistic", "count:poisson"])
def test_a_regressor_scores_as_xgboost_predicts(objective: str) -> None:
    booster = train(objective, ROWS[:, 1])
    assert loaded(booster).score(ROWS).tolist() == booster.predict(xgboost.DMatrix(ROWS)).tolist()


def test_after_early_stopping_the_best_round_predicts() -> None:
    noise = np.random.default_rng(1).random(300)
    data = xgboost.DMatrix(ROWS[:150], noise[:150])
    other = xgboost.DMatrix(ROWS[150:], noise[150:])
    booster = xgboost.train(
        {"objective": "reg:squarederror", "nthread": 1},
        data,
        50,
        evals=[(other, "other")],
        early_stopping_rounds=5,
        verbose_eval=False,
    )
    scores = loaded(booster).score(ROWS)
    best = (0, booster.best_iteration + 1)
    assert scores.tolist() == booster.predict(xgboost.DMatrix(ROWS), iteration_range=best).tolist()
    assert scores.tolist() != booster.predict(xgboost.DMatrix(ROWS)).tolist()


def test_a_file_of_the_other_type_is_refused(saved: Path, tmp_path: Path) -> None:
    train("reg:squarederror", ROWS[:, 1]).save_model(tmp_path / "score.ubj")
    words = refusal(config(tmp_path / "score.ubj"))
    assert "its objective is reg:squarederror" in words and "BOOSTED_TREE_REGRESSOR" in words
    words = refusal(config(saved, "BOOSTED_TREE_REGRESSOR"))
    assert "its objective is multi:softprob" in words and "BOOSTED_TREE_CLASSIFIER" in words
    train("binary:logistic", ROWS[:, :2] > 0.5).save_model(tmp_path / "two.ubj")
    assert "2 target(s)" in refusal(config(tmp_path / "two.ubj"))


def test_rows_of_another_width_are_refused_with_both_numbers(thirds: xgboost.Booster) -> None:
    trees = loaded(thirds)
    with pytest.raises(ModelError, match="rows of 4 numbers, not 3"):
        trees.classify(ROWS[:, :3])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"treshold": 0.5}, "treshold"),
        ({"threshold": 1.5}, "threshold"),
        ({"threshold": "high"}, "threshold"),
        ({"classes": "Food"}, "classes"),
        ({"classes": [1.5, 2.5]}, "classes"),
        ({"credentials": {"secret_key": "hunter2"}}, "credentials.secret_key"),
    ],
)
def test_a_wrong_option_is_named_and_no_value_is_repeated(
    options: dict[str, Any], words: str, saved: Path
) -> None:
    said = refusal(config(saved, **options))
    assert words in said and "classes, threshold, credentials" in said
    assert "hunter2" not in said


def test_without_the_package_the_remedy_is_to_install_it(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xgboost", None)
    assert "pip install 'listing-assets[trees]'" in refusal(config(saved))


def test_feature_names_are_those_of_the_file() -> None:
    names = ["width", "height", "bytes", "aspect"]
    data = xgboost.DMatrix(ROWS, ROWS[:, 0], feature_names=names)
    trees = loaded(xgboost.train({"nthread": 1}, data, 2))
    assert trees.feature_names == tuple(names)
    assert trees.score(ROWS).shape == (300,)
