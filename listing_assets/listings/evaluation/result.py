"""What an evaluation found, as plain data and as rows of a table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from listing_assets.listings.definitions import Language
from listing_assets.listings.draft import Verdict
from listing_assets.listings.evaluation.ablation import Arm
from listing_assets.listings.evaluation.accuracy import Accuracy
from listing_assets.listings.evaluation.retrieval import PrecisionAt
from listing_assets.listings.evaluation.texts import Metric


@dataclass(frozen=True, slots=True)
class ArmScores:
    """The texts of one arm against those of people.

    `told_more` counts the products whose writer was told more than in the photo arm, `empty` those
    that got no text.
    """

    arm: Arm
    products: int
    told_more: int
    empty: int
    scores: Mapping[Metric, float]


@dataclass(frozen=True)
class Evaluation:
    """All figures of one evaluation, and what they were measured on.

    `version` and `reference` are revisions. `is_held_out` says whether no photo of a product was in
    the reference while it was judged; else its own photos and listings of its very words were not.
    `notes` say what could not be evaluated, and what to take with care.
    """

    version: str
    definition: str
    language: Language
    writer: str
    embedding_model: str | None
    reference: str
    is_held_out: bool
    products: int
    arms: tuple[ArmScores, ...] = ()
    verdicts: Mapping[Verdict, int] = field(default_factory=dict)
    """What the best neighbour of each product was said to be. Where the product itself was held
    out, `identical` and `same model` are mistakes."""
    attributes: tuple[Accuracy, ...] = ()
    tags: tuple[Accuracy, ...] = ()
    retrieval: tuple[PrecisionAt, ...] = ()
    notes: tuple[str, ...] = ()
    cost: float | None = 0.0

    def to_rows(self) -> list[dict[str, Any]]:
        """A row a figure: `part`, `name`, `metric`, `value`, and `count` of what it is the mean of.

        Names are the arm, the verdict, the attribute, the tag, the level.
        """
        return [
            {"part": part, "name": name, "metric": metric, "value": value, "count": count}
            for part, name, metric, value, count in self._figures()
        ]

    def _figures(self) -> Iterator[tuple[str, str, str, float, int]]:
        for arm in self.arms:
            for metric, score in arm.scores.items():
                yield "description", arm.arm, metric, score, arm.products
        for verdict, count in self.verdicts.items():
            yield "verdict", verdict, "share", count / self.products, self.products
        for part, accuracies in (("attribute", self.attributes), ("tag", self.tags)):
            for one in accuracies:
                yield part, one.name, "accuracy", one.accuracy, one.told
                if one.precision is not None:
                    yield part, one.name, "precision", one.precision, one.answered
        for at in self.retrieval:
            yield "retrieval", at.level, f"Precision@{at.depth}", at.precision, at.queries
            yield "retrieval", at.level, f"of possible@{at.depth}", at.of_possible, at.queries
