"""Errors as the API tells them: `{"problem", "remedy"}` under the fitting HTTP status."""

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match, Mount

from listing_assets.corrections.journal import CorrectionError
from listing_assets.exports import ExportError
from listing_assets.search import QueryError, SearchError
from resources.errors import (
    CatalogError,
    LakeError,
    ListingError,
    ModelError,
    SourceError,
    VersionBusyError,
)

log = logging.getLogger(__name__)


class NotFoundError(ListingError):
    """There is no such dataset, version, photo or upload."""


class RefusedError(ListingError):
    """What was sent cannot be taken."""


class ChangedError(ListingError):
    """The source no longer holds what the revision was made of."""


METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
STATUS: tuple[tuple[type[ListingError], int], ...] = (
    (NotFoundError, 404),
    (ChangedError, 409),
    (VersionBusyError, 409),
    (RefusedError, 422),
    (CorrectionError, 422),
    (ExportError, 422),
    (SearchError, 400),
    (CatalogError, 503),
    (LakeError, 503),
    (ModelError, 502),
    (SourceError, 502),
    (ListingError, 400),
)
"""The first class that fits gives the status."""


def tell_errors(app: FastAPI) -> None:
    """Let every error of `app` be answered in the one form."""
    app.add_exception_handler(ListingError, _of_listing)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _of_server)


def error_response(
    status: int, problem: str, remedy: str = "", headers: dict[str, str] | None = None
) -> JSONResponse:
    """An error in the one form."""
    return JSONResponse({"problem": problem, "remedy": remedy}, status, headers)


def _of_listing(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ListingError)
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    if status >= 500:
        log.warning("%s %s: %s", request.method, request.url.path, error.problem)
    document: dict[str, object] = {"problem": error.problem, "remedy": error.remedy}
    if isinstance(error, QueryError):
        document["place"] = {"start": error.start, "end": error.end, "reason": error.reason}
    return JSONResponse(document, status)


def _of_validation(request: Request, error: Exception) -> JSONResponse:
    del request
    assert isinstance(error, RequestValidationError)
    mistakes = [
        f"{'.'.join(str(part) for part in one['loc'][1:]) or one['loc'][0]}: {one['msg']}"
        for one in error.errors()
    ]
    return error_response(422, "; ".join(mistakes), "The API is described at /api/openapi.json.")


def _of_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    problem = f"{request.method} {request.url.path}: {error.detail}."
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    if error.status_code == 405 and (methods := _methods(request)):
        headers["allow"] = ", ".join(methods)
    return error_response(
        error.status_code, problem, "The API is described at /api/openapi.json.", headers
    )


def _methods(request: Request) -> list[str]:
    """All methods that routes of the API take at the path; the router tells those of one route."""
    routes = [one for one in request.app.router.routes if not isinstance(one, Mount)]
    return [
        method
        for method in METHODS
        for scope in ({**request.scope, "method": method},)
        if any(route.matches(scope)[0] == Match.FULL for route in routes)
    ]


def _of_server(request: Request, error: Exception) -> JSONResponse:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return error_response(500, "the server failed at this request.", "Its log says more.")
