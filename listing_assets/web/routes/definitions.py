"""Tag definitions: read, drafted, tried on a few photos, saved to the catalog."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request

from listing_assets.catalog import Catalog, Recipes, TagDefinition
from listing_assets.objects.selection import open_selection
from listing_assets.planning import plan_version
from listing_assets.versions.listing import frozen_listing
from listing_assets.versions.names import VersionName
from listing_assets.web.definition_documents import (
    CheckDocument,
    DefinitionSummary,
    DefinitionText,
    DraftRequest,
    PlanDocument,
    PlannedTag,
    PlanRequest,
    SaveRequest,
    TrialRequest,
    TrialStart,
    UserDocument,
    mistakes_of,
    tags_of,
)
from listing_assets.web.definition_drafts import Draft, catalog_with, changes, read_draft
from listing_assets.web.definition_files import DefinitionFile, DefinitionFiles
from listing_assets.web.definition_trial_documents import (
    CeilingDocument,
    TrialDocument,
    trial_document,
)
from listing_assets.web.definition_trials import TrialOrder, Trials, ceiling
from listing_assets.web.errors import NotFoundError, RefusedError
from listing_assets.web.library import Library
from listing_assets.web.routes import DatasetName, FromLibrary
from resources.errors import CatalogError
from resources.object_store import open_store

router = APIRouter(prefix="/definitions", tags=["definitions"])


def trials_of(request: Request) -> Trials:
    """The trials of the app."""
    trials: Trials = request.app.state.trials
    return trials


FromTrials = Annotated[Trials, Depends(trials_of)]
TrialId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


@router.get("")
def list_definitions(library: FromLibrary) -> list[DefinitionSummary]:
    """Every tag definition of the catalog, by name, and which datasets use it."""
    catalog = _catalog(library)
    found = []
    for file in _files(library).all():
        definition = _read(library, file.text, file, catalog).definition
        found.append(
            DefinitionSummary(
                name=file.name,
                file=file.shown,
                tags=len(definition.tags) if definition else 0,
                datasets=_users(catalog, file.name),
                is_faulty=definition is None,
            )
        )
    return found


@router.get("/{name}")
def get_definition(library: FromLibrary, name: DatasetName) -> DefinitionText:
    """One tag definition: the text of its file, and what it says."""
    return _text(library, _files(library).get(name))


@router.put("/{name}")
def save_definition(
    library: FromLibrary, name: DatasetName, request: SaveRequest
) -> DefinitionText:
    """Write a text to the catalog, in place of the file of `sha`, or as a new file.

    Refused where the text has mistakes, names itself otherwise, or the file changed meanwhile.
    """
    files = _files(library)
    saved = files.find(name)
    definition = _read(library, request.text, saved, _catalog(library)).required()
    if definition.name != name:
        raise RefusedError(
            f"the text names itself '{definition.name}', not '{name}'.",
            "Save it under its own name.",
        )
    return _text(library, files.write(name, request.text, request.sha))


@router.post("/check")
def check_draft(library: FromLibrary, request: DraftRequest) -> CheckDocument:
    """What is wrong with a draft, by line, and which tags it changes."""
    catalog = _catalog(library)
    name, saved, draft = _drafted(library, request.text, catalog)
    before = _read(library, saved.text, saved, catalog).definition if saved else None
    after = draft.definition
    return CheckDocument(
        name=name,
        is_new=saved is None,
        mistakes=mistakes_of(draft),
        changes=changes(before, after) if after else {},
        changes_prompt=bool(
            before
            and after
            and (before.guide_prompt, before.language) != (after.guide_prompt, after.language)
        ),
        guide_prompt=after.guide_prompt if after else "",
        language=after.language if after else "",
        tags=tags_of(after),
    )


@router.post("/plan")
def plan_draft(library: FromLibrary, request: PlanRequest) -> PlanDocument:
    """What the next run of a version would ask under a draft, and cost. Lists the source."""
    order, definition, before = _order(library, TrialRequest(**request.model_dump()))
    dataset, settings = order.dataset, library.settings
    store = open_store(dataset.source, dataset.credentials)
    store.check()
    version = order.version
    planned = plan_version(
        library.lake,
        version,
        open_selection(store, dataset.selection, version.version, dataset.credentials),
        order.recipes,
        mode="incremental",
        memory=settings.query_memory,
    )
    asking = next(step for step in planned.steps if step.name == "smart_tags")
    changed = changes(before, definition)
    return PlanDocument(
        **_about(order),
        tags=[
            PlannedTag(
                name=tag.name, photos=planned.tags.get(tag.name, 0), change=changed.get(tag.name)
            )
            for tag in definition.tags
        ],
        calls=asking.calls,
        tokens=asking.tokens,
        cost=asking.cost,
        notes=list(planned.notes),
    )


@router.post("/trials/ceiling")
def tell_ceiling(library: FromLibrary, request: TrialRequest) -> CeilingDocument:
    """What a trial would cost at most. It asks nothing yet."""
    order, _, _ = _order(library, request)
    _require_listing(library, order.version)
    found = ceiling(library.lake, order, library.settings.query_memory)
    return CeilingDocument.of(found, **_about(order))


@router.post("/trials", status_code=202)
def start_trial(library: FromLibrary, trials: FromTrials, request: TrialStart) -> TrialDocument:
    """Ask about a diverse sample of a version's photos under a draft. Goes on in the background."""
    order, _, _ = _order(library, request, request.budget)
    _require_listing(library, order.version)
    return trial_document(trials.start(order))


