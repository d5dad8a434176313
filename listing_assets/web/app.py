"""Assembles the server: routes, what stands before them, and the page."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.routing import Match, Mount
from starlette.types import Scope

from listing_assets.settings import Settings
from listing_assets.web.access import Access
from listing_assets.web.definition_trials import Trials
from listing_assets.web.documents import PROBLEMS
from listing_assets.web.ending import Unfinished
from listing_assets.web.errors import tell_errors
from listing_assets.web.guards import BodyLimit, Gate, SecurityHeaders
from listing_assets.web.library import Library
from listing_assets.web.listing_drafts import VersionDrafts
from listing_assets.web.listings import Listings
from listing_assets.web.routes import (
    corrections,
    datasets,
    definitions,
    exports,
    files,
    jobs,
    listings,
    photos,
    plans,
    session,
    uploads,
)
from listing_assets.web.running.jobs import Jobs

PARTS = (
    datasets,
    files,
    photos,
    corrections,
    uploads,
    definitions,
    listings,
    plans,
    jobs,
    exports,
    session,
)
STATIC = Path(__file__).parent / "static"


class Pages(Mount):
    """The pages, at every path that is not the API's: there a wrong method is told as one."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the path is a page's."""
        if scope["path"].startswith("/api/"):
            return Match.NONE, {}
        return super().matches(scope)


def build_app(settings: Settings, access: Access) -> FastAPI:
    """The REST API under `/api`, described at `/api/openapi.json`, and the page at `/`."""
    library = Library(settings)
    trials = Trials(settings, library.lake)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        logging.getLogger("uvicorn.error").addFilter(Unfinished())
        yield
        await app.state.listings.studios.close()
        trials.close()
        app.state.jobs.close()
        library.close()

    app = FastAPI(
        title="Listing Assets",
        summary="Search, look at, correct and export dataset versions, and bring them up to date.",
        version=version("listing-assets"),
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.library = library
    app.state.trials = trials
    app.state.listings = Listings(library)
    app.state.version_drafts = VersionDrafts(library, app.state.listings)
    app.state.jobs = Jobs(settings)
    app.state.access = access
    tell_errors(app)
    api = APIRouter(prefix="/api", responses=PROBLEMS)
    for part in PARTS:
        api.include_router(part.router)
    app.include_router(api)
    app.router.routes.append(Pages("/", StaticFiles(directory=STATIC, html=True)))
    app.add_middleware(BodyLimit)
    app.add_middleware(Gate, access=access)
    app.add_middleware(SecurityHeaders)
    return app
