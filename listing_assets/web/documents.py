"""What the API answers: the models behind its OpenAPI description."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from listing_assets.corrections import Correction
from listing_assets.publishing.revisions import Revision


class Place(BaseModel):
    """Where a query expression is wrong: characters `start` to `end`, counted from 0."""

    start: int
    end: int
    reason: str


class Problem(BaseModel):
    """An error: what is wrong, and what to do about it."""

    problem: str
    remedy: str = ""
    place: Place | None = None


class RevisionDocument(BaseModel):
    """One publication of a dataset version. It never changes."""

    dataset: str
    version: str
    revision: str
    objects: int
    published: int
    rejected: int
    published_at: datetime
    data_version: str
    summary: dict[str, Any]

    @classmethod
    def of(cls, revision: Revision) -> "RevisionDocument":
        """The document of a revision."""
        return cls(
            dataset=revision.version.dataset,
            version=revision.version.version,
            revision=revision.revision,
            objects=revision.objects,
            published=revision.published,
            rejected=revision.rejected,
            published_at=revision.published_at,
            data_version=revision.data_version,
            summary=revision.summary,
        )


class VersionDocument(BaseModel):
    """A dataset version, by its newest revision."""

    version: str
    revision: str
    revisions: int
    objects: int
    published: int
    rejected: int
    published_at: datetime


class DatasetDocument(BaseModel):
    """A dataset. `versions` are the published ones, oldest first."""

    name: str
    description: str = ""
    versions: list[VersionDocument]


class TagValueDocument(BaseModel):
    """A value that a choice may have."""

    name: str
    description: str


class TagDocument(BaseModel):
    """A tag of the dataset's definition."""

    name: str
    type: str
    description: str
    values: list[TagValueDocument]


class DefinitionDocument(BaseModel):
    """What photos of a dataset are tagged with, as the catalog says now."""

    name: str
    tags: list[TagDocument]


class FieldDocument(BaseModel):
    """A field that query expressions may use."""

    name: str
    kind: str


class FileRow(BaseModel):
    """A photo in a list. `score` is null unless a text or an image ranked it."""

    key: str
    score: float | None
    uri: str | None = None
    image_id: str | None = None
    status: str | None = None
    reason: str | None = None
    detail: str | None = None
    width: int | None = None
    height: int | None = None
    format: str | None = None
    bytes: int | None = None
    last_modified: datetime | None = None
    labels: list[str] | None = None
    labels_user: list[str] | None = None
    labels_user_deleted: list[str] | None = None


class FilesPage(BaseModel):
    """A page of files. `ranked_by`: what gave scores, of `image`, `vector`, `words`."""

    dataset: str
    revision: str
    total: int
    ranked_by: list[str]
    next_token: str | None
    files: list[FileRow]


class KeysDocument(BaseModel):
    """The keys of all results of a search, in their order."""

    revision: str
    total: int
    keys: list[str]


class FacetsDocument(BaseModel):
    """How many results have each value of each tag."""

    dataset: str
    revision: str
    total: int
    facets: dict[str, dict[str, int]]


class CorrectionDocument(BaseModel):
    """One correction of one photo."""

    correction_id: str
    image_id: str
    tag: str
    action: str
    value: Any
    author: str
    made_at: datetime | None
    is_undone: bool
    is_published: bool | None = None
    """Whether the revision that was asked for was published after it."""

    @classmethod
    def of(cls, one: Correction, published_at: datetime | None = None) -> "CorrectionDocument":
        """The document of a correction, as seen from a revision of that time."""
        known = published_at is not None and one.made_at is not None
        return cls(
            correction_id=one.correction_id,
            image_id=one.image_id,
            tag=one.tag,
            action=one.action,
            value=one.value,
            author=one.author,
            made_at=one.made_at,
            is_undone=one.is_undone,
            is_published=one.made_at <= published_at if known else None,  # type: ignore[operator]
        )


class FileDocument(BaseModel):
    """All that a revision knows of one object. `facts` has every column without a place here."""

    dataset: str
    revision: str
    key: str
    uri: str | None
    image_id: str | None
    status: str | None
    reason: str | None
    detail: str | None
    labels: list[str]
    labels_ai: list[str]
    labels_user: list[str]
    labels_user_deleted: list[str]
    tags: dict[str, Any]
    meta: dict[str, Any]
    text: str | None
    decisions: list[str]
    model_tags: str | None
    model_embedding: str | None
    facts: dict[str, Any]
    is_shown_by_browsers: bool = Field(
        description="Whether the original is in a format that browsers show."
    )
    corrections: list[CorrectionDocument]


class CallDocument(BaseModel):
    """A model call that a photo's tags came from. `cost` is this photo's share."""

    model: str
    outcome: str
    tags: list[str]
    recipes: list[str] = Field(description="Of the tags: what determined them, besides the photo.")
    input_tokens: int
    output_tokens: int
    cost: float | None
    latency_ms: float
    made_at: datetime


class RejectedDocument(BaseModel):
    """Rejected objects of a revision: how many for each reason, and a page of them."""

    dataset: str
    revision: str
    total: int
    reasons: dict[str, int]
    next_token: str | None
    files: list[FileRow]


class ChangeDocument(BaseModel):
    """One photo that differs."""

    key: str
    kind: str
    status_before: str | None
    status_after: str | None
    labels_before: list[str] | None
    labels_after: list[str] | None
    labels_gained: list[str]
    labels_lost: list[str]


class ComparisonDocument(BaseModel):
    """What one revision has against another, and a page of the changes."""

    dataset: str
    before: str
    after: str
    same: int
    counts: dict[str, int]
    gained: dict[str, int]
    lost: dict[str, int]
    total: int = Field(description="Changes that are listed: of the kind, tag or label asked for.")
    next_token: str | None
    changes: list[ChangeDocument]


class CorrectionsPage(BaseModel):
    """Corrections of a dataset, newest first."""

    dataset: str
    total: int
    next_token: str | None
    corrections: list[CorrectionDocument]


class CorrectionsMade(BaseModel):
    """What was made of a request to correct."""

    photos: int
    correction_ids: list[str]


class CorrectionsUndone(BaseModel):
    """How many of the named corrections stood and were taken back."""

    undone: int


class UploadDocument(BaseModel):
    """A photo to search by. `upload` is what `image` of a search names."""

    upload: str
    width: int
    height: int
    format: str


class SessionDocument(BaseModel):
    """Whether the server needs a key."""

    needs_key: bool


PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The search cannot be answered as it was asked."},
    401: {"model": Problem, "description": "The key is missing or wrong."},
    403: {"model": Problem, "description": "Another site's page made this request."},
    404: {"model": Problem, "description": "There is no such thing."},
    409: {"model": Problem, "description": "Something else stands in the way now."},
    413: {"model": Problem, "description": "The request is too large."},
    422: {"model": Problem, "description": "A parameter does not fit, or what was sent."},
    502: {"model": Problem, "description": "A model or a source did not answer."},
    503: {"model": Problem, "description": "The catalog or the lake cannot be read."},
}
