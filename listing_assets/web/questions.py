"""What a search is asked with over HTTP, with the parameters of managed multimodal datasets."""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from listing_assets.search import KeyOf, Query, Upload
from listing_assets.search.query import MOST_TEXT, MOST_TOP_K
from listing_assets.web.paging import Page
from listing_assets.web.uploads import Uploads

Label = Annotated[str, StringConstraints(max_length=300)]
Labels = Annotated[list[Label], Field(max_length=100)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=2048)]
NUMBER = re.compile(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?")


def _no_number(value: object) -> object:
    """A bare number would be taken for seconds since 1970, which a year is not meant as."""
    if isinstance(value, int | float) or (isinstance(value, str) and NUMBER.fullmatch(value)):
        raise ValueError("write a time as ISO 8601, such as 2026-11-21 or 2026-11-21T08:00:00Z")
    return value


Moment = Annotated[datetime, BeforeValidator(_no_number)]
UploadId = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
COLUMNS = (
    "uri",
    "image_id",
    "status",
    "reason",
    "detail",
    "width",
    "height",
    "format",
    "bytes",
    "last_modified",
    "labels",
    "labels_user",
    "labels_user_deleted",
)
"""What a list tells of each photo, as far as the version has it."""


class Question(BaseModel):
    """Which photos are meant, and in what order. All conditions must hold."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(default="", max_length=MOST_TEXT, description="Ranks by a text.")
    text_by: Literal["both", "vector", "words"] = Field(
        default="both", description="By the model's vector of the text, by words, or both fused."
    )
    image: UploadId | None = Field(
        default=None, description="Ranks by an upload: the id it was given."
    )
    like: Key | None = Field(default=None, description="Ranks by a photo of the version: its key.")
    top_k: int = Field(default=1_000, ge=1, le=MOST_TOP_K, description="Most results of a ranking.")
    min_score: float | None = Field(
        default=None, allow_inf_nan=False, description="Least score of a ranking."
    )
    any: Labels = Field(default=[], description="Labels `name:value`; a photo has at least one.")
    all: Labels = Field(default=[], description="Labels; a photo has all.")
    none: Labels = Field(
        default=[], description="Labels; a photo has none. Photos without tags count."
    )
    name: str = Field(
        default="", max_length=1024, description="Part of the file name, in any case."
    )
    directory: str = Field(
        default="", max_length=2048, description="A folder, with all beneath it."
    )
    modified_from: Moment | None = None
    modified_before: Moment | None = None
    ingested_from: Moment | None = None
    ingested_before: Moment | None = None
    min_bytes: int | None = Field(default=None, ge=0, lt=2**63)
    max_bytes: int | None = Field(default=None, ge=0, lt=2**63)
    format: Annotated[list[str], Field(max_length=20)] = Field(
        default=[], description="Such as JPEG."
    )
    where: str = Field(
        default="", max_length=4096, description="A query expression: docs/SEARCH.md."
    )
    include: Literal["published", "rejected", "all"] = "published"

    def query(
        self,
        uploads: Uploads,
        columns: tuple[str, ...] = (),
        *,
        facets: int = 0,
        max_results: int = 1,
        next_token: str | None = None,
        sort: str = "",
        descending: bool = False,
    ) -> Query:
        """The search that is meant.

        Raises:
            SearchError: it is made of what no search can do.
            NotFoundError: the uploaded photo is not here.
        """
        image: Upload | KeyOf | None = None
        if self.image is not None:
            image = Upload(uploads.data(self.image))
        elif self.like is not None:
            image = KeyOf(self.like)
        return Query(
            text=self.text,
            text_by=self.text_by,
            image=image,
            any_of=tuple(self.any),
            all_of=tuple(self.all),
            none_of=tuple(self.none),
            name_contains=self.name,
            directory=self.directory,
            modified_from=self.modified_from,
            modified_before=self.modified_before,
            ingested_from=self.ingested_from,
            ingested_before=self.ingested_before,
            min_bytes=self.min_bytes,
            max_bytes=self.max_bytes,
            formats=tuple(self.format),
            where=self.where,
            include=self.include,
            top_k=self.top_k,
            min_score=self.min_score,
            sort=sort,
            descending=descending,
            max_results=max_results,
            next_token=next_token,
            columns=columns,
            facets=facets,
        )


class FilesQuestion(Question, Page):
    """A search, and which page of it."""

    sort: str = Field(
        default="",
        max_length=200,
        description="score, key, last_modified, size, or a field of one value.",
    )
    descending: bool = False
    skip: int = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description="The page begins after so many results. Without next_token.",
    )


class FacetsQuestion(Question):
    """A search, and how much is counted of it."""

    values: int = Field(
        default=20, ge=1, le=1000, description="Most frequent values counted of each tag."
    )


class RejectedQuestion(Page):
    """Which rejected objects."""

    reason: str | None = Field(
        default=None, max_length=100, description="Only those of this reason."
    )


class CorrectionsQuestion(Page):
    """Which corrections."""

    image_id: UploadId | None = Field(default=None, description="Only those of this photo.")
    standing: bool = Field(default=False, description="Without those that were undone.")


class ComparisonQuestion(Page):
    """Two versions or revisions, and which of their differences."""

    before: str = Field(max_length=40, description="A version or revision.")
    after: str = Field(max_length=40, description="A version or revision.")
    kind: Literal["added", "removed", "replaced", "status", "relabelled"] | None = None
    tag: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = Field(
        default=None, description="Only changes that brought or took a label of this tag."
    )
    label: Label | None = Field(
        default=None, description="Only changes that brought or took this label `name:value`."
    )
