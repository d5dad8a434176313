"""Counts how often each value of each tag occurs among results."""

from collections import Counter
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

Facets = dict[str, dict[str, int]]
"""Tag name to value to number of photos; the most frequent values first."""


def count_facets(labels: Iterable[pa.Array | pa.ChunkedArray], most: int) -> Facets:
    """The `most` frequent values of each tag, of batches of lists of labels `name:value`."""
    counts: Counter[str] = Counter()
    for lists in labels:
        for counted in pc.value_counts(pc.list_flatten(lists)).to_pylist():
            counts[counted["values"]] += counted["counts"]
    facets: Facets = {}
    for label, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        name, _, value = label.partition(":")
        values = facets.setdefault(name, {})
        if len(values) < most:
            values[value] = count
    return dict(sorted(facets.items()))
