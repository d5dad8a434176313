"""Ranks the photos of a revision by a text or an image: by vectors, by words, or both fused.

A ranking is an Arrow table of key, score and the wanted columns, best first, of at most `top_k`
rows; equal scores are ordered by key. The score is

- by a vector: the cosine of the angle between both vectors, -1 to 1;
- by words: BM25 (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework"), above 0;
- fused: reciprocal rank fusion (Cormack, Clarke and Büttcher 2009), the sum over the rankings of
  1 / (60 + rank), where the best of a ranking has rank 1.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listing_assets.search.conditions import filter_of
from listing_assets.search.embedding import QueryVectors
from listing_assets.search.errors import SearchError
from listing_assets.search.published import Published
from listing_assets.search.query import KeyOf, Query, Upload, Vector
from listing_assets.search.ties import with_ties
from listing_assets.search.words import by_words
from listing_assets.versions.relations import quoted_text

RRF_CONSTANT: Final = 60
FUSED_DEPTH: Final = 200
"""How many of each ranking are fused, or `top_k` if that is more."""
REFINED: Final = 2
REFINED_ROWS: Final = 200
"""Twice as many vectors as wanted, and no fewer than these, are compared exactly after the index
has found them: it knows them at a quarter of their precision."""

Fetch = Callable[[int], pa.Table]
"""The best so many rows and those that are tied with the last: key, score and columns."""


@dataclass(frozen=True)
class Ranking:
    """The ranked rows, and what ranked them: `image`, `vector`, `words`."""

    rows: pa.Table
    by: tuple[str, ...]


def rank(
    published: Published, query: Query, columns: Sequence[str], vectors: QueryVectors | None
) -> Ranking:
    """The ranking of a query with a text or an image.

    Raises:
        SearchError: the version has nothing to compare with; or another model would make the
            query's vector than made the photos'.
    """
    fetches = _fetches(published, query, list(dict.fromkeys(["key", *columns])), vectors)
    if len(fetches) == 1:
        (fetch,) = fetches.values()
        rows = _best(fetch, query.top_k)
    else:
        depth = max(query.top_k, FUSED_DEPTH)
        rows = _fused([_best(fetch, depth) for fetch in fetches.values()], query.top_k)
    if query.min_score is not None:
        rows = rows.filter(pc.greater_equal(rows["score"], query.min_score))
    return Ranking(rows, tuple(fetches))


def _fetches(
    published: Published, query: Query, columns: list[str], vectors: QueryVectors | None
) -> dict[str, Fetch]:
    near = filter_of(query, published.fields, with_vector=True)
    fetches: dict[str, Fetch] = {}
    if query.image is not None:
        vector = _image_vector(published, query.image, vectors)
        fetches["image"] = _nearest(published, vector, near, columns)
    text = query.text.strip()
    if text and query.text_by != "words":
        of_text = _text_vector(published, text, query, vectors)
        if of_text is not None:
            fetches["vector"] = _nearest(published, of_text, near, columns)
    if text and query.text_by != "vector":
        found = filter_of(query, published.fields)
        fetches["words"] = by_words(published, text, found, columns)
    return fetches


def _nearest(
    published: Published, vector: np.ndarray, where: str | None, columns: list[str]
) -> Fetch:
    """Filtered first, then compared; by the index where there is one.

    All partitions of the index are searched: a text does not lie among photos as photos do, and
    the few photos that a filter leaves may lie anywhere.
    """
    if vector.shape != (published.dimension,):
        raise SearchError(
            f"the vector to search by has shape {vector.shape}; those of {published} have"
            f" {published.dimension} numbers.",
            "Make it by the model that made theirs.",
        )

    def nearest(limit: int) -> pa.Table:
        builder = (
            published.table.search(vector, vector_column_name="vector")
            .distance_type("cosine")
            .select([*columns, "_distance"])
            .limit(limit)
        )
        if where is not None:
            builder = builder.where(where, prefilter=True)
        if published.has_vector_index:
            refined = max(REFINED, -(-REFINED_ROWS // limit))
            builder = builder.refine_factor(refined).maximum_nprobes(0)
        found = builder.to_arrow()
        cosine = pc.subtract(1.0, found["_distance"].cast(pa.float64()))
        return found.drop_columns("_distance").add_column(1, "score", cosine)

    return lambda most: with_ties(nearest, most)


def _image_vector(
    published: Published, image: Upload | KeyOf | Vector, vectors: QueryVectors | None
) -> np.ndarray:
    match image:
        case KeyOf(key):
            return _stored_vector(published, key)
        case Vector(values, model):
            _require_model(published, model)
            return np.asarray(values, dtype=np.float32)
        case Upload(data):
            return _source_of_vectors(published, vectors).of_photo(data)


def _stored_vector(published: Published, key: str) -> np.ndarray:
    found: list[dict[str, Any]] = (
        published.table.search()
        .where(f"`key` = {quoted_text(key)}")
        .select(["vector"])
        .limit(1)
        .to_list()
    )
    if not found:
        raise SearchError(
            f"{published} has no photo '{key}'.", "Name a key as `listing search` prints it."
        )
    if found[0]["vector"] is None:
        raise SearchError(f"'{key}' of {published} has no vector.", "Search by another photo.")
    return np.asarray(found[0]["vector"], dtype=np.float32)


def _text_vector(
    published: Published, text: str, query: Query, vectors: QueryVectors | None
) -> np.ndarray | None:
    """None where the words alone can answer, as long as they may."""
    may_lack = query.text_by == "both"
    if may_lack and published.embedding_model is None:
        return None
    vector = _source_of_vectors(published, vectors).of_text(text)
    if vector is None and not may_lack:
        raise SearchError(
            f"model {published.embedding_model} has no vector of the text '{text}'.",
            "Search by its words.",
        )
    return vector


def _source_of_vectors(published: Published, vectors: QueryVectors | None) -> QueryVectors:
    if vectors is None:
        raise SearchError(
            "no model was given that makes a vector of the text or photo to search by.",
            "Search by words, by a key or by a vector.",
        )
    _require_model(published, vectors.model)
    return vectors


def _require_model(published: Published, model: str) -> None:
    """Vectors of two models say nothing of each other."""
    made_by = published.embedding_model
    if made_by is None:
        raise SearchError(
            f"{published} has no vectors to compare with.",
            f"Search by words, or make them: listing run {published.version}",
        )
    if made_by != model:
        raise SearchError(
            f"the vectors of {published} were made by {made_by}; a query by {model} cannot be"
            " compared with them.",
            "Search with the model that made them, search by words, or publish the version with"
            f" the other model: listing run {published.version}",
        )


def _best(fetch: Fetch, most: int) -> pa.Table:
    """The best `most` rows; among equal ones, the first keys."""
    rows = fetch(most)
    order = pc.sort_indices(rows, sort_keys=[("score", "descending"), ("key", "ascending")])
    return rows.take(order[:most])


def _fused(rankings: Sequence[pa.Table], most: int) -> pa.Table:
    scores: dict[str, float] = {}
    rows = pa.concat_tables(rankings)
    keys = rows["key"].to_pylist()
    ranks = (rank for ranking in rankings for rank in range(1, len(ranking) + 1))
    places: dict[str, int] = {}
    for place, (key, its_rank) in enumerate(zip(keys, ranks, strict=True)):
        scores[key] = scores.get(key, 0.0) + 1 / (RRF_CONSTANT + its_rank)
        places.setdefault(key, place)
    best = sorted(scores, key=lambda key: (-scores[key], key))[:most]
    score = pa.array([scores[key] for key in best], pa.float64())
    taken = rows.take(pa.array([places[key] for key in best], pa.int64()))
    return taken.set_column(taken.column_names.index("score"), "score", score)
