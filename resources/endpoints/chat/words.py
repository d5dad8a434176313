"""Text that came from an endpoint, made fit to keep: storable, and without secrets."""

import re

from resources.endpoints.faults import MOST_WORDS

URL_QUERY = re.compile(r"(https?://[^\s\"'?]+)\?[^\s\"']+")
"""The query of a signed URL opens the object."""
DATA_URL = re.compile(r"data:image/[^\s\"']{40,}")
MOST_SEARCHED = 1_000_000
"""Characters; a complaint may repeat a whole request before it comes to the point."""


def storable(text: str) -> str:
    """The text without lone surrogates, which JSON can escape and UTF-8 cannot hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def redacted(words: str, key: str | None) -> str:
    """The beginning of an endpoint's words, without the key, signatures of URLs, and photos."""
    words = storable(words)
    if key:
        words = words.replace(key, "***")
    return URL_QUERY.sub(r"\1?…", DATA_URL.sub("data:…", words[:MOST_SEARCHED]))[:MOST_WORDS]
