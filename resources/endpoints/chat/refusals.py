"""Why an endpoint will not take a request (HTTP 400, 422), told from the member and words it names.

Only some of these say something of the endpoint; most say something of one photo. Taking the second
for the first would give up strict answers for all photos because one of them is broken.
"""

import re

from resources.endpoints.chat.error_bodies import Complaint
from resources.endpoints.chat.ladder import Refused
from resources.endpoints.faults import CallFault

OF_FORMAT = re.compile(
    r"response[_ ]?format|json[_ ]?(?:schema|object|mode)|structured[_ ]?outputs?|enable_thinking"
    r"|guided[_ ](?:json|decoding|generation)|x?grammar\b",
    re.IGNORECASE,
)
OF_SCHEMA = re.compile(
    r"invalid[_ ](?:json[_ ])?schema|(?:provided|given) json schema|grammar error", re.IGNORECASE
)
OF_TEMPERATURE = re.compile(
    r"temperature\b.{0,60}\b(?:support|allow|only|unknown|unexpected|must)|"
    r"(?:unsupported|unknown|unrecognized)\b.{0,40}\btemperature\b",
    re.IGNORECASE,
)
OF_INPUT = re.compile(
    r"image|picture|photo|base64|multimodal|url\b|context|too (?:long|large|many)|\btokens?\b"
    r"|decod",
    re.IGNORECASE,
)
WORDS_READ = 300
"""Characters that are searched: what follows may quote the request, which has all these words."""
CODES: dict[Refused, str] = {
    "format": "unsupported_format",
    "schema": "unsupported_format",
    "temperature": "unsupported_temperature",
}


class RequestRefused(CallFault):
    """The endpoint will not take a request as it stands: `about` says what of it."""

    def __init__(self, about: Refused, words: str) -> None:
        super().__init__(CODES.get(about, "bad_request"), "lasting", words)
        self.about = about


def refused(complaint: Complaint) -> Refused:
    """What of the request a complaint is about."""
    member = re.split(r"\W", complaint.param, maxsplit=1)[0]
    words = f"{complaint.code} {complaint.words[:WORDS_READ]}"
    if member in {"response_format", "enable_thinking"} or (
        member in {"", "messages"} and OF_FORMAT.search(words)
    ):
        return "schema" if OF_SCHEMA.search(words) else "format"
    if member == "temperature" or (not member and OF_TEMPERATURE.search(words)):
        return "temperature"
    if OF_INPUT.search(words) or member == "messages":
        return "input"
    return "unknown"
