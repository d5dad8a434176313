"""Why an endpoint will not take a request (HTTP 400, 422), told from the member and words it names.

Only some of these say something of the endpoint; most say something of one photo. Taking the second
for the first would give up strict answers for all photos because one of them is broken. Many
servers tell in words alone, without a code or a member, so that words count as much as those.
"""

import re
from collections.abc import Iterable
from typing import Literal

from resources.endpoints.complaints.error_bodies import Complaint
from resources.endpoints.faults import CallFault

Refused = Literal["format", "schema", "temperature", "limit", "input", "unknown"]
"""
What an endpoint will not take: `format`: structured output of this kind; `schema`: the schema of
this very request; `temperature`: the default temperature of 0; `limit`: the name of the limit of
tokens, `max_tokens` or `max_completion_tokens`; `input`: the photo or the text. `unknown`: it does
not say.
"""

UNWANTED = (
    r"(?:un|not |n't )support|(?:un|not |n't )allow|not permitted|unknown|unrecogni[sz]ed"
    r"|unexpected|\bextra\b|deprecated"
)
"""How servers say that they do not know a member, or will not have it."""
OF_FORMAT = re.compile(
    r"response[_ -]?format|json[_ ]?(?:schema|object|mode)|structured[_ ]?outputs?|enable_thinking"
    r"|guided[_ ](?:json|decoding|generation)|x?grammar\b",
    re.IGNORECASE,
)
OF_SCHEMA = re.compile(
    r"invalid[_ ](?:json[_ ])?schema|(?:provided|given) json schema|grammar error", re.IGNORECASE
)
OF_TEMPERATURE = re.compile(
    r"temperature\b.{0,60}\b(?:support|allow|permit|only|unknown|unexpected|unsupported|must)"
    rf"|(?:{UNWANTED})\w*\b.{{0,40}}\btemperature\b",
    re.IGNORECASE,
)
LIMIT = r"max_(?:completion_|output_)?tokens\b"
OF_LIMIT = re.compile(
    rf"{LIMIT}.{{0,60}}(?:{UNWANTED})|(?:{UNWANTED}).{{0,60}}{LIMIT}|\buse\W{{1,3}}{LIMIT}",
    re.IGNORECASE,
)
OF_OPTION = re.compile(
    rf"{UNWANTED}|invalid|must be|should be|out of range"
    r"|at (?:most|least)|too (?:large|small|high)",
    re.IGNORECASE,
)
OF_INPUT = re.compile(
    r"image|picture|photo|base64|multimodal|url\b|context|too (?:long|large|many)|\btokens?\b"
    r"|decod",
    re.IGNORECASE,
)
OF_MODEL = re.compile(
    r"\bmodels?\b.{0,120}?(?:not found|(?:not|n't) exist|not (?:available|served|loaded|deployed))"
    r"|\b(?:unknown|no such|unrecogni[sz]ed) model\b|\binvalid model (?:name|id)"
    r"|\bpinned to\b",
    re.IGNORECASE,
)
OF_SIGHT = re.compile(
    r"image input is not supported|\bmmproj\b|not a (?:multimodal|vision) model"
    r"|image_url is only supported by certain models|missing data required for image input"
    r"|do(?:es)? not support (?:vision|images|(?:image|multimodal) (?:inputs?|data))\s*(?:$|[.,;])",
    re.IGNORECASE,
)
WORDS_READ = 300
"""Characters that are searched: what follows may quote the request, which has all these words."""
CODES: dict[Refused, str] = {
    "format": "unsupported_format",
    "schema": "unsupported_format",
    "temperature": "unsupported_temperature",
    "limit": "unsupported_option",
}


class RequestRefused(CallFault):
    """The endpoint will not take a request as it stands: `about` says what of it."""

    def __init__(self, about: Refused, words: str) -> None:
        super().__init__(CODES.get(about, "bad_request"), "lasting", words)
        self.about = about


def refused(complaint: Complaint) -> Refused:
    """What of the request a complaint is about."""
    member, words = _member(complaint), _words(complaint)
    if member in {"response_format", "enable_thinking"} or (
        member in {"", "messages"} and OF_FORMAT.search(words)
    ):
        return "schema" if OF_SCHEMA.search(words) else "format"
    if (not member or re.fullmatch(LIMIT, member)) and OF_LIMIT.search(words):
        return "limit"
    if member == "temperature" or (not member and OF_TEMPERATURE.search(words)):
        return "temperature"
    if OF_INPUT.search(words) or member == "messages":
        return "input"
    return "unknown"


def refused_option(complaint: Complaint, options: Iterable[str]) -> str | None:
    """That of the user's options which a complaint names; None where it names none."""
    member, words = _member(complaint), _words(complaint)
    for option in options:
        if option == member:
            return option
        name = re.escape(option)
        named = rf"['\"`]{name}['\"`]" if "_" not in option else rf"\b{name}\b"
        if not member and re.search(named, words) and OF_OPTION.search(words):
            return option
    return None


def lacks_model(complaint: Complaint, model: str) -> bool:
    """Whether a complaint says that there is no such model, rather than something of a photo."""
    words = re.sub(rf"(?<!\w){re.escape(model)}(?!\w)", "", _words(complaint))
    if OF_INPUT.search(words):
        return False
    return _member(complaint) == "model" or bool(OF_MODEL.search(words))


def takes_no_photo(complaint: Complaint) -> bool:
    """Whether a complaint says that the model cannot see, rather than something of one photo."""
    return bool(OF_SIGHT.search(_words(complaint)))


def _member(complaint: Complaint) -> str:
    return re.split(r"\W", complaint.param, maxsplit=1)[0]


def _words(complaint: Complaint) -> str:
    return f"{complaint.code} {complaint.words[:WORDS_READ]}"
