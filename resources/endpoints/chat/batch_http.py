"""`BatchHttp`: single requests about files and batches, and how often each is tried."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from resources.endpoints.chat.providers import base_url, identity_headers
from resources.endpoints.complaints import Complaints
from resources.endpoints.complaints.error_bodies import read_complaint
from resources.endpoints.config import EndpointConfig, catalog_file
from resources.endpoints.faults import CallFault
from resources.endpoints.flow.backoff import backoff
from resources.endpoints.flow.patience import Patience
from resources.endpoints.flow.stops import (
    is_down,
    refuses_all,
    refuses_for_long,
    wants_a_long_wait,
)
from resources.errors import ModelError

T = TypeVar("T")

SILENCE = 60.0
"""Seconds without a byte after which a request is taken for lost; or the model's own timeout, where
that is longer."""
LONGEST_CONNECT = 10.0


class BatchHttp:
    """Plain HTTP to one endpoint: attempts raise `CallFault`, and `patiently` repeats them."""

    def __init__(self, config: EndpointConfig, patience: Patience) -> None:
        """Nothing is sent yet.

        Raises:
            ModelError: the key is not in the environment, or there is no endpoint to call.
        """
        key = config.api_key()
        self.endpoint = base_url(config)
        self.complaints = Complaints(config, key)
        self._config = config
        self._patience = patience
        headers = identity_headers(config, key)
        self._client = httpx2.Client(
            base_url=self.endpoint,
            headers={name: text for name, text in headers.items() if isinstance(text, str)},
            timeout=httpx2.Timeout(max(SILENCE, config.timeout_ms / 1000), connect=LONGEST_CONNECT),
            follow_redirects=False,
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def json(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        """The JSON object that one request is answered with, which has an id or is a list."""
        try:
            response = self._client.request(method, path, **sent)
        except httpx2.HTTPError as error:
            raise self._lost(error) from None
        if not response.is_success:
            raise self._fault(response)
        try:
            document = response.json()
        except (ValueError, RecursionError):
            raise self.complaints.malformed(response.text) from None
        if (
            not isinstance(document, dict)
            or document.get("error")
            or not {"id", "data"} & document.keys()
        ):
            raise self.complaints.fault_in_success(document)
        return document

    def download(self, url: str, path: Path) -> int:
        """Stream a body to the disk; the number of line ends in it."""
        lines = 0
        try:
            with (
                self._client.stream("GET", url) as response,
                path.open("wb") as file,
            ):
                if not response.is_success:
                    response.read()
                    raise self._fault(response)
                for chunk in response.iter_bytes():
                    lines += chunk.count(b"\n")
                    file.write(chunk)
        except httpx2.HTTPError as error:
            raise self._lost(error) from None
        return lines

    def patiently(self, attempt: Callable[[], T], what: str) -> T:
        """What an attempt brings, tried again while its failure may pass.

        Raises:
            ModelError: the endpoint will not take it.
            EndpointStoppedError: no call can succeed until the user acts, or patience ended.
        """
        began, failures = time.monotonic(), 0
        while True:
            try:
                return attempt()
            except CallFault as fault:
                failures += 1
                if fault.kind == "stopping":
                    raise refuses_all(self._config, fault) from None
                if fault.kind == "lasting":
                    raise self._refusal(fault, what) from None
                if failures >= self._patience.most_attempts:
                    ended = refuses_for_long if fault.kind == "busy" else is_down
                    raise ended(self._config, fault, time.monotonic() - began) from None
                wait = fault.retry_after_seconds or 0.0
                if wait > self._patience.call_seconds(SILENCE):
                    raise wants_a_long_wait(self._config, fault) from None
                time.sleep(backoff(self._patience, failures, wait))

    def _fault(self, response: httpx2.Response) -> CallFault:
        fault = self.complaints.fault(response.status_code, response.headers, response.content)
        if fault.code != "not_found":
            return fault
        words = read_complaint(response.status_code, response.content).words
        told = self.complaints.redacted(f"HTTP {response.status_code}: {words}")
        return CallFault("not_found", "lasting", told)

    def _lost(self, error: Exception) -> CallFault:
        words = self.complaints.redacted(f"{type(error).__name__}: {error}")
        return CallFault("connection_failed", "passing", words)

    def _refusal(self, fault: CallFault, what: str) -> ModelError:
        if fault.code == "not_found":
            return ModelError(
                f"model {self._config.name}: its endpoint has no batches, or not {what}"
                f" ({fault.words}).",
                f"Check 'endpoint' in {catalog_file('models.yaml')}; where it has no Batch API, set"
                " 'mode: online'.",
            )
        return ModelError(
            f"model {self._config.name}: its endpoint will not take {what}:"
            f" {fault.words.rstrip('.')}.",
            "Mend what it complains of, or lower batch_max_requests and batch_max_bytes in the"
            " model's options, then run again.",
        )
