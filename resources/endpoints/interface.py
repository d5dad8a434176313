"""The contract between the platform and any model: plain data and two protocols.

The assets never know which provider serves. Nothing here validates an answer against a tag
definition: that is the domain's part (`listing_assets.tagging`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np

TagType = Literal["choice", "multi_choice", "boolean", "number", "text", "color"]


@dataclass(frozen=True, slots=True)
class Photo:
    """A normalized photo: sRGB JPEG bytes, and the sha256 (hex) of the original it came from.

    `url` opens the original for a while, for endpoints that take photos by URL. `row` is where the
    lake holds the photo, for a worker that reads it there; `jpeg` is empty until it has.
    """

    image_id: str
    jpeg: bytes
    url: str | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class TagValue:
    """One value that a choice may take, with words on when it applies."""

    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class TagQuestion:
    """One tag that is asked for."""

    name: str
    type: TagType
    description: str = ""
    values: tuple[TagValue, ...] = ()
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """An earlier answer about the same photo and what was wrong with it, for asking once more."""

    answer: str
    complaint: str


@dataclass(frozen=True, slots=True)
class DescribeRequest:
    """What is asked of every photo of a call: the guide prompt and the tags it lacks."""

    guide_prompt: str
    language: str
    questions: tuple[TagQuestion, ...]
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What one call consumed. `cost` is in the model's currency; None where no price is known."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None

    def __add__(self, other: "Usage") -> "Usage":
        """Both together; an unknown cost adds nothing to a known one."""
        known = [cost for cost in (self.cost, other.cost) if cost is not None]
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            sum(known) if known else None,
        )


@dataclass(frozen=True, slots=True)
class Described:
    """The answer about one photo, unvalidated.

    `raw` is the model's text, a JSON object of tag name to value where all went well. `seen_text`
    holds the words read on the photo by a model that reports them. `failure` is set where the
    call failed for this photo: a short reason code; `retryable` tells a passing cause from a
    lasting one.
    """

    raw: str
    call_id: str
    """Id of the last attempt."""
    seen_text: str | None = None
    usage: Usage = field(default_factory=Usage)
    """Of all attempts together."""
    attempts: int = 1
    failure: str | None = None
    retryable: bool = False


class TagModel(Protocol):
    """Answers questions about photos."""

    name: str
    version: str
    concurrency: int
    """Most `describe` calls worth having in flight; the model itself holds its ceilings."""

    async def describe(
        self, photos: Sequence[Photo], request: DescribeRequest
    ) -> Sequence[Described]:
        """Answer about each photo, in order. One answer a photo, always.

        Raises:
            EndpointStoppedError: no call can succeed until the user acts.
        """
        ...

    async def aclose(self) -> None:
        """Release connections."""
        ...


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors of one call, float32 of shape (n, dimension), rows L2-normalized by the model or not.

    `failures` has one entry an input: None, or a reason code where that input has no vector (its
    row is then meaningless). The code `unanswered` means a passing cause: it is asked again later.
    """

    vectors: np.ndarray
    failures: tuple[str | None, ...]
    call_id: str
    """Id of the last attempt."""
    usage: Usage = field(default_factory=Usage)
    """Of all attempts together."""
    attempts: int = 1


class EmbeddingModel(Protocol):
    """Turns photos and texts into vectors of one space."""

    name: str
    version: str
    dimension: int
    concurrency: int
    max_batch: int
    """Most inputs that one call takes."""

    async def embed_photos(self, photos: Sequence[Photo]) -> Embedded:
        """Vectors of photos, in order. Raises `EndpointStoppedError` as `describe` does."""
        ...

    async def embed_texts(self, texts: Sequence[str]) -> Embedded:
        """Vectors of search texts in the same space, in order."""
        ...

    async def aclose(self) -> None:
        """Release connections."""
        ...
