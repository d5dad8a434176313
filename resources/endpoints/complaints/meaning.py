"""What an endpoint's errors mean: HTTP statuses and error codes become faults.

Faults have the endpoint's own words, without secrets. Only of a key that it refuses are they left
out, because an endpoint may echo a part of the key in any form.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from resources.endpoints.complaints.error_bodies import Complaint, complaint_in, read_complaint
from resources.endpoints.complaints.refusals import (
    RequestRefused,
    lacks_model,
    refused,
    refused_option,
    takes_no_photo,
)
from resources.endpoints.complaints.retry_after import retry_after_seconds
from resources.endpoints.complaints.words import redacted
from resources.endpoints.config import EndpointConfig, catalog_file
from resources.endpoints.faults import CallFault

FILTERED = re.compile(
    r"data_?inspection_?failed|inappropriate content|content (?:filter|management policy)"
    r"|(?:was|were|been) filtered",
    re.IGNORECASE,
)
FILTER_LETTERS = re.compile(
    r"datainspectionfailed|contentfilter|contentpolicy|responsibleaipolicy|moderationblocked"
)
IN_ARREARS = re.compile(
    r"arrearage|billoverdue|billinghardlimit|billingnotactive|insufficientbalance|freetieronly"
)
STATUS_OF_LETTERS: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"invalidapikey|incorrectapikey|unauthorized|authenticationerror"), 401),
    (re.compile(r"accessdenied|permissiondenied|unpurchased"), 403),
    (re.compile(r"modelnotfound|modelnotexist|deploymentnotfound"), 404),
    (re.compile(r"throttling|ratequota|ratelimit|limitrequests|limitburst|insufficientquota"), 429),
)
"""Codes that say more than the HTTP status they come with: 200, 400, 429 or 5xx."""
STATUS_IN_SUCCESS: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"timeout"), 408),
    (re.compile(r"invalid|badrequest|unsupported"), 400),
)
"""What further codes would have come with, had they not come with HTTP 200."""
UNPARSABLE = re.compile(r"produced output that does not match", re.IGNORECASE)
"""A server that cannot read what its own model wrote; asked again, the model writes the same."""
BUSY = frozenset({429, 450})
"""450 is PAI-EAS: the queue of the service is full."""
PASSING = {408: "timed_out", 409: "conflict", 425: "server_error"}
LASTING = {413: "too_many_bytes"}
REDIRECTS = frozenset({300, 301, 302, 303, 307, 308})
MOST_SAID = 240
"""Characters of an endpoint's words that stand in a sentence of ours."""


