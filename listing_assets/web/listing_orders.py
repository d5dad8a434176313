"""What a listing is asked for with: photos that are uploaded, or photos of a published version."""

from dataclasses import dataclass
from typing import Annotated, Final, TypeVar

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from listing_assets.listings.online import Upload
from listing_assets.listings.products import MOST_PHOTOS
from listing_assets.versions.relations import is_one_of
from listing_assets.web.errors import NotFoundError, RefusedError
from listing_assets.web.guards import MOST_UPLOAD
from listing_assets.web.library import Library
from listing_assets.web.questions import Key
from resources.errors import ListingError

NAME: Final = r"^[A-Za-z][A-Za-z0-9_-]{0,63}$"
VERSION: Final = r"^[A-Za-z][A-Za-z0-9_-]{0,39}@[A-Za-z0-9][A-Za-z0-9_-]{0,19}(\.[0-9]{1,9})?$"
MOST_FIELDS: Final = 10
LONGEST_NAME: Final = 200
"""Characters of an uploaded file's name that are kept."""
FORM: Final = {
    "type": "object",
    "required": ["photo"],
    "properties": {
        "photo": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_PHOTOS,
            "items": {"type": "string", "format": "binary"},
        },
        "definition": {"type": "string"},
        "dataset": {"type": "string"},
    },
}

Name = Annotated[str, StringConstraints(pattern=NAME)]
Uri = Annotated[str, StringConstraints(min_length=1, max_length=4096)]


class Wanted(BaseModel):
    """How a listing is to be drafted; None stands for the usual."""

    model_config = ConfigDict(extra="forbid")

    definition: Name | None = Field(None, description="A listing definition of the catalog.")
    dataset: Name | None = Field(
        None, description="The photos are tagged and embedded as this dataset's are."
    )


class PublishedPhotos(Wanted):
    """Photos of a published version, by their keys or their URIs."""

    version: str = Field(pattern=VERSION, description="DATASET@VERSION, or a revision of it.")
    keys: list[Key] = Field(default=[], max_length=MOST_PHOTOS)
    uris: list[Uri] = Field(default=[], max_length=MOST_PHOTOS)


M = TypeVar("M", bound=Wanted)


@dataclass(frozen=True)
class Order:
    """The photos of a listing, and how it is to be drafted."""

    uploads: list[Upload]
    definition: str | None
    dataset: str | None


async def read_order(request: Request, library: Library) -> Order:
    """The order that a request brings, as a form or as JSON.

    Raises:
        RefusedError: it is neither, or a photo is too large.
        RequestValidationError: it is not as it has to be.
        ListingError: a photo of the version cannot be had.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _uploaded(request)
    if kind == "application/json":
        wanted = _checked(PublishedPhotos, await request.body())
        uploads = await run_in_threadpool(_published, library, wanted)
        dataset = wanted.dataset or wanted.version.partition("@")[0]
        return Order(uploads, wanted.definition, dataset)
    raise RefusedError(
        "the request has neither photos nor the names of any.",
        "Send a form with 'photo' parts, or JSON with 'version' and 'keys'.",
    )


async def _uploaded(request: Request) -> Order:
    names: set[str] = set()
    uploads: list[Upload] = []
    texts: dict[str, str] = {}
    try:
        async with request.form(max_files=MOST_PHOTOS, max_fields=MOST_FIELDS) as form:
            for field, value in form.multi_items():
                if not isinstance(value, UploadFile):
                    texts[field] = value
                elif field == "photo":
                    uploads.append(await _upload(value, names))
    except HTTPException as error:
        if not error.detail.startswith("Too many files"):
            raise
        raise ListingError(
            f"a listing has 1 to {MOST_PHOTOS} photos, and these are more.",
            "Leave out the least telling ones.",
        ) from None
    wanted = _checked(Wanted, {name: text for name, text in texts.items() if text})
    return Order(uploads, wanted.definition, wanted.dataset)


async def _upload(file: UploadFile, names: set[str]) -> Upload:
    """A file under a name that no earlier one has."""
    given = (file.filename or "photo").replace("\\", "/").rpartition("/")[2][-LONGEST_NAME:]
    name, number = given or "photo", 1
    while name in names:
        number += 1
        name = f"{given} ({number})"
    names.add(name)
    if (file.size or 0) > MOST_UPLOAD:
        raise RefusedError(
            f"{name} has more than {MOST_UPLOAD:,} bytes.", "Send a smaller copy of it."
        )
    return Upload(name, await file.read())


def _published(library: Library, wanted: PublishedPhotos) -> list[Upload]:
    """The originals of photos of a version, by key and then by URI, each once."""
    dataset, _, reference = wanted.version.partition("@")
    published = library.open(dataset, reference)
    columns = [name for name in ("key", "image_id", "uri") if name in published.columns]
    rows: list[dict[str, str]] = []
    for field, values in (("key", wanted.keys), ("uri", wanted.uris)):
        for value in values if field in columns else ():
            found = (
                published.table.search()
                .where(f"status = 'published' AND {is_one_of(f'`{field}`', [value])}")
                .select(columns)
                .limit(1)
                .to_list()
            )
            if not found:
                raise NotFoundError(
                    f"{published} has no published photo '{value}'.",
                    "Name keys or URIs as the list of files gives them.",
                )
            rows += found
    source = library.catalog.dataset(dataset)
    once = {row["key"]: row["image_id"] for row in rows}
    return [
        Upload(key, library.originals.read(source, key, image_id).data)
        for key, image_id in once.items()
    ]


def _checked(model: type[M], given: bytes | dict[str, str]) -> M:
    try:
        if isinstance(given, bytes):
            return model.model_validate_json(given)
        return model.model_validate(given)
    except ValidationError as error:
        mistakes = error.errors(include_url=False, include_input=False, include_context=False)
        raise RequestValidationError(
            [{**one, "loc": ("body", *one["loc"])} for one in mistakes]
        ) from None
