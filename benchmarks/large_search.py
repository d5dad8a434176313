"""Searches the large synthetic version of `benchmarks.unchanged`, in a process of its own.

Run by that benchmark: python -m benchmarks.large_search LAKE. It prints JSON: the median of each
kind of query in milliseconds, the first query of all included as `first`, and the peak memory.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from benchmarks.measuring import own_peak_mb
from benchmarks.synthetic import DIMENSION
from listing_assets.search import Published, Query, Vector, open_published, search
from resources.lake import Lake

ROUNDS = 20


def main() -> None:
    """Ask each kind of query a few times, with other values each time."""
    published = open_published(Lake(sys.argv[1]), "synthetic@v1")
    chance = np.random.default_rng(3)
    vectors = chance.normal(size=(ROUNDS, DIMENSION))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    model = published.embedding_model or ""
    kinds: dict[str, Callable[[int], Query]] = {
        "vector": lambda n: Query(image=Vector(tuple(vectors[n].tolist()), model), top_k=100),
        "vector and label": lambda n: Query(
            image=Vector(tuple(vectors[n].tolist()), model), any_of=("category:a",), top_k=100
        ),
        "label, sorted by size": lambda n: Query(any_of=("category:a",), sort="size"),
        "one key": lambda n: Query(where=f"Filename={n * 997:09d}.jpg"),
    }
    figures: dict[str, float] = {"first": _milliseconds(published, kinds["vector"](0))}
    for name, query in kinds.items():
        figures[name] = statistics.median(
            _milliseconds(published, query(number)) for number in range(ROUNDS)
        )
    print(json.dumps({"ms": figures, "peak_mb": own_peak_mb()}))


def _milliseconds(published: Published, query: Query) -> float:
    began = time.perf_counter()
    search(published, query)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
