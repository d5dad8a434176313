"""The cleaning of listings before they are taught: steps in order, each with what it removed.

A listing is removed by the first step that it does not pass; what the steps removed and what is
left add up to what there was.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np

from listing_assets.listings.definitions import ListingDefinition
from listing_assets.listings.honesty import Rules, violations
from listing_assets.listings.honesty.rules.schema import RuleKind
from listing_assets.listings.training.listings import Listing
from listing_assets.listings.training.request import InstructionRequest
from listing_assets.listings.training.scoring import Scorer
from listing_assets.listings.training.similarity import Similarities
from listing_assets.listings.training.splitting import share_of
from listing_assets.listings.training.texts import special_characters
from listing_assets.tagging.languages import may_be_in

StepName = Literal[
    "listing text",
    "language",
    "quality score",
    "risk rules",
    "photo and text",
    "length",
    "private data",
    "special characters",
    "balance",
]
RISKS: Final[frozenset[RuleKind]] = frozenset({"forbidden words", "luring price"})
PRIVATE: Final[frozenset[RuleKind]] = frozenset({"contact", "privacy"})

Reasons = list[str | None]
"""For each of some listings why it is removed, None where it passes."""


@dataclass(frozen=True)
class Step:
    """One step: None in place of `judge` says that it was not done, and `idle` why."""

    name: StepName
    judge: Callable[[Sequence[Listing]], Reasons] | None
    idle: str = ""


@dataclass
class Removed:
    """What one step removed, by reason."""

    step: StepName
    idle: str = ""
    reasons: Counter[str] = field(default_factory=Counter)


class Cleaning:
    """Judges listings batch by batch and counts."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self.removed = [Removed(step.name, step.idle) for step in steps]

    def judge(self, listings: Sequence[Listing]) -> list[tuple[StepName, str] | None]:
        """For each listing the step that removes it and why; None where it is kept so far."""
        outcomes: list[tuple[StepName, str] | None] = [None] * len(listings)
        for step, removed in zip(self._steps, self.removed, strict=True):
            left = [place for place, outcome in enumerate(outcomes) if outcome is None]
            if step.judge is None or not left:
                continue
            reasons = step.judge([listings[place] for place in left])
            for place, reason in zip(left, reasons, strict=True):
                if reason is not None:
                    outcomes[place] = (step.name, reason)
                    removed.reasons[reason] += 1
        return outcomes


def steps(
    definition: ListingDefinition,
    rules: Rules,
    request: InstructionRequest,
    scorer: Scorer | None,
    similarities: Similarities | None,
) -> tuple[Step, ...]:
    """The steps in their order, without the last, which has to know all that is left."""
    kinds = {rule.name: rule.kind for rule in rules.rule_set.rules}

    def by_rules(wanted: frozenset[RuleKind]) -> Callable[[Listing], str | None]:
        def judge(listing: Listing) -> str | None:
            broken = (one.rule for one in violations(listing.words, rules))
            return next((rule for rule in broken if kinds[rule] in wanted), None)

        return judge

    def language(listing: Listing) -> str | None:
        fits = may_be_in(listing.description, definition.language)
        return None if fits else f"not in {definition.language}"

    def length(listing: Listing) -> str | None:
        characters = len(listing.description)
        if characters < request.least_length:
            return f"below {request.least_length} characters"
        above = characters > definition.max_length
        return f"above {definition.max_length} characters" if above else None

    def quality(listing: Listing) -> str | None:
        assert scorer is not None
        score = scorer.score(listing)
        low = score is not None and score < request.least_quality
        return f"below {request.least_quality:g}" if low else None

    def likeness(listings: Sequence[Listing]) -> Reasons:
        assert similarities is not None
        low = f"below {request.least_similarity:g}"
        return [
            low if one is not None and one < request.least_similarity else None
            for one in similarities.of(listings)
        ]

    return (
        Step("listing text", _each(lambda one: None if one.description else "no description")),
        Step("language", _each(language)),
        Step("quality score", _each(quality))
        if scorer
        else Step("quality score", None, "every score is accepted"),
        Step("risk rules", _each(by_rules(RISKS))),
        Step("photo and text", likeness)
        if similarities
        else Step("photo and text", None, "every likeness is accepted, or no model tells it"),
        Step("length", _each(length)),
        Step("private data", _each(by_rules(PRIVATE))),
        Step("special characters", _each(lambda one: special_characters(one.words))),
    )


def too_many(
    categories: Mapping[int, str], names: Mapping[int, str], request: InstructionRequest
) -> dict[int, str]:
    """The listings that a balanced sample leaves out, by number, each with the reason.

    `categories` has the category of each listing that is left, `names` its id, whose hash decides:
    the sample is the same whatever the order, and a listing that stays is likely to stay when more
    come.
    """
    members: dict[str, list[int]] = {}
    for number, category in categories.items():
        members.setdefault(category, []).append(number)
    if not members:
        return {}
    most = int(request.balance * float(np.median([len(of) for of in members.values()])))
    left_out: dict[int, str] = {}
    for category, numbers in members.items():
        drawn = sorted(numbers, key=lambda one: share_of("balance", request.seed, names[one]))
        left_out |= dict.fromkeys(drawn[max(1, most) :], category or "without a category")
    return left_out


def told(removed: Iterable[Removed], found: int) -> list[dict[str, Any]]:
    """The steps for the manifest: what each removed, why, and how many listings it left."""
    lines = []
    left = found
    for one in removed:
        count = one.reasons.total()
        left -= count
        line: dict[str, Any] = {"step": one.step, "removed": count, "left": left}
        if one.reasons:
            line["reasons"] = dict(
                sorted(one.reasons.items(), key=lambda item: (-item[1], item[0]))
            )
        if one.idle:
            line["not_done"] = one.idle
        lines.append(line)
    return lines


def _each(judge: Callable[[Listing], str | None]) -> Callable[[Sequence[Listing]], Reasons]:
    return lambda listings: [judge(one) for one in listings]
