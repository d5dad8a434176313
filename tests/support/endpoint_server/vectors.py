"""Vectors of contents: by their bytes alone, of any length, not normalized; and with faults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.support.endpoint_server.faults import Fault
from tests.support.endpoint_server.reply import RefusedError
from tests.support.endpoint_server.state import Asked, Content, State


@dataclass(frozen=True, slots=True)
class Vector:
    """One vector, and the place of its input."""

    index: int
    kind: str
    """`image` or `text`."""
    values: list[float]

    def told(self, kind: str | None = None) -> dict[str, Any]:
        """As Model Studio and GME tell it."""
        return {"index": self.index, "embedding": self.values, "type": kind or self.kind}


def vector_of(content: str, dimension: int) -> list[float]:
    """The vector of a content (id) with so many values, which six decimals hold."""
    rng = np.random.default_rng(int(content[:16], 16))
    values: list[float] = np.round(rng.normal(scale=3, size=dimension), 6).tolist()
    return values


def vectors_of(
    state: State, asked: Asked, dimension: int | None, fault: Fault | None
) -> list[Vector]:
    """A vector an input, in an order that may be another; with the fault, if it is one of these."""
    dimension = state.dimension if dimension is None else dimension
    kind = fault.kind if fault else None
    if kind == "wrong_dimension":
        dimension += 1
    vectors = [
        Vector(place, content.kind, vector_of(content.id, dimension))
        for place, content in enumerate(asked.contents)
    ]
    match kind:
        case "nan":
            vectors[0].values[0] = float("nan")
        case "zero":
            vectors[0].values[:] = [0.0] * dimension
        case "wrong_count":
            vectors.append(Vector(len(vectors), "text", vectors[0].values))
        case "partial":
            assert fault
            lacking = {int(place) for place in (fault.parameter or "0").split(",")}
            vectors = [vector for vector in vectors if vector.index not in lacking]
    odd = int(asked.contents[0].id[0], 16) % 2
    return vectors[::-1] if state.shuffles and odd else vectors


def tokens_of(state: State, contents: Sequence[Content]) -> dict[str, int]:
    """What was billed for, by kind of content."""
    return {
        kind: state.tokens[0] * sum(content.kind == kind for content in contents)
        for kind in ("image", "text")
    }


def read_dimension(parameters: Mapping[str, Any], name: str) -> int | None:
    """The dimension that is asked for. Raises `RefusedError` where it is no positive number."""
    dimension = parameters.get(name)
    if dimension is None:
        return None
    if not isinstance(dimension, int) or not 1 <= dimension <= 4096:
        raise RefusedError(f"{name} must be a positive whole number.")
    return dimension
