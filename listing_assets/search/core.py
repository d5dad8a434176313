"""The one search behind the command, the API, the page and the Python reader.

A query with a text or an image is a ranking (`ranking.py`); any other is a filter, whose rows are
sorted by the database and read a page at a time. Conditions always come first.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from lancedb.query import ColumnOrdering

from listing_assets.search.conditions import filter_of
from listing_assets.search.embedding import QueryVectors
from listing_assets.search.errors import SearchError
from listing_assets.search.facets import Facets, count_facets
from listing_assets.search.fields import Field, quoted_name
from listing_assets.search.paging import Token, after, read_token
from listing_assets.search.published import Published
from listing_assets.search.query import Query
from listing_assets.search.ranking import rank
from listing_assets.search.syntax import Name

COLUMN_OF = {"size": "bytes"}
"""Words for columns that a search may be sorted by."""


@dataclass(frozen=True)
class Results:
    """One page of a search.

    `rows` has `key`, `score` (null without a ranking) and the query's columns, in order. `total`
    counts the results of all pages; of a ranking, those are at most `top_k`. `ranked_by` says what
    gave the scores: `image`, `vector`, `words`.
    """

    dataset: str
    revision: str
    total: int
    rows: pa.Table
    next_token: str | None
    ranked_by: tuple[str, ...] = ()
    facets: Facets | None = None

    def documents(self) -> list[dict[str, Any]]:
        """The rows as dictionaries."""
        found: list[dict[str, Any]] = self.rows.to_pylist()
        return found


def search(published: Published, query: Query, vectors: QueryVectors | None = None) -> Results:
    """One page of results of a query over a published version or revision.

    `vectors` makes the vector of a text or an uploaded photo; other searches do without.

    Raises:
        QueryError: the query expression does not fit; it points at the character.
        SearchError: the search cannot be answered, or the token is not one of this search.
        ModelError: the model did not answer.
    """
    token = None
    if query.next_token is not None:
        token = read_token(query.next_token, published, query)
        published = published.at(token.revision)
    _require_columns(published, query)
    page = _ranked if query.is_ranked else _filtered
    return page(published, query, token, vectors)


def _ranked(
    published: Published, query: Query, token: Token | None, vectors: QueryVectors | None
) -> Results:
    field = _sorted_by(published, query)
    columns = [*query.columns, *(["labels"] if query.facets else [])]
    ranking = rank(published, query, [*columns, *([field.column] if field else [])], vectors)
    rows = ranking.rows
    if field is not None:
        order = [(field.column, "descending" if query.descending else "ascending", "at_end")]
        order += [("key", "ascending", "at_end")] if field.column != "key" else []
        rows = rows.take(pc.sort_indices(rows, sort_keys=order))
    start = token.position if token else 0
    assert isinstance(start, int)
    end = start + query.max_results
    following = None
    if end < len(rows):
        following = Token(published.revision, len(rows), end).written(published, query)
    return Results(
        published.dataset,
        published.revision,
        len(rows),
        rows.slice(start, query.max_results).select(_shown(query)),
        following,
        ranking.by,
        count_facets([rows["labels"]], query.facets) if query.facets else None,
    )


def _filtered(
    published: Published, query: Query, token: Token | None, vectors: QueryVectors | None
) -> Results:
    del vectors  # No vector is compared.
    field = _sorted_by(published, query) or published.fields.find(Name("key"), "key")
    where = filter_of(query, published.fields)
    condition = where
    if token is not None:
        assert isinstance(token.position, tuple)
        beyond = after(field, query.descending, *token.position)
        condition = beyond if where is None else f"{where} AND {beyond}"
    columns = list(dict.fromkeys(["key", field.column, *query.columns]))
    order = [_ordering(field.column, query.descending)]
    order += [_ordering("key", False)] if field.column != "key" else []
    builder = published.table.search().select(columns).order_by(order)
    builder = builder if condition is None else builder.where(condition)
    rows = builder.limit(query.max_results + 1).to_arrow()
    total = token.total if token else published.table.count_rows(where)
    following = None
    if len(rows) > query.max_results:
        rows = rows.slice(0, query.max_results)
        last = (rows[field.column][-1].as_py(), rows["key"][-1].as_py())
        following = Token(published.revision, total, last).written(published, query)
    rows = rows.append_column("score", pa.nulls(len(rows), pa.float64()))
    return Results(
        published.dataset,
        published.revision,
        total,
        rows.select(_shown(query)),
        following,
        facets=_facets(published, where, query.facets) if query.facets else None,
    )


def _facets(published: Published, where: str | None, most: int) -> Facets:
    builder = published.table.search().select(["labels"])
    builder = builder if where is None else builder.where(where)
    return count_facets((batch["labels"] for batch in builder.to_batches()), most)


def _shown(query: Query) -> list[str]:
    return list(dict.fromkeys(["key", "score", *query.columns]))


def _ordering(column: str, descending: bool) -> ColumnOrdering:
    return ColumnOrdering(column_name=column, ascending=not descending, nulls_first=False)


def _sorted_by(published: Published, query: Query) -> Field | None:
    """The field that orders the results; None for the score, or for the key where there is none.

    Raises:
        SearchError: it cannot be sorted by.
    """
    if query.sort in {"", "score"}:
        return None
    name = COLUMN_OF.get(query.sort.lower(), query.sort)
    field = published.fields.find(Name(name, 0, len(name)), name)
    if field.sql != quoted_name(field.column) or field.kind in {"list", "labels"}:
        raise SearchError(
            f"results cannot be sorted by '{query.sort}'.",
            "Sort by score, key, last_modified, size, or a tag or column with a single value.",
        )
    return field


def _require_columns(published: Published, query: Query) -> None:
    for name in query.columns:
        if name not in published.columns:
            close = get_close_matches(name, published.columns, 1)
            raise SearchError(
                f"{published} has no column '{name}'.",
                f"Did you mean '{close[0]}'?" if close else "",
            )
