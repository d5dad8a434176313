"""What stands before every request: who asks, how much is sent, and the headers of each answer."""

from collections.abc import Iterator
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from listing_assets.web.access import Access
from listing_assets.web.errors import error_response

UPLOAD_PATH: Final = "/api/uploads"
MOST_UPLOAD: Final = 20 * 1024 * 1024
"""Bytes of a photo to search by, and of each photo of a listing."""
LISTING_PATH: Final = "/api/listings"
MOST_LISTING: Final = 100 * 1024 * 1024
"""Bytes of the photos of a listing together."""
MOST_BODY: Final = 16 * 1024 * 1024
"""Bytes of any other request, such as one that names 100,000 photos by their keys."""
MOST: Final = {UPLOAD_PATH: MOST_UPLOAD, LISTING_PATH: MOST_LISTING}
PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class SecurityHeaders:
    """Adds to each answer what keeps browsers from misusing it; a route's own header stands."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, send_with_headers)


class Gate:
    """Lets requests in that may ask. The page itself holds no data and is for everybody."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            refusal = self._refusal(scope)
            if refusal is not None:
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if not self._access.is_known_host(headers):
            return error_response(
                421,
                "this server answers to localhost and 127.0.0.1 only.",
                "Open it by one of these names.",
            )
        if not scope["path"].startswith("/api/"):
            return None
        if not self._access.is_same_site(headers):
            return error_response(403, "another site's page made this request.")
        if not self._access.is_allowed(headers):
            return error_response(
                401,
                "the key is missing or wrong.",
                "Send it as 'Authorization: Bearer KEY'.",
                {"WWW-Authenticate": "Bearer"},
            )
        return None


class BodyLimit:
    """Refuses bodies that are too large: by what they announce, and by what really comes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = MOST.get(scope["path"], MOST_BODY)
        refusal = error_response(
            413, f"the request has more than {most:,} bytes.", "Send less, or a smaller photo."
        )
        if any(length > most for length in _announced(scope)):
            await refusal(scope, receive, send)
            return
        received = 0
        too_large = False

        async def receive_bounded() -> Message:
            nonlocal received, too_large
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                too_large = True
                return {"type": "http.disconnect"}
            return message

        async def send_unless_refused(message: Message) -> None:
            if not too_large:
                await send(message)

        try:
            await self._app(scope, receive_bounded, send_unless_refused)
        except Exception:
            if not too_large:
                raise
        if too_large:
            await refusal(scope, receive, send)


def _announced(scope: Scope) -> Iterator[int]:
    for text in Headers(scope=scope).getlist("content-length"):
        if text.isdecimal():
            yield int(text)
