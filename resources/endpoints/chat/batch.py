"""`BatchClient`: the OpenAI Batch API, which Model Studio has too, over plain HTTP.

Files are streamed from and to the disk. Each method tries a few times what may pass; to make a
batch is tried again only after a look whether it is there, because its answer may have been lost.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from resources.endpoints.chat.batch_lines import LINE_PATH, ResultLine, read_results
from resources.endpoints.chat.batch_terms import BatchTerms, request_config
from resources.endpoints.chat.complaints import Complaints
from resources.endpoints.chat.error_bodies import read_complaint
from resources.endpoints.chat.ladder import Form, Refused, ladder_of
from resources.endpoints.chat.providers import base_url, identity_headers, is_model_studio
from resources.endpoints.config import EndpointConfig
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

DEFAULT_PATIENCE = Patience()
SILENCE = 60.0
"""Seconds without a byte after which a request is taken for lost; or the model's own timeout, where
that is longer."""
LONGEST_CONNECT = 10.0
PAGE = 100
"""Batches that are listed at once."""
DOWNLOADS = 3
"""How often a file is fetched that has fewer lines than its batch tells."""
ENDED = frozenset({"completed", "expired", "cancelled", "failed"})


@dataclass(frozen=True, slots=True)
class RemoteBatch:
    """A batch as its endpoint tells it. `words` is why it failed as a whole."""

    id: str
    status: str
    input_file_id: str
    output_file_id: str | None
    error_file_id: str | None
    completed: int
    labels: frozenset[str]
    ended_at: datetime | None
    words: str

    @property
    def is_ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status in ENDED


class BatchClient:
    """The batches of one endpoint and model. A context, whose end closes the connections."""

    def __init__(self, config: EndpointConfig, patience: Patience = DEFAULT_PATIENCE) -> None:
        """Nothing is sent yet.

        Raises:
            ModelError: the key is not in the environment, an option is unusable, or there is no
                endpoint to call.
        """
        key = config.api_key()
        self.terms = BatchTerms.of(config)
        self.config = request_config(config)
        self.endpoint = base_url(config)
        self.complaints = Complaints(self.config, key)
        self._patience = patience
        self._ladder = ladder_of(self.endpoint, config.model)
        headers = identity_headers(config, key)
        self._http = httpx2.Client(
            base_url=self.endpoint,
            headers={name: text for name, text in headers.items() if isinstance(text, str)},
            timeout=httpx2.Timeout(max(SILENCE, config.timeout_ms / 1000), connect=LONGEST_CONNECT),
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    @property
    def form(self) -> Form:
        """The strictest form of a request that the endpoint is known to take."""
        return self._ladder.form()

    def refused(self, form: Form, about: Refused) -> bool:
        """The endpoint would not take requests of this form; whether there is a lower one."""
        lower = form.after(about)
        if lower is not None:
            self._ladder.learn(lower)
        return lower is not None

    def upload(self, path: Path, name: str) -> str:
        """Send a file of requests; its id."""

        def attempt() -> str:
            with path.open("rb") as file:
                document = self._json(
                    "POST",
                    "/files",
                    data={"purpose": "batch"},
                    files={"file": (name, file, "application/jsonl")},
                )
            return str(document["id"])

        return self._patiently(attempt, "a file of requests")

    def create(self, file_id: str, label: str) -> RemoteBatch:
        """Make a batch of an uploaded file. `label` is found again in its metadata.

        Raises:
            ModelError: the endpoint will not take it.
            EndpointStoppedError: no call can succeed until the user acts.
        """
        key = "ds_name" if is_model_studio(self.config) else "listing_batch"
        body = {
            "input_file_id": file_id,
            "endpoint": LINE_PATH,
            "completion_window": self.terms.completion_window,
            "metadata": {key: label},
        }
        is_first = True

        def attempt() -> RemoteBatch:
            nonlocal is_first
            if not is_first and (found := self._find(file_id, label)):
                return found
            is_first = False
            return self._told(self._json("POST", "/batches", json=body))

        return self._patiently(attempt, "a batch")

    def find(self, file_id: str, label: str) -> RemoteBatch | None:
        """The batch with this label, or of this file where metadata is not kept."""
        return self._patiently(lambda: self._find(file_id, label), "a list of batches")

    def retrieve(self, batch_id: str) -> RemoteBatch | None:
        """A batch as it stands; None where the endpoint knows no such batch."""

        def attempt() -> RemoteBatch | None:
            try:
                return self._told(self._json("GET", f"/batches/{batch_id}"))
            except CallFault as fault:
                if fault.code == "not_found":
                    return None
                raise

        return self._patiently(attempt, f"batch {batch_id}")

    def download(self, file_id: str, path: Path, least_lines: int = 0) -> bool:
        """Fetch a file, once more where it has fewer lines than it should; False: there is none."""

        def attempt() -> int | None:
            try:
                return self._download(file_id, path)
            except CallFault as fault:
                if fault.code == "not_found":
                    return None
                raise

        for _ in range(DOWNLOADS):
            lines = self._patiently(attempt, "a file")
            if lines is None or lines >= least_lines:
                break
        return lines is not None

    def results(self, path: Path) -> Iterator[ResultLine]:
        """The lines of a file that was downloaded."""
        return read_results(path, self.config, self.complaints)

    def cancel(self, batch_id: str) -> RemoteBatch:
        """Ask for the end of a batch; one that has ended stays as it is."""

        def attempt() -> RemoteBatch:
            try:
                return self._told(self._json("POST", f"/batches/{batch_id}/cancel"))
            except CallFault as fault:
                if fault.code != "conflict":
                    raise
            return self._told(self._json("GET", f"/batches/{batch_id}"))

        return self._patiently(attempt, f"batch {batch_id}")

    def delete_file(self, file_id: str) -> None:
        """Remove a file, if the endpoint will."""
        try:
            self._json("DELETE", f"/files/{file_id}")
        except CallFault:
            return

    def _find(self, file_id: str, label: str) -> RemoteBatch | None:
        after = None
        while True:
            query = {"limit": PAGE, **({"after": after} if after else {})}
            page = self._json("GET", "/batches", params=query)
            found = [self._told(one) for one in page.get("data") or () if isinstance(one, dict)]
            for batch in found:
                if label in batch.labels or batch.input_file_id == file_id:
                    return batch
            if not page.get("has_more") or not found or found[-1].id == after:
                return None
            after = found[-1].id

    def _told(self, document: Mapping[str, Any]) -> RemoteBatch:
        status = str(document.get("status")).lower()
        counts, metadata = document.get("request_counts"), document.get("metadata")
        completed = counts.get("completed") if isinstance(counts, dict) else None
        ended_at = document.get(f"{status}_at")
        return RemoteBatch(
            id=str(document.get("id")),
            status=status,
            input_file_id=str(document.get("input_file_id")),
            output_file_id=document.get("output_file_id") or None,
            error_file_id=document.get("error_file_id") or None,
            completed=completed if isinstance(completed, int) else 0,
            labels=frozenset(map(str, metadata.values() if isinstance(metadata, dict) else ())),
            ended_at=datetime.fromtimestamp(ended_at, UTC) if isinstance(ended_at, int) else None,
            words=self.complaints.redacted(_words(document.get("errors"))),
        )

    def _download(self, file_id: str, path: Path) -> int:
        lines = 0
        try:
            with (
                self._http.stream("GET", f"/files/{file_id}/content") as response,
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

    def _json(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        """The JSON object that one request is answered with, which has an id or is a list."""
        try:
            response = self._http.request(method, path, **sent)
        except httpx2.HTTPError as error:
            raise self._lost(error) from None
        if not response.is_success:
            raise self._fault(response)
        try:
            document = response.json()
        except ValueError:
            raise self.complaints.malformed(response.text) from None
        if not isinstance(document, dict) or not {"id", "data"} & document.keys():
            raise self.complaints.fault_in_success(document)
        return document

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

    def _patiently(self, attempt: Callable[[], T], what: str) -> T:
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
                    raise refuses_all(self.config, fault) from None
                if fault.kind == "lasting":
                    raise self._refusal(fault, what) from None
                if failures >= self._patience.most_attempts:
                    ended = refuses_for_long if fault.kind == "busy" else is_down
                    raise ended(self.config, fault, time.monotonic() - began) from None
                wait = fault.retry_after_seconds or 0.0
                if wait > self._patience.call_seconds(SILENCE):
                    raise wants_a_long_wait(self.config, fault) from None
                time.sleep(backoff(self._patience, failures, wait))

    def _refusal(self, fault: CallFault, what: str) -> ModelError:
        if fault.code == "not_found":
            return ModelError(
                f"model {self.config.name}: its endpoint has no batches, or not {what}"
                f" ({fault.words}).",
                "Check 'endpoint' in catalog/models.yaml; where it has no Batch API, set"
                " 'mode: online'.",
            )
        return ModelError(
            f"model {self.config.name}: its endpoint will not take {what}:"
            f" {fault.words.rstrip('.')}.",
            "Mend what it complains of, or lower batch_max_requests and batch_max_bytes in the"
            " model's options, then run again.",
        )


def _words(errors: Any) -> str:
    """Why a batch failed as a whole; what is said of many lines is told of the first."""
    told = errors.get("data") if isinstance(errors, dict) else None
    words: dict[str, int | None] = {}
    for error in told or ():
        if isinstance(error, dict):
            text = error.get("message") or error.get("code") or json.dumps(error)
            words.setdefault(str(text), error.get("line"))
    return "; ".join(
        text if line is None else f"line {line}: {text}" for text, line in words.items()
    )
