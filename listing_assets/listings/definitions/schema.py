"""Listing definitions: what may be written in `catalog/listing_definitions/NAME.yaml`.

No file is read here; `loading.py` does that. Attribute templates are in `templates.py`.
"""

from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from listing_assets.catalog.entry import Entry
from listing_assets.catalog.schema import Name

Voice = Literal["secondhand", "shop"]
"""Who speaks: a private person who sells something used, or a shop."""
Language = Literal["en", "zh"]


class CategorySource(Entry):
    """Where a product's category comes from: one of the two is named."""

    tag: str | None = None
    """A choice of the dataset's tag definition."""
    tree: str | None = None
    """A file of the catalog with one category a line, its levels separated by ` > `."""
    candidates: int = Field(default=20, ge=2, le=200)
    """Of a tree: how many categories the model chooses among."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.tag is None) == (self.tree is None):
            raise ValueError("the category comes from 'tag' or from 'tree': name one of them")
        return self


class Reference(Entry):
    """The published version whose listings are looked into, and the columns that hold them."""

    version: str | None = Field(default=None, pattern=r"^[A-Za-z][\w-]*@[A-Za-z0-9][\w.-]*$")
    """`DATASET@VERSION`, or one revision of it; None where no version has listing texts."""
    title: str = "meta_title"
    description: str = "meta_description"
    attributes: str = "meta_attributes"
    category: str = "meta_category"
    product: str = "meta_product_id"
    """A column that may be absent, like the others; photos of equal values show one product."""
    neighbours: int = Field(default=10, ge=1, le=100)
    """How many neighbours are looked at."""


class Thresholds(Entry):
    """When a neighbour counts as what: cosine similarities of vectors, and words in common.

    The vectors' likeness depends on the embedding model; docs/LISTINGS.md says what was measured.
    """

    identical: float = Field(default=0.985, ge=-1, le=1)
    same_model: float = Field(default=0.97, ge=-1, le=1)
    similar: float = Field(default=0.85, ge=-1, le=1)
    agreement: float = Field(default=0.5, ge=0, le=1)
    """The share of the words of a neighbour's title that must be read on the photos to name it."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        named = {"similar": self.similar, "same_model": self.same_model}
        for (lower, low), (higher, high) in pairwise(
            [*named.items(), ("identical", self.identical)]
        ):
            if low > high:
                raise ValueError(f"'{lower}' ({low:g}) is above '{higher}' ({high:g})")
        return self


class ListingModels(Entry):
    """The models, each `NAME` or `NAME@VERSION` as a dataset names its tag model."""

    writer: str | None = None
    """Writes the description; None: it is composed of the facts in this process."""
    asker: str | None = None
    """Chooses the category and fills in attributes; None: the dataset's tag model."""
    safety: str | None = None
    """Looks over photo and text; None: the rules alone do."""


class QualityWeights(Entry):
    """What each feature of a listing counts for; the score divides by their sum."""

    category: float = Field(default=1.0, ge=0)
    attributes: float = Field(default=3.0, ge=0)
    """The share of the template's attributes that are filled in."""
    length: float = Field(default=1.0, ge=0)
    fluency: float = Field(default=1.0, ge=0)
    coverage: float = Field(default=2.0, ge=0)
    """The share of the template's attributes that the description speaks of."""
    honesty: float = Field(default=2.0, ge=0)
    """Whether all claims have support and no rule is broken."""
    sharpness: float = Field(default=1.0, ge=0)
    brightness: float = Field(default=0.5, ge=0)
    background: float = Field(default=0.5, ge=0)
    count: float = Field(default=1.0, ge=0)
    """The number of photos."""

    @model_validator(mode="after")
    def _something_counts(self) -> Self:
        if not any(self.model_dump().values()):
            raise ValueError("at least one weight must be above 0")
        return self


class ListingDefinition(Entry):
    """How listings are drafted: in which voice and language, from what, and by which models."""

    name: Name
    description: str = ""
    voice: Voice
    language: Language
    max_length: int = Field(default=500, ge=40, le=4_000)
    """Characters of the description at most, blanks and signs included."""
    category: CategorySource = CategorySource(tag="category")
    reference: Reference = Reference()
    verdict: Thresholds = Thresholds()
    models: ListingModels = ListingModels()
    rules: Name
    """The rules that texts and photos must keep: `catalog/listing_rules/NAME.yaml`."""
    drop_unsupported: bool = False
    """Whether claims that nothing supports are taken out of the text, not only flagged."""
    quality: QualityWeights = QualityWeights()
    time_budget_seconds: float = Field(default=20.0, gt=0, le=600)
    """After so long, the best draft so far is handed over."""
