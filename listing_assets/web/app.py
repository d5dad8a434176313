"""Assembles the server: routes, what stands before them, and the page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles

from listing_assets.settings import Settings
from listing_assets.web.access import Access
from listing_assets.web.documents import PROBLEMS
from listing_assets.web.errors import tell_errors
from listing_assets.web.guards import BodyLimit, Gate, SecurityHeaders
from listing_assets.web.library import Library
from listing_assets.web.routes import corrections, datasets, files, photos, session, uploads

STATIC = Path(__file__).parent / "static"


def build_app(settings: Settings, access: Access) -> FastAPI:
    """The REST API under `/api`, described at `/api/openapi.json`, and the page at `/`."""
    library = Library(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        library.close()

    app = FastAPI(
        title="Listing Assets",
        summary="Search, look at and correct published dataset versions.",
        version=version("listing-assets"),
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.library = library
    app.state.access = access
    tell_errors(app)
    api = APIRouter(prefix="/api", responses=PROBLEMS)
    for part in (datasets, files, photos, corrections, uploads, session):
        api.include_router(part.router)
    app.include_router(api)
    app.mount("/", StaticFiles(directory=STATIC, html=True))
    app.add_middleware(BodyLimit)
    app.add_middleware(Gate, access=access)
    app.add_middleware(SecurityHeaders)
    return app
