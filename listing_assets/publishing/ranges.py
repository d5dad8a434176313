"""Ranges of keys: too many rows to be joined or sorted at once are taken range by range."""

from itertools import pairwise

from listing_assets.versions.relations import Relations, quoted_text

RANGE_ROWS = 250_000
SAMPLE_ROWS = 20_000
"""Keys that tell where ranges of about the same size begin; one range where there are no more."""


def key_ranges(relations: Relations, relation: str) -> list[str]:
    """SQL conditions on `key` that part the rows of a relation, in the order of their keys."""
    (rows,) = relations.one(f"SELECT count(*) FROM {relation}")
    ranges = -(-rows // RANGE_ROWS)
    if ranges <= 1:
        return ["true"]
    sampled = relations.all(
        f"SELECT key FROM (SELECT key FROM {relation} USING SAMPLE {SAMPLE_ROWS} ROWS) ORDER BY key"
    )
    starts = [sampled[number * len(sampled) // ranges][0] for number in range(1, ranges)]
    bounds = [quoted_text(key) for key in dict.fromkeys(starts)]
    return [
        f"key < {bounds[0]}",
        *(f"key >= {low} AND key < {high}" for low, high in pairwise(bounds)),
        f"key >= {bounds[-1]}",
    ]
