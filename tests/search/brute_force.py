"""The right answers to searches, by comparing every row with every condition in plain Python."""

import math
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache

import numpy as np

from listing_assets.search import Query
from listing_assets.search.parsing import parse
from listing_assets.search.syntax import Expression
from tests.search.evaluator import Row, holds, value_of

Scored = dict[str, float]
"""Keys in order, and their scores."""


def fulfils(row: Row, query: Query) -> bool:
    """Whether a row meets all conditions of a query."""
    labels = set(row["labels"] or [])
    name = row["key"].rsplit("/", 1)[-1].lower()
    return all(
        [
            query.include in {"all", row["status"]},
            not query.any_of or bool(labels & set(query.any_of)),
            labels >= set(query.all_of),
            not labels & set(query.none_of),
            query.name_contains.lower() in name,
            not query.directory or row["key"].startswith(query.directory.strip("/") + "/"),
            _within(row["last_modified"], query.modified_from, query.modified_before),
            _within(row["ingested_at"], query.ingested_from, query.ingested_before),
            query.min_bytes is None or (row["bytes"] or -1) >= query.min_bytes,
            query.max_bytes is None or (row["bytes"] or math.inf) <= query.max_bytes,
            not query.formats or row["format"] in {one.upper() for one in query.formats},
            all(value_of(field, row) == value for field, value in query.values.items()),
            not query.where or holds(_read(query.where), row),
        ]
    )


def filtered(rows: Iterable[Row], query: Query) -> list[str]:
    """The keys that fulfil a query, in order."""
    return sorted(row["key"] for row in rows if fulfils(row, query))


def by_vector(rows: Iterable[Row], vector: np.ndarray, query: Query, most: int) -> Scored:
    """The nearest by cosine among those that fulfil the query."""
    among = [row for row in rows if row["vector"] is not None and fulfils(row, query)]
    matrix = np.array([row["vector"] for row in among], np.float64).reshape(-1, len(vector))
    lengths = np.linalg.norm(matrix, axis=1) * np.linalg.norm(vector)
    cosines = (matrix * np.asarray(vector, np.float64)).sum(axis=1) / lengths
    return _best({row["key"]: cosine for row, cosine in zip(among, cosines, strict=True)}, most)


def by_words(rows: list[Row], words: list[str], query: Query, most: int) -> Scored:
    """The best by BM25 (k1 1.2, b 0.75) among those that fulfil the query; all rows count.

    Texts are words with blanks between them; a word that the index takes for two says so.
    """
    texts = {row["key"]: tokens(row["text"]) for row in rows if row["text"]}
    average = sum(map(len, texts.values())) / len(texts)
    having = {word: sum(word in text for text in texts.values()) for word in words}
    rarity = {
        word: math.log(1 + (len(texts) - count + 0.5) / (count + 0.5))
        for word, count in having.items()
    }
    scores: Scored = {}
    for row in rows:
        if row["text"] and fulfils(row, query):
            counts = Counter(texts[row["key"]])
            norm = 1.2 * (0.25 + 0.75 * counts.total() / average)
            score = sum(rarity[word] * counts[word] * 2.2 / (counts[word] + norm) for word in words)
            if score:
                scores[row["key"]] = score
    return _best(scores, most)


def tokens(text: str) -> list[str]:
    return text.lower().replace("运动鞋", "运动 鞋").split()


def fused(rankings: Iterable[Scored], most: int) -> Scored:
    """Reciprocal rank fusion with k = 60."""
    scores: Counter[str] = Counter()
    for ranking in rankings:
        for rank, key in enumerate(ranking, start=1):
            scores[key] += 1 / (60 + rank)
    return _best(scores, most)


def _within(time: datetime, start: datetime | None, end: datetime | None) -> bool:
    """Bounds without an offset are UTC."""
    start, end = [
        one if one is None or one.tzinfo else one.replace(tzinfo=UTC) for one in (start, end)
    ]
    return (start is None or time >= start) and (end is None or time < end)


@cache
def _read(expression: str) -> Expression:
    return parse(expression)


def _best(scores: Scored, most: int) -> Scored:
    """Equal scores are ordered by key; equal photos and texts have them to the last bit."""
    order = sorted(scores, key=lambda key: (-scores[key], key))
    return {key: scores[key] for key in order[:most]}
