"""Search over a published version: the query language, and one search for all who ask.

`core.py` answers a `Query` (`query.py`) over a `Published` revision (`published.py`): by rank
(`ranking.py`, with `words.py` and `ties.py`; `embedding.py` makes the query's vector) or by filter
alone (`conditions.py`), a page at a time (`paging.py`), with counts per tag (`facets.py`). The
query language is read by `parsing.py` (`grammar.py`) into a tree (`syntax.py`), which `filters.py`
compiles with the fields of the version (`fields.py`) and their values (`values.py`).
"""

from listing_assets.search.core import Results, search
from listing_assets.search.embedding import QueryEmbedder, QueryVectors, embedder_of
from listing_assets.search.errors import QueryError, SearchError
from listing_assets.search.published import Published, open_published
from listing_assets.search.query import KeyOf, Query, Upload, Vector

__all__ = [
    "KeyOf",
    "Published",
    "Query",
    "QueryEmbedder",
    "QueryError",
    "QueryVectors",
    "Results",
    "SearchError",
    "Upload",
    "Vector",
    "embedder_of",
    "open_published",
    "search",
]
