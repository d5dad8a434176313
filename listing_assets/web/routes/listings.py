"""Listings: drafted while their person waits, accepted, and those of a published version."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from listing_assets.catalog import Catalog, Dataset
from listing_assets.listings.events import Event
from listing_assets.listings.honesty import load_rules
from listing_assets.listings.online import Upload, accept, drafted, rates, recheck
from listing_assets.listings.online.adoptions import UnknownDraftError
from listing_assets.web.errors import NotFoundError
from listing_assets.web.listing_documents import (
    AdoptionDocument,
    AdoptionRequest,
    CheckDocument,
    CheckRequest,
    DraftsPage,
    ListingDefinitionDocument,
    ListingDefinitions,
    RateDocument,
    TemplateDocument,
    VersionDraftDocument,
)
from listing_assets.web.listing_drafts import VersionDrafts
from listing_assets.web.listing_orders import FORM, PublishedPhotos, read_order
from listing_assets.web.listing_stream import EventStream
from listing_assets.web.listings import Listings
from listing_assets.web.paging import Page
from listing_assets.web.questions import Key
from listing_assets.web.routes import DatasetName, FromLibrary, Reference

router = APIRouter(tags=["listings"])
BODY: Final = {
    "requestBody": {
        "required": True,
        "description": "1 to 9 photos of one product: their files, or those of a version.",
        "content": {
            "multipart/form-data": {"schema": FORM},
            "application/json": {"schema": PublishedPhotos.model_json_schema()},
        },
    }
}
EVENTS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "What happens, as server-sent events; the last is finished or error.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


def listings_of(request: Request) -> Listings:
    """The listings of the installation that the app was built with."""
    listings: Listings = request.app.state.listings
    return listings


def drafts_of(request: Request) -> VersionDrafts:
    """The drafts of the versions of the installation."""
    drafts: VersionDrafts = request.app.state.version_drafts
    return drafts


FromListings = Annotated[Listings, Depends(listings_of)]
FromDrafts = Annotated[VersionDrafts, Depends(drafts_of)]


@router.post("/listings", openapi_extra=BODY, responses=EVENTS, response_class=Response)
async def draft_listing(
    request: Request, library: FromLibrary, listings: FromListings
) -> EventStream:
    """Draft the listing of a product; each event is told as it happens.

    Where the client goes away, nothing more is asked. What was answered is kept, and so is the
    draft: the same photos are not paid for again.
    """
    order = await read_order(request, library)
    definition = await run_in_threadpool(listings.definition, order.definition)
    dataset = await run_in_threadpool(listings.dataset, order.dataset, definition)
    events = _drafted(listings, definition.name, dataset, library.catalog, order.uploads)
    first = await anext(events)
    template = partial(listings.template, language=definition.language)
    return EventStream(first, events, template)


@router.get("/listings/definitions")
def list_listing_definitions(library: FromLibrary, listings: FromListings) -> ListingDefinitions:
    """The listing definitions and attribute templates of the catalog."""
    written = listings.written
    return ListingDefinitions(
        usual=listings.usual,
        definitions=[
            ListingDefinitionDocument.of(one, listings.usual_dataset(one))
            for _, one in sorted(written.definitions.items())
        ],
        templates=[TemplateDocument.of(one) for one in written.templates],
        datasets=sorted(library.catalog.datasets),
    )


@router.post("/listings/checks")
def check_description(
    library: FromLibrary, listings: FromListings, wanted: CheckRequest
) -> CheckDocument:
    """Check a description that was edited: its claims, and the rules that it breaks."""
    written = listings.written
    rules = load_rules(written.rules_file(listings.definition(wanted.definition)))
    try:
        draft = drafted(library.lake, wanted.recipe)
    except UnknownDraftError as error:
        raise NotFoundError(error.problem, error.remedy) from error
    return CheckDocument.of(recheck(draft, wanted.description, rules))


@router.post("/listings/adoptions")
def adopt_listing(library: FromLibrary, wanted: AdoptionRequest) -> AdoptionDocument:
    """Note that a draft is accepted, and how much of it was kept."""
    try:
        adoption = accept(
            library.lake, wanted.definition, wanted.recipe, wanted.accepted, wanted.author
        )
    except UnknownDraftError as error:
        raise NotFoundError(error.problem, error.remedy) from error
    return AdoptionDocument.of(adoption)


@router.get("/listings/adoptions")
def list_adoption_rates(library: FromLibrary) -> list[RateDocument]:
    """How many drafts were offered and accepted by each definition, and how much was kept."""
    return [RateDocument.of(one) for one in rates(library.lake)]


@router.get("/datasets/{dataset}/versions/{version}/drafts")
def list_drafts(
    library: FromLibrary,
    drafts: FromDrafts,
    dataset: DatasetName,
    version: Reference,
    page: Annotated[Page, Query()],
) -> DraftsPage:
    """The drafts of a version's products, as far as they are made."""
    published = library.open(dataset, version)
    products = drafts.products(published)
    drafted = drafts.drafted(products)
    asked = dataset, published.revision, products.definition.name
    start = page.start(*asked)
    return DraftsPage(
        dataset=dataset,
        revision=published.revision,
        definition=products.definition.name,
        total=len(drafted),
        next_token=page.following(len(drafted), *asked),
        drafts=drafts.read(products, drafted[start : start + page.max_results]),
    )


@router.get("/datasets/{dataset}/versions/{version}/draft")
def get_draft(
    library: FromLibrary,
    drafts: FromDrafts,
    dataset: DatasetName,
    version: Reference,
    key: Annotated[Key, Query()],
) -> VersionDraftDocument:
    """The draft of the product that a photo shows."""
    published = library.open(dataset, version)
    products = drafts.products(published)
    numbers = [number for number, keys in enumerate(products.keys) if key in keys]
    found = drafts.read(products, numbers)
    if not found:
        raise NotFoundError(
            f"{published} has no draft with the photo '{key}'.",
            f"Draft it: listing run {published.version}",
        )
    return found[0]


async def _drafted(
    listings: Listings, definition: str, dataset: Dataset, catalog: Catalog, uploads: list[Upload]
) -> AsyncGenerator[Event, None]:
    async with (
        listings.studios.enter(definition, dataset, catalog) as studio,
        aclosing(studio.draft(uploads)) as events,
    ):
        async for event in events:
            yield event
