"""Searches the words of photos: what was read on them, their text tags, their manifest's texts."""

from collections.abc import Callable
from typing import Any, Final

import lancedb
import pyarrow as pa
import pyarrow.compute as pc
from lancedb.query import MatchQuery

from listing_assets.publishing.indexes import FULL_TEXT
from listing_assets.search.errors import SearchError
from listing_assets.search.published import Published
from listing_assets.search.ties import with_ties

MOST_UNINDEXED: Final = 20_000
"""Rows of which an index is made on the spot where a version has none."""
SEEN_AT_ONCE: Final = 1_000
"""Rows whose scores are looked at, at least: short texts often score the same."""


def by_words(
    published: Published, text: str, where: str | None, columns: list[str]
) -> Callable[[int], pa.Table]:
    """Finds the best so many rows that have one of the words of `text`, by BM25, with all ties.

    Words are those of Unicode's segmentation (ICU), which finds Chinese words inside a sentence.
    """

    def fetch(most: int) -> pa.Table:
        table, condition = published.table, where
        if not published.has_word_index:
            table, condition = _indexed_rows(published, where, columns), None

        def scored(limit: int) -> pa.Table:
            words = MatchQuery(text, "text")  # type: ignore[call-arg]  # it has defaults
            builder = table.search(words, query_type="fts").with_row_id(True).select(["_score"])
            builder = builder if condition is None else builder.where(condition, prefilter=True)
            found = builder.limit(limit).to_arrow()
            score = found["_score"].cast(pa.float64())
            return pa.table({"score": score, "_rowid": found["_rowid"]})

        return _completed(table, with_ties(scored, most, SEEN_AT_ONCE), columns)

    return fetch


def _completed(table: Any, scored: pa.Table, columns: list[str]) -> pa.Table:
    """The scored rows with their columns, in the same order."""
    ids = scored["_rowid"].to_pylist()
    rows = table.take_row_ids(ids).select(columns).with_row_id().to_arrow()
    places = pc.index_in(scored["_rowid"], rows["_rowid"].combine_chunks())
    return rows.take(places).drop_columns("_rowid").add_column(1, "score", scored["score"])


def _indexed_rows(published: Published, where: str | None, columns: list[str]) -> Any:
    """The rows that fulfil the filter, in memory, with the index that publishing makes."""
    rows = published.table.search().select(list(dict.fromkeys([*columns, "text"])))
    rows = (rows if where is None else rows.where(where)).limit(MOST_UNINDEXED + 1).to_arrow()
    if len(rows) > MOST_UNINDEXED:
        raise SearchError(
            f"{published} has no full-text index.",
            f"Publish the version again: listing run {published.version}",
        )
    table = lancedb.connect("memory://").create_table("rows", rows)
    table.create_index("text", config=FULL_TEXT)
    return table
