"""Corrections of labels: made for one or many photos, listed, taken back."""

from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from listing_assets.corrections import CorrectionJournal
from listing_assets.corrections.journal import MOST_AUTHOR
from listing_assets.search import Published
from listing_assets.versions.relations import is_one_of
from listing_assets.web.documents import (
    CorrectionDocument,
    CorrectionsMade,
    CorrectionsPage,
    CorrectionsUndone,
)
from listing_assets.web.errors import NotFoundError, RefusedError
from listing_assets.web.library import Library
from listing_assets.web.questions import CorrectionsQuestion, Key, Question
from listing_assets.web.results import MOST, every_result
from listing_assets.web.routes import DatasetName, FromLibrary

router = APIRouter(prefix="/datasets/{dataset}/corrections", tags=["corrections"])
KEYS_AT_ONCE = 1_000
"""Keys that one filter names."""

Author = Annotated[str, StringConstraints(min_length=1, max_length=MOST_AUTHOR)]


class CorrectionRequest(BaseModel):
    """One correction of one or many photos: of these keys, or of all results of a search."""

    model_config = ConfigDict(extra="forbid")

    version: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,19}(\.[0-9]{1,9})?$",
        description="The version or revision that the photos are looked at in.",
    )
    keys: list[Key] | None = Field(None, min_length=1, max_length=MOST)
    query: Question | None = None
    tag: str = Field(min_length=1, max_length=64)
    action: Literal["set", "clear", "add", "remove"] = Field(
        description="set and clear concern the whole tag, add and remove one of several values."
    )
    value: Any = None
    author: Author

    @model_validator(mode="after")
    def _photos_are_named_once(self) -> Self:
        if (self.keys is None) == (self.query is None):
            raise ValueError("name the photos either by 'keys' or by 'query'")
        return self


class UndoRequest(BaseModel):
    """Corrections to take back."""

    model_config = ConfigDict(extra="forbid")

    correction_ids: list[Annotated[str, StringConstraints(max_length=64)]] = Field(
        min_length=1, max_length=MOST
    )
    author: Author


@router.get("")
def list_corrections(
    library: FromLibrary, dataset: DatasetName, question: Annotated[CorrectionsQuestion, Query()]
) -> CorrectionsPage:
    """Corrections of a dataset, newest first."""
    library.revisions(dataset)
    image_ids = [question.image_id] if question.image_id else None
    found = CorrectionJournal(library.lake, dataset).all(image_ids)
    if question.standing:
        found = [one for one in found if not one.is_undone]
    found.reverse()
    asked = dataset, question.image_id, question.standing
    start = question.start(*asked)
    return CorrectionsPage(
        dataset=dataset,
        total=len(found),
        next_token=question.following(len(found), *asked),
        corrections=[
            CorrectionDocument.of(one) for one in found[start : start + question.max_results]
        ],
    )


@router.post("")
def make_corrections(
    library: FromLibrary, dataset: DatasetName, wanted: CorrectionRequest
) -> CorrectionsMade:
    """Correct a tag of photos. It enters with the next publication, as a new revision."""
    published = library.open(dataset, wanted.version)
    _, recipes = library.dataset(dataset)
    image_ids = _image_ids(library, published, wanted)
    made = CorrectionJournal(library.lake, dataset).make(
        image_ids,
        wanted.tag,
        wanted.action,
        wanted.value,
        author=wanted.author,
        definition=recipes.definition,
    )
    return CorrectionsMade(photos=len(set(image_ids)), correction_ids=made)


@router.post("/undo")
def undo_corrections(
    library: FromLibrary, dataset: DatasetName, wanted: UndoRequest
) -> CorrectionsUndone:
    """Take corrections back."""
    library.revisions(dataset)
    journal = CorrectionJournal(library.lake, dataset)
    return CorrectionsUndone(undone=journal.undo(wanted.correction_ids, author=wanted.author))


def _image_ids(library: Library, published: Published, wanted: CorrectionRequest) -> list[str]:
    """The photos that are meant, all of them published.

    Raises:
        NotFoundError: a key is not one of a published photo.
        RefusedError: no photo is meant.
    """
    if wanted.query is not None:
        question = wanted.query.model_copy(update={"include": "published"})
        found = every_result(library, published, question, ("image_id",))
        image_ids: list[str] = found["image_id"].to_pylist()
        if not image_ids:
            raise RefusedError("no photo fulfils the search.", "Correct photos that there are.")
        return image_ids
    assert wanted.keys is not None
    keys = list(dict.fromkeys(wanted.keys))
    by_key: dict[str, str] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        rows = (
            published.table.search()
            .where(f"status = 'published' AND {is_one_of('`key`', some)}")
            .select(["key", "image_id"])
            .limit(len(some))
            .to_list()
        )
        by_key |= {row["key"]: row["image_id"] for row in rows}
    missing = [key for key in keys if key not in by_key]
    if missing:
        raise NotFoundError(
            f"{published} has no published photo '{missing[0]}'"
            + (f", nor {len(missing) - 1} more." if len(missing) > 1 else "."),
            "Only photos that stand can be corrected.",
        )
    return [by_key[key] for key in keys]
