"""Datasets, their versions and revisions, and what differs between two of these."""

from typing import Annotated

from fastapi import APIRouter, Query

from listing_assets.publishing.revisions import Revision
from listing_assets.versions.names import age
from listing_assets.web.documents import (
    ChangeDocument,
    ComparisonDocument,
    DatasetDocument,
    DefinitionDocument,
    FieldDocument,
    RevisionDocument,
    TagDocument,
    TagValueDocument,
    VersionDocument,
)
from listing_assets.web.library import Library
from listing_assets.web.questions import ComparisonQuestion
from listing_assets.web.routes import DatasetName, FromLibrary, Reference
from resources.errors import CatalogError

router = APIRouter(tags=["datasets"])


@router.get("/datasets")
def list_datasets(library: FromLibrary) -> list[DatasetDocument]:
    """Every dataset, by name, with its published versions."""
    return [_dataset(library, name) for name in library.dataset_names()]


@router.get("/datasets/{dataset}")
def get_dataset(library: FromLibrary, dataset: DatasetName) -> DatasetDocument:
    """One dataset with its published versions."""
    return _dataset(library, dataset)


@router.get("/datasets/{dataset}/definition")
def get_definition(library: FromLibrary, dataset: DatasetName) -> DefinitionDocument:
    """The tag definition of a dataset, as the catalog has it now."""
    library.revisions(dataset)
    _, recipes = library.dataset(dataset)
    return DefinitionDocument(
        name=recipes.definition.name,
        tags=[
            TagDocument(
                name=tag.name,
                type=tag.type,
                description=tag.description,
                values=[
                    TagValueDocument(name=value.name, description=value.description)
                    for value in tag.values
                ],
            )
            for tag in recipes.definition.tags
        ],
    )


@router.get("/datasets/{dataset}/revisions")
def list_revisions(library: FromLibrary, dataset: DatasetName) -> list[RevisionDocument]:
    """All revisions of a dataset, oldest first."""
    return [RevisionDocument.of(one) for one in library.revisions(dataset)]


@router.get("/datasets/{dataset}/versions")
def list_versions(library: FromLibrary, dataset: DatasetName) -> list[VersionDocument]:
    """The published versions of a dataset, oldest first."""
    return _versions(library, dataset)


@router.get("/datasets/{dataset}/versions/{version}")
def get_version(library: FromLibrary, dataset: DatasetName, version: Reference) -> RevisionDocument:
    """The newest revision of a version, or the revision that is named."""
    return RevisionDocument.of(library.revision(dataset, version))


@router.get("/datasets/{dataset}/versions/{version}/fields")
def list_fields(
    library: FromLibrary, dataset: DatasetName, version: Reference
) -> list[FieldDocument]:
    """The fields that query expressions of a version may use."""
    found = library.open(dataset, version).fields
    return [FieldDocument(name=field.name, kind=field.kind) for field in found]


@router.get("/datasets/{dataset}/comparison")
def compare_versions(
    library: FromLibrary, dataset: DatasetName, question: Annotated[ComparisonQuestion, Query()]
) -> ComparisonDocument:
    """What `after` has against `before`: counts, labels gained and lost, and a page of changes."""
    before = library.open(dataset, question.before)
    after = library.open(dataset, question.after)
    found = library.comparison(before, after)
    changes = found.chosen(question.kind, question.tag, question.label)
    asked = dataset, found.before, found.after, question.kind, question.tag, question.label
    shown = changes.slice(question.start(*asked), question.max_results).to_pylist()
    return ComparisonDocument(
        dataset=dataset,
        before=found.before,
        after=found.after,
        same=found.same,
        counts=found.counts,
        gained=found.gained,
        lost=found.lost,
        total=len(changes),
        next_token=question.following(len(changes), *asked),
        changes=[ChangeDocument(**row) for row in shown],
    )


def _dataset(library: Library, name: str) -> DatasetDocument:
    versions = _versions(library, name)
    try:
        description = library.catalog.dataset(name).description
    except CatalogError:  # published once, and no longer in the catalog
        description = ""
    return DatasetDocument(name=name, description=description, versions=versions)


def _versions(library: Library, dataset: str) -> list[VersionDocument]:
    by_version: dict[str, list[Revision]] = {}
    for one in library.revisions(dataset):
        by_version.setdefault(one.version.version, []).append(one)
    return [_version(version, by_version[version]) for version in sorted(by_version, key=age)]


def _version(version: str, found: list[Revision]) -> VersionDocument:
    newest = max(found, key=lambda one: one.number)
    return VersionDocument(
        version=version,
        revision=newest.revision,
        revisions=len(found),
        objects=newest.objects,
        published=newest.published,
        rejected=newest.rejected,
        published_at=newest.published_at,
    )
