"""Which rows of a revision are exported: all that are published, or what was asked for of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from listing_assets.exports.errors import ExportError
from listing_assets.exports.request import ExportRequest
from listing_assets.hashing import digest
from listing_assets.reading import OpenRevision
from listing_assets.search import Query, search
from listing_assets.search.conditions import filter_of
from listing_assets.search.query import MOST_RESULTS
from listing_assets.versions.relations import is_one_of

UNTOLD = {"max_results", "next_token", "columns", "facets", "include"}
"""Fields of a query that say nothing of which photos it finds."""


@dataclass(frozen=True)
class Selection:
    """The rows that are exported."""

    where: str
    """The filter they fulfil."""
    count: int
    told: dict[str, Any] | None
    """How they were asked for, for the manifest; None for the whole revision."""


def select(opened: OpenRevision, request: ExportRequest) -> Selection:
    """The rows of a request.

    Raises:
        SearchError: the query does not fit the revision.
        ExportError: nothing is found, or a key is not there.
    """
    query = replace(request.query, include="published", next_token=None, columns=())
    where = filter_of(query, opened.published.fields)
    if query.is_ranked:
        where = _with_keys(where, tuple(ranked_keys(opened, query)))
    if request.keys:
        where = _with_keys(where, request.keys)
    assert where is not None
    count = opened.count(where)
    told = _told(request)
    if request.keys and told == {"keys": _keys_told(request)} and count < len(set(request.keys)):
        raise _unknown_key(opened, where, request.keys)
    if not count:
        raise ExportError(
            f"no published photo of {opened} is what was asked for.",
            "Ask for less; `listing search` shows what a query finds.",
        )
    return Selection(where, count, told)


def ranked_keys(opened: OpenRevision, query: Query) -> Iterator[str]:
    """Keys of a ranking's results, best first. Raises `SearchError`."""
    query = replace(query, max_results=min(MOST_RESULTS, query.top_k))
    while True:
        page = search(opened.published, query, opened.vectors)
        yield from page.rows["key"].to_pylist()
        if page.next_token is None:
            return
        query = replace(query, next_token=page.next_token)


def _with_keys(where: str | None, keys: tuple[str, ...]) -> str:
    among = is_one_of("`key`", dict.fromkeys(keys)) if keys else "false"
    return among if where is None else f"{where} AND {among}"


def _told(request: ExportRequest) -> dict[str, Any] | None:
    told = TypeAdapter(Query).dump_python(request.query, mode="json", exclude_defaults=True)
    told = {name: value for name, value in told.items() if name not in UNTOLD}
    if request.keys:
        told["keys"] = _keys_told(request)
    return told or None


def _keys_told(request: ExportRequest) -> dict[str, Any]:
    keys = sorted(set(request.keys))
    return {"count": len(keys), "digest": digest(keys)}


def _unknown_key(opened: OpenRevision, where: str, keys: tuple[str, ...]) -> ExportError:
    found = opened.published.table.search().where(where).select(["key"]).to_arrow()
    missing = min(set(keys) - set(found["key"].to_pylist()))
    return ExportError(
        f"{opened} has no published photo '{missing}'.",
        "Name keys as `listing search` prints them.",
    )
