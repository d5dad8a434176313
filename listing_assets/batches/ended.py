"""A batch that has ended: its files are fetched, read line by line and judged."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from listing_assets.batches.answers import Answered, Answers
from listing_assets.batches.notes import Batch, requests_of
from listing_assets.catalog import Recipes
from listing_assets.increment import Outcome
from resources.endpoints.chat.batch import BatchClient, RemoteBatch
from resources.endpoints.chat.batch_lines import UNDONE
from resources.endpoints.chat.completion import Completion
from resources.endpoints.complaints import Refused, RequestRefused
from resources.endpoints.faults import CallFault
from resources.endpoints.flow.stops import refuses_all
from resources.errors import ListingError, ModelError
from resources.lake import Lake
from resources.lake.tables import MODEL_CALLS, SMART_TAGS, TableSpec

FEW = 8
"""So few requests that failed together say nothing of the endpoint yet."""
NO_LINE = CallFault("malformed_response", "passing", "the batch ended without a line about it")

Came: TypeAlias = tuple[tuple[str, ...], Completion | CallFault]
"""The tags that were asked for about a photo, and what came of it."""
Line: TypeAlias = tuple["EndedBatch", str, Came]
"""A batch, an image id, and what came of its request."""


@dataclass(slots=True)
class EndedBatch:
    """What is known of it, and what was seen of its results."""

    lake: Lake
    client: BatchClient
    recipes: Recipes
    batch: Batch
    remote: RemoteBatch
    lesson: Refused | None = None
    """What of the requests' form the endpoint would not take."""
    kept: set[str] = field(default_factory=set)
    recorded: set[str] = field(default_factory=set)
    """Calls that a run which was cut short has brought in already."""
    _answers: Answers | None = None
    _answered: int = 0
    _stopping: CallFault | None = None
    _last: CallFault | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every request was worked on in a form that the endpoint takes."""
        return self.remote.status == "completed" and self.lesson is None

    def lines(self, folder: str) -> Iterator[Line]:
        """One line a request, whether or not the endpoint has one."""
        if self.remote.status == "failed":
            return
        path = Path(folder)
        files = [path / name for name in self._download(path)]
        self._learn(files)
        waiting = requests_of(self.lake, self.batch.id)
        for file in files:
            for line in self.client.results(file):
                names = waiting.pop(line.custom_id, None)
                if names is not None:
                    yield self, line.custom_id, (names, line.result)
            file.unlink()
        undone = UNDONE.get(f"batch_{self.remote.status}", NO_LINE)
        for image_id, names in waiting.items():
            yield self, image_id, (names, undone)

    def read(
        self, image_id: str, names: tuple[str, ...], result: Completion | CallFault
    ) -> Outcome[tuple["EndedBatch", Answered]]:
        """Judge one line, and remember how the batch goes."""
        assert self._answers is not None
        if isinstance(result, CallFault) and self._answers.may_pass(result):
            self._last = result
            if result.kind == "stopping":
                self._stopping = result
        else:
            self._answered += 1
        outcome = self._answers.read(image_id, names, result)
        return Outcome((self, outcome.result), outcome.failure, outcome.spent)

    def problem(self) -> ListingError | None:
        """What the user should know of, or mend, before more is asked."""
        name, ending, requests = self.client.config.name, self.remote.status, self.batch.requests
        words = self.remote.words.rstrip(".") or "no reason is told"
        batch = f"model {name}: batch {self.remote.id}"
        if ending == "failed":
            return ModelError(
                f"{batch} was refused as a whole: {words}.",
                f"Mend what the endpoint complains of, then run again: none of its {requests:,}"
                " requests was made.",
            )
        if self._stopping is not None:
            return refuses_all(self.client.config, self._stopping)
        if ending == "cancelled":
            return ModelError(
                f"{batch} was cancelled with {self._answered:,} of {requests:,} requests answered.",
                "The answers are kept. Run again to ask for the rest.",
            )
        hopeless = ending == "expired" or requests >= FEW
        if self._last is not None and not self._answered and not self.lesson and hopeless:
            return ModelError(
                f"{batch} is {ending}, and none of its {requests:,} requests was answered; last"
                f" seen was {self._last.code}: {self._last.words.rstrip('.')}.",
                "Run again to ask for them once more.",
            )
        return None

    def _download(self, folder: Path) -> list[str]:
        names = []
        for name, file_id, least in (
            ("answers.jsonl", self.remote.output_file_id, self.remote.completed),
            ("errors.jsonl", self.remote.error_file_id, 0),
        ):
            if file_id is not None and self.client.download(file_id, folder / name, least):
                names.append(name)
        return names

    def _learn(self, files: Sequence[Path]) -> None:
        """See what the refused lines say of the form, and what is in the lake already."""
        refused: Counter[Refused] = Counter(
            line.result.about
            for file in files
            for line in self.client.results(file)
            if isinstance(line.result, RequestRefused)
        )
        told: list[Refused] = [a for a in ("temperature", "format", "schema") if refused[a]]
        if refused["unknown"] == self.batch.requests:
            told.append("unknown")
        if told and self.client.refused(self.batch.form, told[0]):
            self.lesson = told[0]
        self._answers = Answers(
            self.batch, self.remote, self.recipes, form_lost=self.lesson is not None
        )
        self.kept = self._call_ids(SMART_TAGS)
        self.recorded = self._call_ids(MODEL_CALLS)

    def _call_ids(self, table: TableSpec) -> set[str]:
        where = f"call_id LIKE '{self.batch.id}:%'"
        found: set[str] = set()
        for rows in self.lake.scan(table, ["call_id"], where):
            found.update(rows.column(0).to_pylist())
        return found
