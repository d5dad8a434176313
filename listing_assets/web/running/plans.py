"""What a job would compute, call and cost, before it is begun."""

from dataclasses import asdict
from typing import Final

from listing_assets.increment import Mode
from listing_assets.listings.planned import with_drafts
from listing_assets.objects.selection import open_selection
from listing_assets.planning import Plan, plan_version
from listing_assets.versions.names import VersionName
from listing_assets.web.library import Library
from listing_assets.web.running.documents import PlanDocument, PlannedStepDocument
from listing_assets.web.running.folders import AGAIN, Kind, VersionJob
from resources.object_store import open_store

MODES: Final[tuple[Mode, Mode]] = ("incremental", "full")


def plan_job(library: Library, version: VersionName, kind: Kind, mode: Mode) -> PlanDocument:
    """The plan of a job. Lists the source, which takes seconds for a large one.

    Raises:
        NotFoundError: there is no such dataset.
        ListingError: the catalog does not describe it, or its source cannot be listed.
    """
    library.revisions(version.dataset)
    dataset, recipes = library.dataset(version.dataset)
    store = open_store(dataset.source, dataset.credentials)
    store.check()
    job = VersionJob(version=str(version), kind=kind, mode=mode)
    # A full job of one kind computes the other steps as an incremental one does.
    modes = MODES if mode == "full" and AGAIN[kind] != AGAIN["all"] else (mode,)
    plans: dict[Mode, Plan] = {
        each: with_drafts(
            plan_version(
                library.lake,
                version,
                open_selection(store, dataset.selection, version.version, dataset.credentials),
                recipes,
                mode=each,
                memory=library.settings.query_memory,
            ),
            dataset,
            library.catalog,
            library.lake,
            library.settings,
        )
        for each in modes
    }
    names = [step.name for step in plans[modes[0]].steps]
    chosen = [(plans[job.mode_of(name)], place) for place, name in enumerate(names)]
    steps = [
        PlannedStepDocument(mode=plan.mode, **asdict(plan.steps[place])) for plan, place in chosen
    ]
    asking = plans[job.mode_of("smart_tags")]
    price = recipes.tag_model.price
    tokens, costs = [step.tokens for step in steps], [step.cost for step in steps]
    return PlanDocument(
        dataset=version.dataset,
        version=version.version,
        kind=kind,
        mode=mode,
        steps=steps,
        tags=asking.tags,
        calls=sum(step.calls for step in steps),
        tokens=None if None in tokens else sum(filter(None, tokens)),
        cost=None if None in costs else sum(filter(None, costs)),
        currency=price.currency if price else "USD",
        budget=dataset.budget,
        notes=list(dict.fromkeys(note for plan in plans.values() for note in plan.notes)),
    )