@router.get("/trials/{trial}")
def get_trial(trials: FromTrials, trial: TrialId) -> TrialDocument:
    """How far a trial is; once it has ended, what it found, beside the answers of today."""
    return trial_document(trials.get(trial))


@router.delete("/trials/{trial}")
def stop_trial(trials: FromTrials, trial: TrialId) -> TrialDocument:
    """Let a trial ask nothing more. What was answered is kept."""
    run = trials.get(trial)
    run.stop()
    return trial_document(run)


def _files(library: Library) -> DefinitionFiles:
    return DefinitionFiles(library.settings.catalog)


def _catalog(library: Library) -> Catalog | None:
    """The catalog; None where another file has a fault, which must not stop mending this one."""
    try:
        return library.catalog
    except CatalogError:
        return None


def _read(
    library: Library, text: str, saved: DefinitionFile | None, catalog: Catalog | None
) -> Draft:
    return read_draft(text, saved, library.settings.home, catalog)


def _drafted(
    library: Library, text: str, catalog: Catalog | None
) -> tuple[str | None, DefinitionFile | None, Draft]:
    """A draft, what it calls itself, and the file that it would replace."""
    files = _files(library)
    name = files.name_in(text)
    saved = files.find(name) if name else None
    draft = _read(library, text, saved, catalog)
    if name is None and draft.definition is not None:
        name = draft.definition.name
        saved = files.find(name)
    return name, saved, draft


def _users(catalog: Catalog | None, name: str) -> list[str]:
    datasets = catalog.datasets.values() if catalog else ()
    return sorted(one.name for one in datasets if one.tag_definition == name)


def _text(library: Library, file: DefinitionFile) -> DefinitionText:
    catalog = _catalog(library)
    draft = _read(library, file.text, file, catalog)
    definition = draft.definition
    return DefinitionText(
        name=file.name,
        file=file.shown,
        text=file.text,
        sha=file.sha,
        obstacle=_files(library).obstacle(file.path),
        language=definition.language if definition else "",
        guide_prompt=definition.guide_prompt if definition else "",
        tags=tags_of(definition),
        mistakes=mistakes_of(draft),
        used_by=[
            UserDocument(
                dataset=name,
                tag_model=catalog.datasets[name].tag_model,
                versions=_versions(library, name),
            )
            for name in _users(catalog, file.name)
            if catalog is not None
        ],
    )


def _versions(library: Library, dataset: str) -> list[str]:
    """Published versions, in the order of their first publication."""
    return list(dict.fromkeys(one.version.version for one in library.revisions(dataset)))


def _order(
    library: Library, request: TrialRequest, budget: float | None = None
) -> tuple[TrialOrder, TagDefinition, TagDefinition | None]:
    """What a draft would be tried with, the draft, and the definition that it replaces.

    Raises:
        RefusedError: the draft has mistakes.
        NotFoundError: there is no such dataset.
        CatalogError: the catalog has a fault.
    """
    version = VersionName.parse(request.version)
    library.revisions(version.dataset)
    catalog = library.catalog
    definition = _drafted(library, request.text, catalog)[2].required()
    dataset, today = library.dataset(version.dataset)
    drafted = catalog_with(catalog, definition, dataset.name)
    recipes = Recipes.of(drafted.dataset(dataset.name), drafted)
    order = TrialOrder(
        version,
        drafted.dataset(dataset.name),
        recipes,
        today,
        request.sample,
        request.twice,
        budget,
    )
    return order, definition, catalog.tag_definitions.get(definition.name)


def _require_listing(library: Library, version: VersionName) -> None:
    if frozen_listing(library.lake, version) is None:
        raise NotFoundError(
            f"{version} was never listed.", f"Bring it up to date first: listing run {version}"
        )


def _about(order: TrialOrder) -> dict[str, str]:
    model = order.recipes.tag_model
    return {
        "version": str(order.version),
        "model": model.identity,
        "currency": model.price.currency if model.price else "",
    }
