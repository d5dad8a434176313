"""All results of a question at once, for what concerns a whole selection."""

from dataclasses import replace

import pyarrow as pa

from listing_assets.search import Published, Query, QueryVectors, Results, search
from listing_assets.search.query import MOST_RESULTS
from listing_assets.web.errors import RefusedError
from listing_assets.web.library import Library
from listing_assets.web.questions import Question

MOST: int = 100_000


def vectors_for(library: Library, dataset: str, question: Question) -> QueryVectors | None:
    """The dataset's model of vectors, where a question may have to ask it."""
    by_text = bool(question.text.strip()) and question.text_by != "words"
    return library.vectors(dataset) if by_text or question.image is not None else None


def page_after(
    published: Published, query: Query, vectors: QueryVectors | None, skip: int
) -> Results:
    """The page of `query` that begins after `skip` results; empty after the last.

    What lies before is passed over in strides of keys alone, since a token names a row.
    """
    passed = 0
    token = query.next_token
    while passed < skip:
        stride = min(skip - passed, MOST_RESULTS)
        keys = replace(query, columns=(), max_results=stride, next_token=token)
        found = search(published, keys, vectors)
        passed, token = passed + stride, found.next_token
        if token is None:
            return replace(found, rows=found.rows.slice(0, 0))
    return search(published, replace(query, next_token=token), vectors)


def every_result(
    library: Library, published: Published, question: Question, columns: tuple[str, ...]
) -> pa.Table:
    """Key, score and columns of all results, in their order.

    Raises:
        RefusedError: there are more than `MOST`.
    """
    vectors = vectors_for(library, published.dataset, question)
    query = question.query(library.uploads, columns, max_results=MOST_RESULTS)
    pages = [search(published, query, vectors)]
    if pages[0].total > MOST:
        raise RefusedError(
            f"the search has {pages[0].total:,} results; at most {MOST:,} are taken at once.",
            "Add a condition.",
        )
    while pages[-1].next_token is not None:
        query = replace(query, next_token=pages[-1].next_token)
        pages.append(search(published, query, vectors))
    return pa.concat_tables(page.rows for page in pages)
