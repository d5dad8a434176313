"""Reading embeddings and usage out of an answer, with no trust in its shape."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from resources.endpoints.faults import CallFault
from resources.endpoints.token_counts import token_count


@dataclass(frozen=True, slots=True)
class Embeddings:
    """One answer: for each input a float32 vector of shape (length,), or None; tokens used."""

    vectors: Sequence[np.ndarray | None]
    input_tokens: int = 0
    output_tokens: int = 0


def vectors_of(items: object, inputs: int, *, partial: bool = False) -> list[np.ndarray | None]:
    """The vectors of `[{"index", "embedding"}, …]`, one an input, in the order of the inputs.

    Without `index` the order of the items counts. With `partial` an input may have none.

    Raises:
        CallFault: `malformed_response`; the answer does not say which input has which vector.
    """
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise malformed("the answer has no list of embeddings")
    indexed = any("index" in item for item in items)
    if len(items) != inputs and not (partial and indexed and len(items) < inputs):
        raise malformed(f"{len(items)} embeddings came back for {inputs} inputs")
    vectors: list[np.ndarray | None] = [None] * inputs
    seen: set[int] = set()
    for place, item in enumerate(items):
        index = item.get("index") if indexed else place
        if not isinstance(index, int) or not 0 <= index < inputs or index in seen:
            raise malformed(f"an embedding has the index {index!r} among {inputs} inputs")
        seen.add(index)
        if item.get("embedding") is None and partial:
            continue
        vectors[index] = _vector(item.get("embedding"))
    return vectors


def tokens(usage: object, *names: str) -> int:
    """The sum of the named counts of a usage object; what is missing or no number counts as 0."""
    if not isinstance(usage, dict):
        return 0
    return sum(token_count(usage.get(name)) for name in names)


def malformed(words: str) -> CallFault:
    """The fault of an answer that cannot be read."""
    return CallFault("malformed_response", "passing", words)


def _vector(numbers: object) -> np.ndarray:
    if not isinstance(numbers, list) or not numbers:
        raise malformed("an embedding is no list of numbers")
    try:
        with np.errstate(over="ignore"):
            vector = np.asarray(numbers, dtype=np.float32)
    except (ValueError, TypeError, OverflowError):
        raise malformed("an embedding is no list of numbers") from None
    if vector.ndim != 1:
        raise malformed("an embedding is a list of lists")
    return vector
