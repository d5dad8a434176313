"""Who may ask: on loopback everybody of this machine, elsewhere who has the key.

With `LISTING_API_KEY` set, every request to the API needs it, as `Authorization: Bearer`. A browser
exchanges it once for a session cookie, because pictures are asked for without headers. Without a
key, only this machine's own names are answered to, so that no web page elsewhere can have its name
resolve to this server (DNS rebinding). Requests that another site's page makes are refused.
"""

import hmac
import ipaddress
import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from threading import Lock
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from resources.errors import ListingError

KEY_VARIABLE = "LISTING_API_KEY"
SHORTEST_KEY = 16
COOKIE = "listing_session"
SESSION_SECONDS = 12 * 3600
MOST_SESSIONS = 1_000


class AccessError(ListingError):
    """The server may not be started so."""


class Access:
    """Judges requests. `key` is the secret, or None where everybody who can connect may ask."""

    def __init__(self, key: str | None) -> None:
        self._key = key.encode() if key else None
        self._sessions: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"Access(needs_key={self.needs_key})"

    @property
    def needs_key(self) -> bool:
        """Whether requests to the API need the key."""
        return self._key is not None

    def is_known_host(self, headers: Headers) -> bool:
        """Whether the request is meant for this server; with a key, any name of it will do."""
        return self.needs_key or is_loopback(_host_name(headers.get("host", "")))

    def is_same_site(self, headers: Headers) -> bool:
        """Whether no other site's page makes this request."""
        if headers.get("sec-fetch-site", "none") == "cross-site":
            return False
        origin = headers.get("origin")
        return origin is None or urlsplit(origin).netloc == headers.get("host")

    def is_allowed(self, headers: Headers) -> bool:
        """Whether the key, or a session that was opened with it, comes with the request."""
        if self._key is None:
            return True
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return hmac.compare_digest(given.strip().encode("latin-1", "replace"), self._key)
        return self._is_session(_cookie(headers))

    def open_session(self) -> str:
        """A new session's token, for the cookie."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._sessions[token] = time.monotonic() + SESSION_SECONDS
            while len(self._sessions) > MOST_SESSIONS:
                self._sessions.popitem(last=False)
        return token

    def close_session(self, headers: Headers) -> None:
        """Forget the session that a request belongs to."""
        with self._lock:
            self._sessions.pop(_cookie(headers), None)

    def _is_session(self, token: str) -> bool:
        with self._lock:
            return self._sessions.get(token, 0.0) > time.monotonic()


def access_for(host: str, environment: Mapping[str, str] = os.environ) -> Access:
    """The access of a server that listens at `host`.

    Raises:
        AccessError: others could connect and there is no key, or one that is easily guessed.
    """
    key = environment.get(KEY_VARIABLE, "").strip()
    if key and (len(key) < SHORTEST_KEY or not key.isascii()):
        raise AccessError(
            f"{KEY_VARIABLE} has to be at least {SHORTEST_KEY} ASCII characters.",
            "Make one: python -c 'import secrets; print(secrets.token_urlsafe(32))'",
        )
    if not key and not is_loopback(host):
        raise AccessError(
            f"at {host}, others than you could read and correct every photo.",
            f"Set {KEY_VARIABLE} to a key of {SHORTEST_KEY} characters or more, or serve on"
            " 127.0.0.1.",
        )
    return Access(key or None)


def is_loopback(host: str) -> bool:
    """Whether a host's name or address means this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host_name(host: str) -> str:
    """A Host header without its port and brackets."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _cookie(headers: Headers) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""
