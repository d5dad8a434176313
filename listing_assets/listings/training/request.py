"""What an instruction dataset is asked for, as plain data: it travels in the config of a run."""

from typing import Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from listing_assets.catalog.schema import GroupBy, Listings
from resources.object_store import SourceCredentials

Split = Literal["train", "validation", "test"]
SPLITS: Final[tuple[Split, ...]] = ("train", "validation", "test")
ExampleKind = Literal[
    "description_photo",
    "description_photo_template",
    "description_photo_template_reference",
    "category",
    "attributes",
    "tags",
]
"""What an example teaches: one of the three instructions for a description, the choice of a
category, the attributes that a listing tells, the tags of a photo as a choice among their values.
"""
KINDS: Final[tuple[ExampleKind, ...]] = (
    "description_photo",
    "description_photo_template",
    "description_photo_template_reference",
    "category",
    "attributes",
    "tags",
)


class InstructionRequest(BaseModel):
    """An instruction dataset of a published version or revision."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    version: str
    """`photos@v1`, its newest revision, or `photos@v1.2`."""
    definition: str
    """The listing definition whose instructions are taught, and whose columns hold the texts."""
    to: str = ""
    """A folder, s3://… or oss://…; empty for the place of this revision and definition in the
    home of the installation."""
    group_by: GroupBy = "product"
    """Which photos are put together to a listing. Photos of which the manifest names one product
    are in one split, whatever this is."""
    product_column: str = ""
    """The published column that names the product; empty for that of the listing definition."""
    kinds: tuple[ExampleKind, ...] = Field(default=KINDS, min_length=1)
    validation_share: float = Field(default=0.1, ge=0, lt=1)
    """Of the products."""
    test_share: float = Field(default=0.1, ge=0, lt=1)
    seed: int = 0
    """Another seed draws other splits and other samples."""
    least_quality: float = Field(default=0.4, ge=0, le=1)
    """Listings of a lower quality score are removed; none where it is 0."""
    least_similarity: float = Field(default=0.0, ge=-1, le=1)
    """The cosine of text and photo below which a listing is removed; -1 asks no model. What is low
    depends on the model."""
    least_length: int = Field(default=40, ge=1)
    """Characters of a description; the most are those of the listing definition."""
    balance: float = Field(default=3.0, ge=1)
    """A category keeps at most so many times the listings of the median category."""
    images: Literal["copied", "uri"] = "copied"
    """Normalized photos beside the conversations, or the places of the originals."""
    overwrite: bool = False
    """Replace what an earlier export left at the same place."""
    profile: str | None = None
    """The AWS or `aliyun` profile to write with."""

    @model_validator(mode="after")
    def _something_to_train_on(self) -> Self:
        if self.validation_share + self.test_share >= 1:
            raise ValueError("validation and test leave nothing to train on")
        return self

    @staticmethod
    def of_dataset(listings: Listings | None) -> dict[str, Any]:
        """The fields that a dataset's entry sets: what its drafts are grouped by.

        Where each photo has a draft of its own, photos of one product are a listing here.
        """
        if listings is None or listings.group_by == "photo":
            return {}
        if listings.group_by == "product":
            return {"group_by": "product", "product_column": listings.product_column}
        return {"group_by": listings.group_by}

    @property
    def credentials(self) -> SourceCredentials:
        """Who writes."""
        return SourceCredentials(profile=self.profile)

    @property
    def taught(self) -> dict[str, Any]:
        """All that determines the examples, besides the revision and the catalog."""
        told: dict[str, Any] = self.model_dump(
            mode="json", exclude={"version", "to", "overwrite", "profile"}
        )
        return told
