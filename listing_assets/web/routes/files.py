"""The files of a version: searched, listed, counted, and one by one."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from listing_assets.corrections import CorrectionJournal
from listing_assets.search import Published, Results, search
from listing_assets.search import Query as Search
from listing_assets.web.documents import (
    CallDocument,
    CorrectionDocument,
    FacetsDocument,
    FileDocument,
    FileRow,
    FilesPage,
    KeysDocument,
    RejectedDocument,
)
from listing_assets.web.originals import SHOWN
from listing_assets.web.photos import calls_of, photo_row, rejected_by_reason
from listing_assets.web.questions import (
    COLUMNS,
    FacetsQuestion,
    FilesQuestion,
    Key,
    Question,
    RejectedQuestion,
)
from listing_assets.web.results import every_result, page_after, vectors_for
from listing_assets.web.routes import DatasetName, FromLibrary, Reference

router = APIRouter(prefix="/datasets/{dataset}/versions/{version}", tags=["files"])
OWN = frozenset(FileDocument.model_fields)
"""Columns that have a place of their own in the document of a file."""


@router.get("/files")
def list_files(
    library: FromLibrary,
    dataset: DatasetName,
    version: Reference,
    question: Annotated[FilesQuestion, Query()],
) -> FilesPage:
    """Search or list: a page of the files that fulfil all conditions, ranked or sorted."""
    published = library.open(dataset, version)
    query = question.query(
        library.uploads,
        _columns(published),
        max_results=question.max_results,
        next_token=question.next_token,
        sort=question.sort,
        descending=question.descending,
    )
    found = page_after(published, query, vectors_for(library, dataset, question), question.skip)
    return FilesPage(
        dataset=dataset,
        revision=found.revision,
        total=found.total,
        ranked_by=list(found.ranked_by),
        next_token=found.next_token,
        files=_rows(found),
    )


@router.get("/keys")
def list_keys(
    library: FromLibrary,
    dataset: DatasetName,
    version: Reference,
    question: Annotated[Question, Query()],
) -> KeysDocument:
    """The keys of all results of a search at once, 100,000 at most."""
    published = library.open(dataset, version)
    keys = every_result(library, published, question, ())["key"].to_pylist()
    return KeysDocument(revision=published.revision, total=len(keys), keys=keys)


@router.get("/facets")
def count_facets(
    library: FromLibrary,
    dataset: DatasetName,
    version: Reference,
    question: Annotated[FacetsQuestion, Query()],
) -> FacetsDocument:
    """How many results of a search have each value of each tag."""
    found = search(
        library.open(dataset, version),
        question.query(library.uploads, facets=question.values),
        vectors_for(library, dataset, question),
    )
    return FacetsDocument(
        dataset=dataset, revision=found.revision, total=found.total, facets=found.facets or {}
    )


@router.get("/file")
def get_file(
    library: FromLibrary, dataset: DatasetName, version: Reference, key: Annotated[Key, Query()]
) -> FileDocument:
    """All that a version knows of one file."""
    published = library.open(dataset, version)
    row = photo_row(published, key)
    labels: list[str] = row["labels"] or []
    corrections = []
    if row["image_id"]:
        revision = library.revision(dataset, published.revision)
        made = CorrectionJournal(library.lake, dataset).all([row["image_id"]])
        corrections = [CorrectionDocument.of(one, revision.published_at) for one in made]
    return FileDocument(
        key=row["key"],
        uri=row["uri"],
        image_id=row["image_id"],
        status=row["status"],
        reason=row["reason"],
        detail=row["detail"],
        text=row["text"],
        model_tags=row["model_tags"],
        model_embedding=row["model_embedding"],
        dataset=dataset,
        revision=published.revision,
        labels=labels,
        labels_ai=_list(row, "labels_ai", labels),
        labels_user=_list(row, "labels_user", []),
        labels_user_deleted=_list(row, "labels_user_deleted", []),
        tags=_prefixed(row, "tag_"),
        meta=_prefixed(row, "meta_"),
        decisions=row.get("decisions") or [],
        facts={
            name: value
            for name, value in row.items()
            if name not in OWN and not name.startswith(("tag_", "meta_", "_"))
        },
        is_shown_by_browsers=row.get("format") in SHOWN,
        corrections=corrections,
    )


@router.get("/calls")
def list_calls(
    library: FromLibrary, dataset: DatasetName, version: Reference, key: Annotated[Key, Query()]
) -> list[CallDocument]:
    """The model calls that a file's tags came from, newest first, with their cost."""
    row = photo_row(library.open(dataset, version), key, ("image_id",))
    if not row["image_id"]:
        return []
    calls = calls_of(library.lake, row["image_id"], library.settings.query_memory)
    return [CallDocument(**call._asdict()) for call in calls]


@router.get("/rejected")
def list_rejected(
    library: FromLibrary,
    dataset: DatasetName,
    version: Reference,
    question: Annotated[RejectedQuestion, Query()],
) -> RejectedDocument:
    """Rejected objects: how many for each reason, and a page of them."""
    published = library.open(dataset, version)
    where = f'reason="{_escaped(question.reason)}"' if question.reason is not None else ""
    found = search(
        published,
        Search(
            include="rejected",
            where=where,
            columns=_columns(published),
            max_results=question.max_results,
            next_token=question.next_token,
        ),
    )
    return RejectedDocument(
        dataset=dataset,
        revision=found.revision,
        total=found.total,
        reasons=rejected_by_reason(published),
        next_token=found.next_token,
        files=_rows(found),
    )


def _columns(published: Published) -> tuple[str, ...]:
    return tuple(name for name in COLUMNS if name in published.columns)


def _rows(found: Results) -> list[FileRow]:
    return [FileRow(**row) for row in found.documents()]


def _list(row: dict[str, Any], column: str, otherwise: list[str]) -> list[str]:
    """A list of the row; `otherwise` where the version was published without that column."""
    return row[column] or [] if column in row else otherwise


def _prefixed(row: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {
        name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)
    }


def _escaped(text: str) -> str:
    """A text between the quotes of a query expression."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
