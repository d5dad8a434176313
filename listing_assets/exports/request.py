"""What an export is asked for, as plain data: it travels in the config of a Dagster run."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from listing_assets.exports.errors import ExportError
from listing_assets.search import Query, Upload
from listing_assets.search.query import is_unicode
from resources.object_store import SourceCredentials

MOST_KEYS = 100_000


class ExportRequest(BaseModel):
    """An export of a version or revision, or of what is chosen of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    version: str
    """`photos@v1`, its newest revision, or `photos@v1.2`."""
    format: str
    """One of `listing_assets.exports.FORMATS`."""
    to: str
    """A folder, s3://…, oss://…; for a dataset version its name, such as `summer@v1`."""
    query: Query = Field(default_factory=Query)
    """Which published photos; those of a ranking are its best `top_k`."""
    keys: tuple[str, ...] = Field(default=(), max_length=MOST_KEYS)
    """The photos that were picked; none means all that the query finds."""
    original: bool = False
    """The original files, without the place they were taken at, in place of normalized photos."""
    prompt: str = Field(default="", max_length=20_000)
    """The question of training conversations, in place of the one made of the tags' names."""
    drafts: bool = False
    """Also write the listing drafts of the products, `listing_drafts.jsonl`."""
    overwrite: bool = False
    """Replace an earlier export at the same place."""
    profile: str | None = None
    """The AWS or `aliyun` profile to write with."""

    @model_validator(mode="after")
    def _travels(self) -> Self:
        if isinstance(self.query.image, Upload):
            raise ValueError("a photo that was uploaded does not travel: give the keys it found")
        for text in (self.to, self.prompt, *self.keys):
            if not is_unicode(text):
                raise ExportError(f"{text!r} is not valid Unicode.", "Write it in UTF-8.")
        return self

    @property
    def credentials(self) -> SourceCredentials:
        """Who writes."""
        return SourceCredentials(profile=self.profile)

    def config(self) -> dict[str, Any]:
        """The request as JSON has it, without what is as by default."""
        return self.model_dump(mode="json", exclude_defaults=True)
