"""The plain data of a listing draft: what the steps find, and what a person gets to edit.

Nothing here computes. Texts are as models and references gave them; `claims` says how far each
statement of the description can be trusted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["identical", "same model", "similar", "none"]
"""How a neighbour relates to the product: the same item, the same model of it (another colour or
capacity), one of its kind, or nothing that helps."""

InstructionKind = Literal["photo", "photo_template", "photo_template_reference"]
"""What the description was asked from. Each is the fallback of the one after it."""

StepName = Literal[
    "photos", "safety", "category", "retrieval", "attributes", "description", "checks", "quality"
]
StepStatus = Literal["done", "empty", "refused", "failed", "skipped", "out_of_time"]
"""`empty`: there was nothing to find; `refused`: it must not be published; `failed`: it may go well
another time."""

Support = Literal["photo", "reference", "unsupported"]
ClaimKind = Literal[
    "brand", "model", "capacity", "price", "condition", "color", "material", "size", "other"
]
GUARDED: frozenset[ClaimKind] = frozenset({"brand", "model", "capacity", "price", "condition"})
"""Kinds of claims that are flagged when nothing supports them."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A photo of the reference version that looks like the product, with its listing's texts.

    `score` is the similarity of the search core (1 is the same vector). `attributes` are in the
    order in which the listing has them.
    """

    dataset: str
    revision: str
    key: str
    score: float
    verdict: Verdict = "none"
    title: str = ""
    description: str = ""
    category: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a description may rest on.

    `tags` has each tag's values of all photos together; `seen_text` the words read on the photos,
    a line each. `attributes` come from the reference (`reference`: the neighbours that counted).
    """

    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seen_text: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    reference: tuple[Neighbour, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of the description: the characters `start` to `end` of it, and its support.

    `source` says where the support is: a tag's name, `text on the photo`, or the key of a
    neighbour; empty where there is none.
    """

    text: str
    kind: ClaimKind
    start: int
    end: int
    support: Support
    source: str = ""

    @property
    def flagged(self) -> bool:
        """Whether a person must look at it before the text is published."""
        return self.support == "unsupported" and self.kind in GUARDED


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that a text or a photo breaks. `start` and `end` are None for a photo."""

    rule: str
    words: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class StepResult:
    """How one step went: `reason` says why where it is not `done`, in words for a person."""

    step: StepName
    status: StepStatus
    seconds: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Feature:
    """One part of the quality score: its value from 0 to 1, its weight, and what would raise it."""

    name: str
    value: float
    weight: float
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Quality:
    """The weighted sum of the features, from 0 to 1, with each feature."""

    score: float
    features: tuple[Feature, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person gets: never an error, at worst empty fields and the reasons.

    `photos` are keys or file names, the cover first; `others` those that do not show the product,
    with the reason. `attributes` are in the template's order. `evidence` is what the claims were
    traced to besides the neighbours, None where nothing was checked. `recipe` names the definition,
    the template and the models that made it. `cost` is in the models' currency, None where unknown.
    """

    photos: tuple[str, ...]
    category: str = ""
    verdict: Verdict = "none"
    neighbours: tuple[Neighbour, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    description: str = ""
    claims: tuple[Claim, ...] = ()
    evidence: Evidence | None = None
    violations: tuple[Violation, ...] = ()
    instruction: InstructionKind = "photo"
    others: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[StepResult, ...] = ()
    quality: Quality | None = None
    recipe: str = ""
    cost: float | None = None

    @property
    def alike(self) -> tuple[Neighbour, ...]:
        """The neighbours that are like the product."""
        return tuple(one for one in self.neighbours if one.verdict != "none")
