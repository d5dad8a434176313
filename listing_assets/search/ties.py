"""Settles who has the last places of a ranking where scores are equal."""

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc


def with_ties(fetch: Callable[[int], pa.Table], most: int, at_first: int = 0) -> pa.Table:
    """The best `most` rows, and all others whose score is that of the last of them.

    `fetch` gives the best so many rows, best first, with their `score`. Which of equal ones it
    returns is chance; so more are fetched until the next score is another. `at_first` rows are
    fetched at once where that costs little.
    """
    limit = max(most + 1, at_first)
    rows = fetch(limit)
    while len(rows) == limit and rows["score"][most - 1] == rows["score"][limit - 1]:
        limit *= 4
        rows = fetch(limit)
    if len(rows) <= most:
        return rows
    return rows.filter(pc.greater_equal(rows["score"], rows["score"][most - 1]))
