"""How the server is to behave, and what it has seen: what every protocol works with."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.support.endpoint_server.faults import FaultScript, Written

Format = Literal["json_schema", "json_object", "none"]
ImageKind = Literal["data", "url"]


@dataclass(kw_only=True)
class Settings:
    """May be changed while the server runs, except the port."""

    port: int = 0
    latency_seconds: float = 0.0
    capacity: int | None = None
    """With more requests in flight each takes longer in proportion, as on a busy accelerator."""
    hidden_limit: int | None = None
    """With more requests in flight each further one is answered 429 at once."""
    key: str | None = None
    """The key that is expected; None expects none."""
    auth: Literal["bearer", "raw", "either"] = "bearer"
    echoes_key: bool = False
    """Whether every error's words repeat the request's Authorization header."""
    headers: dict[str, str] = field(default_factory=dict)
    """Put on every answer, such as `x-ratelimit-limit-requests`."""
    models: Sequence[str] = ("test-model",)
    """What `GET /v1/models` lists. Any name is answered."""
    formats: Collection[Format] = ("json_schema", "json_object", "none")
    """Kinds of `response_format` that chat takes; others are refused with HTTP 400."""
    images: Collection[ImageKind] = ("data", "url")
    """Whether photos are taken as data URLs, and as http URLs that the server opens."""
    thinks: bool = False
    """Whether JSON modes are refused unless `enable_thinking` is false (compatible mode only)."""
    tokens: tuple[int, int] = (100, 10)
    """Input and output tokens that each answer of a chat bills; of each vector, the first."""
    dimension: int = 8
    """Of vectors, where the request names none."""
    most_elements: int = 20
    """Of one embedding request, and more are refused."""
    shuffles: bool = True
    """Whether vectors come now and then in another order than their inputs, told by `index`."""
    answers: dict[str, Any] = field(default_factory=dict)
    """Values to give for a tag, whatever the photo; a callable is given the photo's id."""
    questions: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Schemas by tag, for requests that carry no schema, neither as such nor in their words."""
    chunk_seconds: float = 0.0
    """Between the chunks of a streamed answer."""
    answer_with: Callable[["Asked"], str] | None = None
    """Gives the whole content of a chat's answer instead."""
    batch_polls: int | None = 2
    """A batch ends when it is asked for so often; None: only when the server is told."""
    batch_seconds: float = 0.0
    """And not before it is so old."""
    batch_ending: Literal["completed", "expired"] = "completed"
    batch_done_lines: int | None = 0
    """How many lines are answered of a batch that expires or is cancelled; None: all."""
    batch_most_lines: int = 50_000
    batch_most_bytes: int = 200_000_000


@dataclass(frozen=True, slots=True)
class Content:
    """One input of a request. `id` is the sha256 (hex) of the photo's bytes or of the text."""

    kind: Literal["image", "text"]
    id: str
    text: str = ""
    url: str | None = None
    """Of a photo that is still to be opened."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as its protocol reads it. `photo` is the id of the first content."""

    body: Mapping[str, Any]
    contents: tuple[Content, ...]
    questions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Schemas by tag."""

    @property
    def photo(self) -> str:
        """The id of the first content."""
        return self.contents[0].id


@dataclass
class Counts:
    """Everything that was fully received, and how it was answered."""

    calls: Counter[str] = field(default_factory=Counter)
    """Requests and lines of batches by photo (`Content.id`); one with several counts for each."""
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """Photo, and names of the tags asked for, in the order of arrival."""
    requests: Counter[str] = field(default_factory=Counter)
    """By protocol, whatever became of them; `batch_line` counts each line of a batch."""
    batch_requests: Counter[str] = field(default_factory=Counter)
    """About files and batches, by what was asked: `upload`, `create`, `poll`, …"""
    outcomes: Counter[str] = field(default_factory=Counter)
    """`ok`, the kind of a fault, `over_limit`, `key_refused` or `bad_request`."""
    input_tokens: int = 0
    output_tokens: int = 0
    """Billed: told in the usage of an answer that was sent as a whole."""
    in_flight: int = 0
    most_in_flight: int = 0


class State(Settings, Counts):
    """Both, and the faults to come."""

    def __init__(
        self,
        *,
        faults: Sequence[Written] = (),
        mix: Mapping[str, float] | None = None,
        of_photo: Mapping[str, Written] | None = None,
        seed: int = 0,
        batch_faults: Sequence[Written] = (),
        **settings: Any,
    ) -> None:
        Settings.__init__(self, **settings)
        Counts.__init__(self)
        self.script = FaultScript(faults, mix, of_photo, seed)
        self.batch_script = FaultScript(batch_faults)
        """Of requests about files and batches; their lines have the faults of `script`."""

    @property
    def faults(self) -> list[Written]:
        """Faults still to come, in order."""
        return self.script.faults

    @faults.setter
    def faults(self, faults: Sequence[Written]) -> None:
        self.script.faults = list(faults)

    def counts(self) -> dict[str, Any]:
        """All counts, as `GET /_counts` gives them."""
        return {
            "calls": sum(self.requests.values()),
            "photos": len(self.calls),
            "requests": dict(self.requests),
            "batch_requests": dict(self.batch_requests),
            "outcomes": dict(self.outcomes),
            "by_photo": dict(self.calls),
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "in_flight": self.in_flight,
            "most_in_flight": self.most_in_flight,
        }
