"""A browser's session: the key is given once, a cookie stands for it."""

from fastapi import APIRouter, Request, Response

from listing_assets.web.access import COOKIE, SESSION_SECONDS, Access
from listing_assets.web.documents import SessionDocument

router = APIRouter(prefix="/session", tags=["session"])


@router.get("")
def get_session(request: Request) -> SessionDocument:
    """Whether requests need the key. Answered only to who may ask."""
    return SessionDocument(needs_key=_access(request).needs_key)


@router.post("")
def open_session(request: Request, response: Response) -> SessionDocument:
    """Give the key as `Authorization: Bearer`; a cookie that scripts cannot read stands for it."""
    access = _access(request)
    if access.needs_key:
        response.set_cookie(
            COOKIE,
            access.open_session(),
            max_age=SESSION_SECONDS,
            path="/api",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
    return SessionDocument(needs_key=access.needs_key)


@router.delete("")
def close_session(request: Request, response: Response) -> SessionDocument:
    """Forget the cookie."""
    access = _access(request)
    access.close_session(request.headers)
    response.delete_cookie(COOKIE, path="/api", httponly=True, samesite="strict")
    return SessionDocument(needs_key=access.needs_key)


def _access(request: Request) -> Access:
    access: Access = request.app.state.access
    return access
