"""What the routes of tag definitions are asked and what they answer."""

from pydantic import BaseModel, ConfigDict, Field

from listing_assets.catalog import Tag, TagDefinition
from listing_assets.web.definition_drafts import ChangeKind, Draft

MOST_TEXT = 200_000
"""Characters of a definition's file."""
MOST_TRIED = 100
"""Photos of one trial."""


class DraftRequest(BaseModel):
    """The text of a tag definition's file, as it might be saved."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=MOST_TEXT)


class SaveRequest(DraftRequest):
    """A text to save, and the `sha` of the file that it was made from; null for a new one."""

    sha: str | None = Field(pattern="^[0-9a-f]{64}$")


class PlanRequest(DraftRequest):
    """A draft, and a dataset version that is to be brought up to date under it."""

    version: str = Field(max_length=64, description="dataset@version")


class TrialRequest(PlanRequest):
    """A draft, and on how many photos of a version it is to be tried."""

    sample: int = Field(
        default=12, ge=1, le=MOST_TRIED, description="Photos, as different as can be."
    )
    twice: int = Field(
        default=0,
        ge=0,
        le=MOST_TRIED,
        description="How many of them are asked about a second time.",
    )


class TrialStart(TrialRequest):
    """A trial, and what it may cost."""

    budget: float | None = Field(
        default=None,
        gt=0,
        allow_inf_nan=False,
        description="It stops before it costs more than this, in the currency of the model.",
    )


class TagValueDocument(BaseModel):
    """A value that a choice may have."""

    name: str
    description: str


class DefinedTag(BaseModel):
    """A tag as a definition has it. `model`: what predicts it in place of the tag model."""

    name: str
    type: str
    description: str
    values: list[TagValueDocument]
    max_length: int | None
    minimum: float | None
    maximum: float | None
    language: str | None
    model: str | None

    @classmethod
    def of(cls, tag: Tag) -> "DefinedTag":
        """The document of a tag."""
        return cls(**tag.model_dump())


class MistakeDocument(BaseModel):
    """What is wrong in a line, counted from 1."""

    line: int
    message: str


class UserDocument(BaseModel):
    """A dataset that uses a definition, and its published versions, oldest first."""

    dataset: str
    tag_model: str
    versions: list[str]


class DefinitionSummary(BaseModel):
    """A tag definition in the list. `is_faulty`: its file has mistakes."""

    name: str
    file: str
    tags: int
    datasets: list[str]
    is_faulty: bool


class DefinitionText(BaseModel):
    """A tag definition: its file's text, and what that says. `obstacle`: why it cannot be saved."""

    name: str
    file: str
    text: str
    sha: str
    obstacle: str | None
    language: str
    guide_prompt: str
    tags: list[DefinedTag]
    mistakes: list[MistakeDocument]
    used_by: list[UserDocument]


class CheckDocument(BaseModel):
    """What a draft comes to. `changes`: the tags that would be asked anew, added or left out."""

    name: str | None
    is_new: bool
    mistakes: list[MistakeDocument]
    changes: dict[str, ChangeKind]
    changes_prompt: bool
    guide_prompt: str
    language: str
    tags: list[DefinedTag]


class PlannedTag(BaseModel):
    """How many photos would be asked about a tag. `change` is null where the draft keeps it."""

    name: str
    photos: int
    change: ChangeKind | None


class PlanDocument(BaseModel):
    """What the next run of a version would ask under a draft, as `listing plan` tells it."""

    version: str
    model: str
    currency: str
    tags: list[PlannedTag]
    calls: int
    tokens: int | None
    cost: float | None
    notes: list[str]


def mistakes_of(draft: Draft) -> list[MistakeDocument]:
    """The documents of a draft's mistakes."""
    return [MistakeDocument(line=one.line, message=one.message) for one in draft.mistakes]


def tags_of(definition: TagDefinition | None) -> list[DefinedTag]:
    """The documents of a definition's tags."""
    return [DefinedTag.of(tag) for tag in definition.tags] if definition else []
