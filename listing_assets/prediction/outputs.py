"""What an imported model's prediction means for a tag, held against the tag definition."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from listing_assets.catalog import Model, Tag
from listing_assets.prediction.inputs import Inputs
from listing_assets.tagging.answers import TagAnswer
from listing_assets.tagging.choices import choice
from listing_assets.tagging.scalars import boolean, number
from resources.endpoints.boosted_trees import BoostedTrees, ClassLabel
from resources.errors import ModelError


@dataclass(frozen=True, slots=True)
class Prediction:
    """One tag of one photo, judged. `raw` is what was predicted, where that is not valid."""

    answer: TagAnswer
    raw: str | None = None


class Predictor:
    """Fills one tag with the predictions of an opened model."""

    def __init__(self, tag: Tag, model: Model, trees: BoostedTrees, dimension: int) -> None:
        """`dimension` is that of the photos' vectors, 0 where there are none yet.

        Raises:
            ModelError: the model does not fit its declared columns, or nothing says what its
                classes mean.
        """
        self.inputs = Inputs.of(model)
        if dimension or not self.inputs.has_vector:
            self.inputs.require_fit(model, trees, dimension)
        self._tag = tag
        self._trees = trees
        judge = boolean if tag.type == "boolean" else choice
        self._classes = () if tag.type == "number" else _labels(tag, model, trees)
        self._answers = [judge(tag, label) for label in self._classes]

    def predict(self, rows: np.ndarray) -> list[Prediction]:
        """A prediction for each of `rows`, float32 of shape (n, features).

        A row with something unknown in it is not predicted from: it failed, for a passing cause.
        """
        reasons = self.inputs.reasons(rows)
        whole = np.array([reason is None for reason in reasons], dtype=bool)
        predicted = iter(self._judged(rows[whole]) if whole.any() else ())
        return [
            Prediction(TagAnswer("failed", reason=reason)) if reason else next(predicted)
            for reason in reasons
        ]

    def _judged(self, rows: np.ndarray) -> list[Prediction]:
        if self._tag.type == "number":
            return [self._score(float(score)) for score in self._trees.score(rows)]
        codes, probabilities = self._trees.classify(rows)
        return [
            self._class(int(code), float(probability))
            for code, probability in zip(codes, probabilities, strict=True)
        ]

    def _score(self, score: float) -> Prediction:
        answer = number(self._tag, score)
        return Prediction(answer, None if answer.status == "valid" else str(score))

    def _class(self, code: int, probability: float) -> Prediction:
        if probability < self._trees.threshold:
            return Prediction(TagAnswer("valid"))
        answer = self._answers[code]
        if answer.status == "valid":
            return Prediction(answer)
        said = {"class": self._classes[code], "probability": round(probability, 6)}
        return Prediction(answer, json.dumps(said, ensure_ascii=False))


def _labels(tag: Tag, model: Model, trees: BoostedTrees) -> Sequence[ClassLabel]:
    """The label of each class, in the order of their codes."""
    if trees.classes:
        return trees.classes
    if tag.type == "boolean" and trees.class_count == 2:
        return (False, True)
    raise ModelError(
        f"model {model.name}: nothing says what the {trees.class_count} classes of {model.model}"
        f" mean for tag '{tag.name}'.",
        "List a label for each, in the order of their codes, in its 'options: {classes: [...]}'.",
    )
