"""What is searched for: all that a search can be told, as plain data."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Final, Literal, get_args

import numpy as np

from listing_assets.hashing import digest
from listing_assets.search.errors import SearchError

MOST_TOP_K: Final = 10_000
MOST_RESULTS: Final = 1_000
MOST_TEXT: Final = 1_024
"""Characters of a search text."""
Include = Literal["published", "rejected", "all"]
TextBy = Literal["both", "vector", "words"]
_NOT_TOLD: Final = frozenset({"max_results", "next_token", "columns", "facets"})
"""Fields of a query that may differ from page to page."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A photo to search by: the bytes of a file in any format that can be published."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyOf:
    """A photo of the dataset version itself to search by, by its key."""

    key: str


@dataclass(frozen=True, slots=True)
class Vector:
    """A vector to search by, and the model that made it, as `model@version`."""

    values: tuple[float, ...] = field(repr=False)
    model: str


@dataclass(frozen=True, kw_only=True)
class Query:
    """A search. All conditions must hold; empty ones are none.

    `text` and `image` rank the photos, best first; without them every photo that fulfils the
    conditions is a result. Raises `SearchError` when it is made of what no search can do.
    """

    text: str = ""
    text_by: TextBy = "both"
    """By the model's vector of the text, by the words that photos have, or both fused by rank."""
    image: Upload | KeyOf | Vector | None = None

    any_of: tuple[str, ...] = ()
    """Labels `name:value`, of which a photo has at least one."""
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    """Labels that a photo must not have; a photo without any label fulfils this."""
    name_contains: str = ""
    """Part of the file name, in any case."""
    directory: str = ""
    """A folder of the source, with all that lies beneath it."""
    modified_from: datetime | None = None
    """Last modified then or later; a time without a zone is UTC, here and in the next three."""
    modified_before: datetime | None = None
    ingested_from: datetime | None = None
    ingested_before: datetime | None = None
    min_bytes: int | None = None
    max_bytes: int | None = None
    formats: tuple[str, ...] = ()
    """Such as `JPEG`, in any case; of which a photo has one."""
    values: Mapping[str, str | float | bool] = field(default_factory=dict)
    """Fields by any of their names, and what they are equal to."""
    where: str = ""
    """A query expression, see docs/SEARCH.md."""
    include: Include = "published"

    top_k: int = 100
    """Most results of a ranked search, on all its pages together."""
    min_score: float | None = None
    sort: str = ""
    """`score`, `key`, `last_modified`, `size` or a field. By default the score, or else the key."""
    descending: bool = False
    """Whether a field is sorted from its greatest value; the score always is."""
    max_results: int = 50
    """Results of one page."""
    next_token: str | None = None
    """Goes on where a page ended, in the same revision."""
    columns: tuple[str, ...] = ("uri", "labels")
    """What each result has besides key and score."""
    facets: int = 0
    """How many of each tag's most frequent values are counted, over all pages' results."""

    def __post_init__(self) -> None:
        _require(
            1 <= self.top_k <= MOST_TOP_K,
            f"top_k is {self.top_k}.",
            f"It is 1 to {MOST_TOP_K:,}.",
        )
        _require(
            1 <= self.max_results <= MOST_RESULTS,
            f"max_results is {self.max_results}.",
            f"A page has 1 to {MOST_RESULTS:,} results.",
        )
        _require(
            len(self.text) <= MOST_TEXT,
            f"the search text has {len(self.text):,} characters.",
            f"It may have {MOST_TEXT:,}.",
        )
        _require(
            self.is_ranked or self.min_score is None,
            "min_score is given, but neither a text nor an image.",
            "Only these give photos a score.",
        )
        _require(
            self.is_ranked or self.sort != "score",
            "the results shall be sorted by score, but there is neither a text nor an image.",
            "Sort by key, last_modified, size or a field.",
        )
        for name, given, known in (
            ("include", self.include, get_args(Include)),
            ("text_by", self.text_by, get_args(TextBy)),
        ):
            _require(given in known, f"{name} is {given!r}.", f"It is one of: {', '.join(known)}.")
        for text in self._texts():
            _require(is_unicode(text), f"{text!r} is not valid Unicode.", "Write it in UTF-8.")

    @property
    def is_ranked(self) -> bool:
        """Whether results have a score."""
        return bool(self.text.strip()) or self.image is not None

    @property
    def needs_model(self) -> bool:
        """Whether a model has to make a vector of the text or the image."""
        by_text = bool(self.text.strip()) and self.text_by != "words"
        return by_text or isinstance(self.image, Upload)

    def _texts(self) -> Iterator[str]:
        """All texts that conditions are made of; that of an expression is told with its place."""
        yield from (self.text, self.name_contains, self.directory)
        yield from (*self.any_of, *self.all_of, *self.none_of, *self.formats)
        yield from (value for value in self.values.values() if isinstance(value, str))
        if isinstance(self.image, KeyOf):
            yield self.image.key

    @property
    def fingerprint(self) -> str:
        """The same for two queries whose results and order are the same."""
        return digest(
            {
                one.name: _plain(getattr(self, one.name))
                for one in fields(self)
                if one.name not in _NOT_TOLD
            },
            length=16,
        )


def is_unicode(text: str) -> bool:
    """Whether a text can be stored: bytes of the command line that are no UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _require(holds: bool, problem: str, remedy: str) -> None:
    if not holds:
        raise SearchError(problem, remedy)


def _plain(value: object) -> object:
    match value:
        case Upload(data):
            return ["upload", hashlib.sha256(data).hexdigest()]
        case KeyOf(key):
            return ["key", key]
        case Vector(values, model):
            return ["vector", hashlib.sha256(np.asarray(values).tobytes()).hexdigest(), model]
        case Mapping():
            return dict(value)
        case _:
            return value
