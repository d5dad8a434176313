"""Text that came from an endpoint, made fit to keep: storable, and without secrets."""

import re

from resources.endpoints.faults import MOST_WORDS

URL_QUERY = re.compile(r"(https?://[^\s\"'?]+)\?[^\s\"']+")
"""The query of a signed URL opens the object."""
DATA_URL = re.compile(r"data:image/[^\s\"']{40,}")
SHORTENED_KEY = re.compile(r"[\w.-]*\*{3,}[\w.*-]*")
"""A key as servers repeat it: its ends, with asterisks between them."""
TELLING = 8
"""So many characters of a key in a row are no chance."""
MOST_SEARCHED = 1_000_000
"""Characters; a complaint may repeat a whole request before it comes to the point."""


def storable(text: str) -> str:
    """The text with U+FFFD for lone surrogates, which JSON can escape and UTF-8 cannot hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def redacted(words: str, key: str | None) -> str:
    """The beginning of an endpoint's words, without the key, signatures of URLs, and photos."""
    words = storable(words)
    if key:
        words = words.replace(key, "***")
    words = URL_QUERY.sub(r"\1?…", DATA_URL.sub("data:…", words[:MOST_SEARCHED]))[:MOST_WORDS]
    return SHORTENED_KEY.sub("***", _without_parts(words, key) if key else words)


def _without_parts(words: str, key: str) -> str:
    """`words` without those that have a part of the key in them."""
    parts = {key[start : start + TELLING] for start in range(len(key) - TELLING + 1)}

    def told(match: re.Match[str]) -> str:
        word = match[0]
        has_part = any(word[at : at + TELLING] in parts for at in range(len(word) - TELLING + 1))
        return "***" if has_part else word

    return re.sub(r"\S+", told, words)
