"""What the API answers about listings: the models behind its OpenAPI description."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from listing_assets.corrections.journal import MOST_AUTHOR
from listing_assets.listings.definitions import AttributeTemplate, Language, ListingDefinition
from listing_assets.listings.definitions.schema import Voice
from listing_assets.listings.draft import Claim, Draft, Violation
from listing_assets.listings.online import Accepted, Adoption, Checked, Rate
from listing_assets.listings.stored import Status
from listing_assets.web.listing_orders import Name

MOST_ATTRIBUTES = 100
MOST_TEXT = 20_000

Line = Annotated[str, StringConstraints(max_length=1_000)]
Text = Annotated[str, StringConstraints(max_length=MOST_TEXT)]
Recipe = Annotated[str, StringConstraints(pattern="^[0-9a-f]{8,64}$")]
Author = Annotated[str, StringConstraints(min_length=1, max_length=MOST_AUTHOR)]


class ListingDefinitionDocument(BaseModel):
    """A listing definition. `dataset` is how its photos are looked at where nothing is said."""

    name: str
    description: str
    voice: Voice
    language: Language
    max_length: int
    time_budget_seconds: float
    reference: str | None
    writer: str | None
    dataset: str

    @classmethod
    def of(cls, definition: ListingDefinition, dataset: str) -> "ListingDefinitionDocument":
        """The document of a definition."""
        return cls(
            name=definition.name,
            description=definition.description,
            voice=definition.voice,
            language=definition.language,
            max_length=definition.max_length,
            time_budget_seconds=definition.time_budget_seconds,
            reference=definition.reference.version,
            writer=definition.models.writer,
            dataset=dataset,
        )


class TemplateDocument(BaseModel):
    """What listings of some categories say, in order, by language."""

    categories: list[str]
    attributes: dict[Language, list[str]]

    @classmethod
    def of(cls, template: AttributeTemplate) -> "TemplateDocument":
        """The document of a template."""
        languages: tuple[Language, ...] = ("en", "zh")
        return cls(
            categories=list(template.served),
            attributes={language: list(template.named(language)) for language in languages},
        )


class ListingDefinitions(BaseModel):
    """How listings may be drafted. `usual` counts where no definition is named."""

    usual: str
    definitions: list[ListingDefinitionDocument]
    templates: list[TemplateDocument]
    datasets: list[str]


class VersionDraftDocument(BaseModel):
    """The draft of one product of a version. `template` is what a listing of its category says."""

    listing_id: str
    recipe: str
    definition: str
    keys: list[str]
    status: Status
    template: list[str]
    draft: Draft


class DraftsPage(BaseModel):
    """Drafts of a revision by one definition, in the order of its products."""

    dataset: str
    revision: str
    definition: str
    total: int
    next_token: str | None
    drafts: list[VersionDraftDocument]


class CheckRequest(BaseModel):
    """A draft, and its description as its person has edited it."""

    model_config = ConfigDict(extra="forbid")

    recipe: Recipe = Field(description="The recipe of the draft.")
    definition: Name = Field(description="The listing definition whose rules count.")
    description: Text


class CheckDocument(BaseModel):
    """What a description claims, with what bears it out, and the rules that it breaks."""

    claims: list[Claim]
    violations: list[Violation]

    @classmethod
    def of(cls, checked: Checked) -> "CheckDocument":
        """The document of a check."""
        return cls(claims=list(checked.claims), violations=list(checked.violations))


class AdoptionRequest(BaseModel):
    """A draft that is accepted, with the texts as its person wants them."""

    model_config = ConfigDict(extra="forbid")

    recipe: Recipe = Field(description="The recipe of the draft.")
    definition: Name = Field(description="The listing definition that it was drafted by.")
    title: Line
    description: Text
    category: Line = ""
    attributes: dict[Line, Line] = Field(default={}, max_length=MOST_ATTRIBUTES)
    author: Author

    @property
    def accepted(self) -> Accepted:
        """The texts."""
        return Accepted(self.title, self.description, self.category, self.attributes)


class AdoptionDocument(BaseModel):
    """An acceptance on record. `share_kept` is null where nothing had been drafted."""

    adoption_id: str
    listing_id: str
    definition: str
    share_kept: float | None

    @classmethod
    def of(cls, adoption: Adoption) -> "AdoptionDocument":
        """The document of an adoption."""
        return cls(
            adoption_id=adoption.adoption_id,
            listing_id=adoption.listing_id,
            definition=adoption.definition,
            share_kept=adoption.share_kept,
        )


class RateDocument(BaseModel):
    """How the drafts by one definition fare."""

    definition: str
    offered: int
    accepted: int
    adoption_rate: float
    share_kept: float | None

    @classmethod
    def of(cls, rate: Rate) -> "RateDocument":
        """The document of a rate."""
        return cls(
            definition=rate.definition,
            offered=rate.offered,
            accepted=rate.accepted,
            adoption_rate=rate.adoption_rate,
            share_kept=rate.share_kept,
        )
