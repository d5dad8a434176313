"""`BatchClient`: the OpenAI Batch API, which Model Studio has too, over plain HTTP.

Files are streamed from and to the disk. Each method tries a few times what may pass; to make a
batch is tried again only after a look whether it is there, because its answer may have been lost.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from resources.endpoints.chat.batch_http import BatchHttp
from resources.endpoints.chat.batch_lines import LINE_PATH, ResultLine, read_results
from resources.endpoints.chat.batch_terms import BatchTerms, request_config
from resources.endpoints.chat.ladder import Form, ladder_of
from resources.endpoints.complaints import Refused
from resources.endpoints.config import EndpointConfig
from resources.endpoints.faults import CallFault
from resources.endpoints.flow.patience import Patience

DEFAULT_PATIENCE = Patience()
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
        self.terms = BatchTerms.of(config)
        self.config = request_config(config)
        self._http = BatchHttp(self.config, patience)
        self.endpoint = self._http.endpoint
        self._ladder = ladder_of(self.endpoint, config.model)

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
                document = self._http.json(
                    "POST",
                    "/files",
                    data={"purpose": "batch"},
                    files={"file": (name, file, "application/jsonl")},
                )
            return str(document["id"])

        return self._http.patiently(attempt, "a file of requests")

    def create(self, file_id: str, label: str) -> RemoteBatch:
        """Make a batch of an uploaded file. `label` is found again in its metadata.

        Raises:
            ModelError: the endpoint will not take it.
            EndpointStoppedError: no call can succeed until the user acts.
        """
        key = "ds_name" if self.config.is_model_studio else "listing_batch"
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
            return self._told(self._http.json("POST", "/batches", json=body))

        return self._http.patiently(attempt, "a batch")

    def find(self, file_id: str, label: str) -> RemoteBatch | None:
        """The batch with this label, or of this file where metadata is not kept."""
        return self._http.patiently(lambda: self._find(file_id, label), "a list of batches")

    def retrieve(self, batch_id: str) -> RemoteBatch | None:
        """A batch as it stands; None where the endpoint knows no such batch."""

        def attempt() -> RemoteBatch | None:
            try:
                return self._told(self._http.json("GET", f"/batches/{batch_id}"))
            except CallFault as fault:
                if fault.code == "not_found":
                    return None
                raise

        return self._http.patiently(attempt, f"batch {batch_id}")

    def download(self, file_id: str, path: Path, least_lines: int = 0) -> bool:
        """Fetch a file, once more where it has fewer lines than it should; False: there is none."""

        def attempt() -> int | None:
            try:
                return self._http.download(f"/files/{file_id}/content", path)
            except CallFault as fault:
                if fault.code == "not_found":
                    return None
                raise

        for _ in range(DOWNLOADS):
            lines = self._http.patiently(attempt, "a file")
            if lines is None or lines >= least_lines:
                break
        return lines is not None

    def results(self, path: Path) -> Iterator[ResultLine]:
        """The lines of a file that was downloaded."""
        return read_results(path, self.config, self._http.complaints)

    def cancel(self, batch_id: str) -> RemoteBatch:
        """Ask for the end of a batch; one that has ended stays as it is."""

        def attempt() -> RemoteBatch:
            try:
                return self._told(self._http.json("POST", f"/batches/{batch_id}/cancel"))
            except CallFault as fault:
                if fault.code != "conflict":
                    raise
            return self._told(self._http.json("GET", f"/batches/{batch_id}"))

        return self._http.patiently(attempt, f"batch {batch_id}")

    def delete_file(self, file_id: str) -> None:
        """Remove a file, if the endpoint will."""
        try:
            self._http.json("DELETE", f"/files/{file_id}")
        except CallFault:
            return

    def _find(self, file_id: str, label: str) -> RemoteBatch | None:
        after = None
        while True:
            query = {"limit": PAGE, **({"after": after} if after else {})}
            page = self._http.json("GET", "/batches", params=query)
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
        return RemoteBatch(
            id=str(document.get("id")),
            status=status,
            input_file_id=str(document.get("input_file_id")),
            output_file_id=document.get("output_file_id") or None,
            error_file_id=document.get("error_file_id") or None,
            completed=completed if isinstance(completed, int) else 0,
            labels=frozenset(map(str, metadata.values() if isinstance(metadata, dict) else ())),
            ended_at=_moment(document.get(f"{status}_at")),
            words=self._http.complaints.redacted(_words(document.get("errors"))),
        )


def _moment(seconds: Any) -> datetime | None:
    """A time as batches tell it, in seconds of Unix; None for what is none."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


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