class Complaints:
    """Turns the errors of one endpoint into faults."""

    def __init__(self, config: EndpointConfig, key: str | None) -> None:
        self._config = config
        self._key = key

    def fault(self, status: int, headers: Mapping[str, str], content: bytes) -> CallFault:
        """The fault that a response with an HTTP status other than 2xx means."""
        if status in REDIRECTS:
            return self._redirected(status, headers.get("location", ""))
        complaint = read_complaint(status, content)
        return self._fault(complaint, self._status(complaint), retry_after_seconds(headers))

    def fault_in_success(self, body: Any) -> CallFault:
        """The fault that an HTTP 200 means whose body is no completion; it may hold an error."""
        complaint = complaint_in(200, body)
        named = bool(complaint.code) or (isinstance(body, dict) and bool(body.get("error")))
        status = self._status(complaint)
        if not named or status == 200:
            return self.malformed(complaint.words)
        return self._fault(complaint, status, None)

    def malformed(self, words: str) -> CallFault:
        """A response that is no chat completion."""
        return CallFault("malformed_response", "passing", self.redacted(words))

    def redacted(self, words: str) -> str:
        """An endpoint's words, fit to keep."""
        return redacted(words, self._key)

    def _status(self, complaint: Complaint) -> int:
        """The HTTP status that a complaint deserves."""
        status, letters = complaint.status, complaint.letters
        if IN_ARREARS.search(letters):
            return 402
        if "insufficientquota" in letters and not self._config.is_model_studio:
            return 402  # Model Studio says it of the tokens of a minute
        if status not in {200, 400, 429} and status < 500:
            return status
        for pattern, meant in STATUS_OF_LETTERS:
            if pattern.search(letters):
                return meant
        if status != 200:
            return status
        for pattern, meant in STATUS_IN_SUCCESS:
            if pattern.search(letters):
                return meant
        number = re.search(r"\b\d{3}\b", letters)
        return int(number[0]) if number else 500

    def _fault(self, complaint: Complaint, status: int, wait: float | None) -> CallFault:
        words = self.redacted(complaint.words)
        if FILTER_LETTERS.search(complaint.letters) or FILTERED.search(complaint.words):
            return CallFault("content_filtered", "lasting", words)
        if UNPARSABLE.search(complaint.words):
            return CallFault("malformed_response", "lasting", words)
        if status in BUSY:
            return CallFault("rate_limited", "busy", words, retry_after_seconds=wait)
        if status in {400, 422, 500, 501}:
            if takes_no_photo(complaint):
                return self._sightless(status, words)
            about = refused(complaint)
            if about in {"input", "unknown"} and lacks_model(complaint, self._config.model):
                return self._not_found(status, words)
            if status < 500 or about not in {"input", "unknown"}:
                return self._refusal(complaint, words)
        if status >= 500 or status in PASSING:
            code = PASSING.get(status, "server_error")
            return CallFault(
                code, "passing", words, retry_after_seconds=wait, may_be_input=status == 500
            )
        code = LASTING.get(status, "bad_request")
        return self._stopping(status, words) or CallFault(code, "lasting", words)

    def _refusal(self, complaint: Complaint, words: str) -> CallFault:
        about = refused(complaint)
        option = refused_option(complaint, self._config.options)
        if option is None or about in {"input", "limit"}:
            return RequestRefused(about, words)
        return CallFault(
            "option_refused",
            "stopping",
            f"it does not take the option '{option}'{_said(words)}; change 'options' of the model"
            f" in {catalog_file('models.yaml')}",
        )

    def _stopping(self, status: int, words: str) -> CallFault | None:
        """What only the user can mend, as a part of the sentence that stops the run."""
        match status:
            case 401:
                return CallFault("key_refused", "stopping", "HTTP 401")
            case 403:
                key = self._config.api_key_env
                told = (
                    f"HTTP 403{_said(words)}; check {f'the key in {key}' if key else 'api_key_env'}"
                    f" and that its account may use the model '{self._config.model}'"
                )
                return CallFault("access_denied", "stopping", told)
            case 402:
                told = "its balance or its quota is spent"
                return CallFault("in_arrears", "stopping", told)
            case 404 | 405 | 410:
                return self._not_found(status, words)
            case _:
                return None

    def _not_found(self, status: int, words: str) -> CallFault:
        told = (
            f"HTTP {status}{_said(words)}; it has no model '{self._config.model}', or no such path."
            f" Check 'model' and 'endpoint' in {catalog_file('models.yaml')}"
        )
        if self._config.type in {"MLLM", "LLM"}:
            told += ": most endpoints of chat models end in /v1"
        return CallFault("not_found", "stopping", told)

    def _redirected(self, status: int, location: str) -> CallFault:
        try:
            place = urlsplit(location)
        except ValueError:
            place = urlsplit("")
        host = place.netloc.rpartition("@")[2]
        to = f" to {place.scheme}://{host}{place.path}" if host else ""
        told = (
            f"HTTP {status}; it sends requests on{to}, which is not followed with the key and the"
            f" photos. Set 'endpoint' in {catalog_file('models.yaml')} to where it answers itself"
        )
        return CallFault("redirected", "stopping", self.redacted(told))

    def _sightless(self, status: int, words: str) -> CallFault:
        told = (
            f"HTTP {status}{_said(words)}; its model '{self._config.model}' sees no photos. Name"
            f" one that does as 'model' in {catalog_file('models.yaml')}, or serve it with the"
            " part that sees"
        )
        return CallFault("takes_no_photos", "stopping", told)


def _said(words: str) -> str:
    """The endpoint's words within a sentence of ours."""
    said = " ".join(words.split())
    if not said:
        return ""
    return f" ({said[:MOST_SAID].rstrip('.')}{'…' if len(said) > MOST_SAID else ''})"
