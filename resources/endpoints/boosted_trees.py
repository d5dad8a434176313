"""Boosted trees that a user imports: an XGBoost model that runs in this process.

`tree_files.py` finds and reads its file. Which columns of a photo it is given, and what its
predictions mean for a tag, is the domain's part (`listing_assets.prediction`).
"""

import json
from typing import Final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StrictStr, ValidationError

from resources.endpoints.config import EndpointConfig
from resources.endpoints.tree_files import read_tree_file
from resources.errors import ModelError
from resources.object_store import SourceCredentials

CLASSIFYING: Final = frozenset(
    {"binary:logistic", "binary:logitraw", "multi:softprob", "multi:softmax"}
)
"""Objectives whose margins are log odds, so that classes have probabilities."""

ClassLabel = StrictStr | StrictBool | StrictInt


class TreeOptions(BaseModel):
    """The options of an imported model."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    classes: tuple[ClassLabel, ...] = ()
    """Label of each class, in the order of their codes; left out where the file says them."""
    threshold: float = Field(default=0.0, ge=0, le=1)
    """A class that is less probable than this is not told."""
    credentials: SourceCredentials = Field(default_factory=SourceCredentials)
    """How the file is reached, as of a source."""


class BoostedTrees:
    """One imported model. Equal rows get equal predictions, on any number of threads.

    Where training was stopped early, the trees up to the best round predict, as XGBoost's own
    estimators do.
    """

    def __init__(self, name: str, data: bytes, options: TreeOptions) -> None:
        """`data` is a file that `read_tree_file` found to be a model; `name` is for messages."""
        import xgboost

        self._name = name
        with xgboost.config_context(verbosity=0):
            self._booster = xgboost.Booster()
            self._booster.load_model(bytearray(data))
        learner = json.loads(self._booster.save_config())["learner"]
        parameters = learner["learner_model_param"]
        classes = int(parameters["num_class"])
        self.objective: str = learner["objective"]["name"]
        self.features: int = int(parameters["num_feature"])
        """Numbers in a row that is predicted from."""
        self.feature_names: tuple[str, ...] = tuple(self._booster.feature_names or ())
        """What the file calls them; empty where it does not say."""
        self.targets: int = int(parameters["num_target"])
        """Things that are predicted at once: numbers, or labels of their own."""
        self.class_count: int = max(classes, 2)
        """Classes that a classifier tells apart."""
        self.classes = options.classes or _classes_in_file(self._booster.attr("classes"))
        """Label of each class, in the order of their codes; empty where nobody says."""
        self.threshold = options.threshold
        best = self._booster.attr("best_iteration")
        self._rounds = (0, 0 if best is None else int(best) + 1)

    def classify(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Codes (int64) and probabilities (float64) of the likeliest classes, each of shape (n,).

        `rows` are float32 of shape (n, features).
        """
        margins = self._predict(rows, margins=True).astype(np.float64)
        if margins.ndim == 1:
            margins = np.column_stack([np.zeros_like(margins), margins])
        odds = np.exp(margins - margins.max(axis=1, keepdims=True))
        codes = odds.argmax(axis=1)
        return codes, odds[np.arange(len(odds)), codes] / odds.sum(axis=1)

    def score(self, rows: np.ndarray) -> np.ndarray:
        """Predicted numbers (float32) of shape (n,) for `rows`, float32 of shape (n, features)."""
        return self._predict(rows, margins=False)

    def _predict(self, rows: np.ndarray, *, margins: bool) -> np.ndarray:
        import xgboost

        if rows.shape[1] != self.features:  # XGBoost itself takes any number, and means nothing
            raise ModelError(
                f"model {self._name} takes rows of {self.features} numbers, not {rows.shape[1]}.",
                "Declare the columns that it was trained on, in their order, in its 'input'.",
            )
        with xgboost.config_context(verbosity=0):
            return self._booster.predict(
                xgboost.DMatrix(rows),
                output_margin=margins,
                iteration_range=self._rounds,
                validate_features=False,
            )


def open_boosted_trees(config: EndpointConfig) -> BoostedTrees:
    """Read and check the imported model at `config.model`, with `TreeOptions` as its options.

    Raises:
        ModelError: there is no such file, it is no XGBoost model of the registered type, an option
            is wrong, or the package is not installed.
    """
    options = _read_options(config)
    try:
        import xgboost  # noqa: F401 — so that its lack is told before anything is fetched
    except ImportError as error:
        raise ModelError(
            f"model {config.name}: the package that runs XGBoost models is not installed.",
            "Install it: pip install 'listing-assets[trees]'.",
        ) from error
    where, data = read_tree_file(config.name, config.model, options.credentials)
    trees = BoostedTrees(config.name, data, options)
    if config.type == "BOOSTED_TREE_CLASSIFIER":
        _require_classifier(where, trees)
    elif trees.targets != 1 or trees.objective.startswith("multi:"):
        raise ModelError(
            f"{where} is no regressor of one number: its objective is {trees.objective}, for"
            f" {trees.targets} target(s).",
            "Register it as BOOSTED_TREE_CLASSIFIER, or train it for one number.",
        )
    return trees


def _read_options(config: EndpointConfig) -> TreeOptions:
    try:
        return TreeOptions.model_validate(dict(config.options))
    except ValidationError as failure:
        wrong = [f"{_path(error['loc'])}: {error['msg']}" for error in failure.errors()]
    # Outside of the handler, so that no log shows the values that pydantic's error holds.
    raise ModelError(
        f"model {config.name}: its options cannot be used: {'; '.join(wrong)}.",
        f"An imported model has the options {', '.join(TreeOptions.model_fields)}.",
    )


def _path(location: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in location)


def _classes_in_file(attribute: str | None) -> tuple[ClassLabel, ...]:
    """The labels that were kept by `booster.set_attr(classes=json.dumps([...]))`."""
    try:
        return TreeOptions(classes=json.loads(attribute or "[]")).classes
    except ValueError:
        return ()


def _require_classifier(where: str, trees: BoostedTrees) -> None:
    """Raise `ModelError` where no class can be told, or not by its label."""
    if trees.targets != 1 or trees.objective not in CLASSIFYING:
        raise ModelError(
            f"{where} is no classifier of one label: its objective is {trees.objective}, for"
            f" {trees.targets} target(s).",
            "Register it as BOOSTED_TREE_REGRESSOR, or train it with"
            f" {', '.join(sorted(CLASSIFYING))}.",
        )
    if trees.classes and len(trees.classes) != trees.class_count:
        raise ModelError(
            f"{where} tells {trees.class_count} classes apart, but {len(trees.classes)} labels are"
            f" given: {', '.join(map(str, trees.classes[:20]))}.",
            "List one label a class, in the order of their codes, in 'options: {classes: [...]}'.",
        )
