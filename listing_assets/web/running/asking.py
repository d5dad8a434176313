"""What exports are asked for over the API, and how that becomes a request to export."""

from dataclasses import replace
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from listing_assets.exports import DATASET_VERSION, FORMATS, ExportRequest, plan_export
from listing_assets.exports.request import MOST_KEYS
from listing_assets.search import Published, search
from listing_assets.search import Query as Search
from listing_assets.web.errors import RefusedError
from listing_assets.web.library import Library
from listing_assets.web.questions import Key, Question
from listing_assets.web.results import every_result, vectors_for
from listing_assets.web.running.destinations import MOST_CHARACTERS, destination_of
from listing_assets.web.running.folders import ExportJob

Format = Annotated[
    str,
    StringConstraints(max_length=40),
    Field(json_schema_extra={"enum": [*FORMATS, DATASET_VERSION]}),
]


class ExportQuestion(BaseModel):
    """An export of a version: all of it, these keys of it, or the results of a search."""

    model_config = ConfigDict(extra="forbid")

    dataset: str = Field(pattern="^[A-Za-z][A-Za-z0-9_-]{0,39}$")
    version: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,19}(\.[0-9]{1,9})?$",
        description="A version, which means its newest revision now, or a revision such as v1.2.",
    )
    format: Format
    destination: str | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_CHARACTERS,
        description="A name in the server's exports folder (made up where none is given),"
        " s3://bucket/prefix or oss://bucket/prefix; for dataset-version, the new name such as"
        " summer@v1.",
    )
    keys: list[Key] | None = Field(default=None, min_length=1, max_length=MOST_KEYS)
    query: Question | None = None
    original: bool = Field(
        default=False, description="The original files, without the place they were taken at."
    )
    prompt: str = Field(
        default="", max_length=20_000, description="The question of training conversations."
    )
    drafts: bool = Field(
        default=False, description="The products' listing drafts as well, listing_drafts.jsonl."
    )
    overwrite: bool = Field(
        default=False, description="Replace an earlier export at the same place, whole."
    )

    @model_validator(mode="after")
    def _photos_are_named_once(self) -> Self:
        if self.keys is not None and self.query is not None:
            raise ValueError("name the photos either by 'keys' or by 'query'")
        return self


def export_job(library: Library, asked: ExportQuestion) -> ExportJob:
    """The job of an export, checked: what is wrong with it is told now, not by its run.

    The version is pinned to the revision that it means now.

    Raises:
        ListingError: the export cannot be made as it was asked for.
    """
    published = library.open(asked.dataset, asked.version)
    place = destination_of(asked.destination, asked.format, published, library.settings.exports)
    query, keys = _chosen(library, published, asked)
    request = ExportRequest(
        version=f"{published.dataset}@{published.revision}",
        format=asked.format,
        to=place.to,
        query=query,
        keys=keys,
        original=asked.original,
        prompt=asked.prompt,
        drafts=asked.drafts,
        overwrite=asked.overwrite,
    )
    # A ranking was tried already, with the model that this server holds open.
    checked = request.model_copy(update={"query": Search()}) if query.is_ranked else request
    plan_export(checked, library.settings)
    return ExportJob(request=request, name=place.name)


def _chosen(
    library: Library, published: Published, asked: ExportQuestion
) -> tuple[Search, tuple[str, ...]]:
    """The search of a request as a run can repeat it, or the keys that were found or named.

    Raises:
        RefusedError: nothing is found.
    """
    if asked.query is None:
        return Search(), tuple(asked.keys or ())
    question = asked.query.model_copy(update={"include": "published"})
    if question.image is not None:  # an upload is here and may be gone when the run begins
        keys = every_result(library, published, question, ())["key"].to_pylist()
        found, query = len(keys), Search()
    else:
        query, keys = question.query(library.uploads), []
        found = search(published, query, vectors_for(library, published.dataset, question)).total
    if not found:
        raise RefusedError("no photo fulfils the search.", "Export photos that there are.")
    plain = Search()
    top_k = query.top_k if query.is_ranked else plain.top_k
    return replace(query, max_results=plain.max_results, top_k=top_k), tuple(keys)
